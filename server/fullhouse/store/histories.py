"""Reads the history of a room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from fullhouse.domain.history import (
    CalledNext,
    CapacityChanged,
    Closed,
    History,
    LinePaused,
    MessageSet,
    NoticeGiven,
    Opened,
    Purchased,
    RoomMoment,
    Step,
)
from fullhouse.store.base_store import BaseRoomStore
from fullhouse.store.room_replies import check_room

if TYPE_CHECKING:
    from fullhouse.domain.rooms import RoomRef

KINDS: Mapping[str, type[RoomMoment]] = {
    "opened": Opened,
    "notice": NoticeGiven,
    "purchase": Purchased,
    "capacity": CapacityChanged,
    "pause": LinePaused,
    "message": MessageSet,
    "call_next": CalledNext,
    "closed": Closed,
}
"""The kinds of moments, as the scripts name them (`note_moment`)."""


@dataclass(frozen=True, slots=True)
class HistoryReply:
    """`kept`: fields and values of the hash in turn, in no order (include/history.lua)."""

    outcome: str
    opened_ms: int = 0
    newest: str | None = None
    kept: tuple[str, ...] = ()


class Histories(BaseRoomStore):
    """The histories of rooms, open or closed."""

    async def history(self, ref: RoomRef) -> History:
        """The event since its last opening.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._calls.read(HistoryReply, self._scripts.history, ref)
        check_room(ref, reply.outcome)
        kept = dict(zip(reply.kept[::2], reply.kept[1::2], strict=True))
        return History(reply.opened_ms, tuple(_steps(reply, kept)), moments_of(kept))


def moments_of(kept: Mapping[str, str]) -> tuple[RoomMoment, ...]:
    """The moments in the hash of an opening, in the order of time.

    Without those of a kind that only a later version knows, during an update of the nodes.
    """
    told = map(msgspec.json.decode, _numbered(kept, "moment"))
    return tuple(
        msgspec.convert(moment, KINDS[moment["kind"]])
        for moment in told
        if moment["kind"] in KINDS
    )


def _steps(reply: HistoryReply, kept: Mapping[str, str]) -> Iterable[Step]:
    texts = [step for steps in _numbered(kept, "steps") for step in steps.split(";")]
    for text in [*texts, *filter(None, [reply.newest])]:
        offset_ms, *figures = map(int, text.split())
        yield Step(reply.opened_ms + offset_ms, *figures)


def _numbered(kept: Mapping[str, str], name: str) -> list[str]:
    """The values of the fields `name:0`, `name:1`, …, in the order of their numbers."""
    found = {}
    for field, value in kept.items():
        kind, _, number = field.partition(":")
        if kind == name:
            found[int(number)] = value
    return [found[number] for number in sorted(found)]
