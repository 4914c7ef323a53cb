"""The people in line, for the hosts of a room, and what a host may do for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.errors import InvalidRequest, NotFound
from fullhouse.domain.rooms import NOTHING_SEEN, Place, RoomRef
from fullhouse.domain.waiting_people import (
    MOST_PRIORITIES,
    CallNext,
    ChosenPerson,
    LinePosition,
    WaitingPerson,
)
from fullhouse.store.base_store import BaseRoomStore
from fullhouse.store.room_replies import check_room


@dataclass(frozen=True, slots=True)
class PersonReply:
    """The outcome of a script for one person, and their place after it."""

    outcome: Literal["ok", "no_room", "closed", "no_place", "too_many"]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """A part of the line (list_waiting.lua). Fields without a value are left out."""

    outcome: Literal["ok", "no_room", "closed"]
    rows: tuple[WaitingPerson, ...] = ()


class WaitingPeople(BaseRoomStore):
    """Reads the line of a room, and changes it for one person. Each call is atomic."""

    async def list_waiting(
        self, ref: RoomRef, after: LinePosition, count: int
    ) -> list[WaitingPerson]:
        """At most `count` people in line, in the order in which they are let in.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        script = self._scripts.list_waiting
        reply = await self._calls.read(WaitingReply, script, ref, *after, count)
        check_room(ref, reply.outcome)
        return list(reply.rows)

    async def call_next(self, change: str, choice: CallNext) -> ChosenPerson:
        """Call a person before everybody else: now if a seat is free, else with the next one.

        Args:
            change: The id of this change. The same id a second time changes nothing.
            choice: The person, and why.

        Raises:
            InvalidRequest: too many others are before the line already.
            NotFound: there is no such room, or the person has no place in it.
            RoomClosed: the room is closed.
        """
        reply = await self._calls.run(
            PersonReply,
            self._scripts.call_next,
            choice.ref,
            NOTHING_SEEN,
            *(change, choice.participant, choice.by or "", choice.reason),
        )
        _check(choice.ref, choice.participant, reply.outcome)
        if reply.outcome == "too_many":
            most = f"at most {MOST_PRIORITIES} people can be before the line at a time"
            raise InvalidRequest("participant", most)
        return ChosenPerson(choice.participant, reply.place or Place("none"))

    async def remove_present(self, ref: RoomRef, participant: str) -> None:
        """Remove a person who has a place, and refuse them until the room closes.

        Raises:
            NotFound: there is no such room, or the person has no place in it.
            RoomClosed: the room is closed.
        """
        script = self._scripts.remove_present
        reply = await self._calls.run(PersonReply, script, ref, NOTHING_SEEN, participant)
        _check(ref, participant, reply.outcome)


def _check(ref: RoomRef, participant: str, outcome: str) -> None:
    check_room(ref, outcome)
    if outcome == "no_place":
        raise NotFound("participant", participant)
