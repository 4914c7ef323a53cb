"""Polls take two looks at a room; between them the room may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from server.domain.rooms import (
    Admissions,
    Answer,
    Newcomer,
    Place,
    Revision,
    Role,
    RoomRef,
    RoomState,
    Snapshot,
)
from server.service.polls import PollService, Standing

REF = RoomRef("acme", "hall")
BOB = Newcomer("bob", Role.ATTENDEE)
STATE = RoomState(
    title="Hall",
    status="open",
    plan="small",
    paused=False,
    refilling=False,
    limited=False,
    capacity=1,
    occupied=1,
    held=0,
    waiting=1,
    presenter_capacity=0,
    presenters=0,
    level="full",
    joins_per_min=0,
    freed=0,
    observed_s=0,
    called_to=0,
    last_ticket=7,
    lease_ms=20_000,
    grace_ms=20_000,
    wait_grace_ms=30_000,
    claim_ms=45_000,
)
WAITING = Place("waiting", ticket=7)


@dataclass
class ScriptedRooms:
    """A store that changes between two looks: each look gets the next answer."""

    polls: list[Admissions]
    snapshots: list[Snapshot]
    calls: list[str] = field(default_factory=list)

    async def admit(self, ref: RoomRef, newcomers: Sequence[Newcomer]) -> Admissions:
        self.calls.append("admit")
        return self.polls[0]

    async def poll(self, ref: RoomRef, newcomer: Newcomer, *, lease_ms: int) -> Admissions:
        self.calls.append("poll")
        return self.polls.pop(0)

    async def leave(self, ref: RoomRef, leavers: Sequence[tuple[str, int]]) -> Answer:
        self.calls.append("leave")
        return self.polls.pop(0)

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        self.calls.append("snapshot")
        return self.snapshots.pop(0)


def found(place: Place, epoch: int = 1) -> Admissions:
    return Admissions("ok", epoch, 5, (place,))


def looked(state: RoomState = STATE, epoch: int = 1) -> Snapshot:
    return Snapshot(Revision(epoch, 6), state)


async def poll(rooms: ScriptedRooms) -> Standing | None:
    return await PollService(rooms).poll(REF, BOB, claims=False)


async def test_someone_called_between_the_looks_is_told_of_the_call() -> None:
    after = replace(STATE, called_to=7)
    called = replace(WAITING, called=True)
    rooms = ScriptedRooms([found(WAITING), found(called)], [looked(after), looked(after)])

    assert await poll(rooms) == Standing(looked(after), called)


async def test_a_place_of_an_older_epoch_is_asked_for_again() -> None:
    rooms = ScriptedRooms(
        [found(WAITING), found(WAITING, epoch=2)], [looked(epoch=2), looked(epoch=2)]
    )

    assert await poll(rooms) == Standing(looked(epoch=2), WAITING)
    assert rooms.calls == ["poll", "snapshot"] * 2


async def test_a_room_opened_anew_between_the_looks_is_entered() -> None:
    closed = Admissions("closed", 0, 0)
    seated = Place("seated")
    rooms = ScriptedRooms([closed, found(seated)], [looked(), looked()])

    assert await poll(rooms) == Standing(looked(), seated)


async def test_others_moving_between_the_looks_is_no_reason_to_ask_again() -> None:
    moved = replace(STATE, called_to=6)
    rooms = ScriptedRooms([found(WAITING)], [looked(moved)])

    assert await poll(rooms) == Standing(looked(moved), WAITING)
