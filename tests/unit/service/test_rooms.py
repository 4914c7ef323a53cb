"""Rooms of an account, listed while they open and close."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from fullhouse.domain.audit import Audit
from fullhouse.domain.errors import NotFound
from fullhouse.domain.pages import PageRequest
from fullhouse.domain.rooms import Deletion, Revision, RoomRef, RoomRules, Snapshot
from fullhouse.service.rooms import RoomService
from tests.accounts import an_account
from tests.event_room import RULES
from tests.unit.service.test_polls import STATE

if TYPE_CHECKING:
    from fullhouse.domain.accounts import Account

EVENT_ROOM, ANNEX = RoomRef("acme", "hall"), RoomRef("acme", "annex")


@dataclass
class FixedRooms:
    """Rooms as they are when looked at; the list was made a moment before."""

    snapshots: dict[RoomRef, Snapshot | None]

    async def open_rooms(self, account: str) -> list[RoomRef]:
        return sorted(self.snapshots)

    async def page(
        self, account: str, *, after: tuple[int, str] | None, count: int
    ) -> list[tuple[RoomRef, int]]:
        return [(ref, 1) for ref in sorted(self.snapshots)][:count]

    async def delete(self, ref: RoomRef) -> Deletion:
        raise AssertionError("listing deletes nothing")

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        snapshot = self.snapshots[ref]
        if snapshot is None:
            raise NotFound("room", ref.room)
        return snapshot

    async def open_room(
        self, ref: RoomRef, title: str, rules: RoomRules, *, watch: str | None = None
    ) -> tuple[bool, Snapshot]:
        raise AssertionError("listing opens nothing")

    async def close_room(self, ref: RoomRef) -> Snapshot:
        raise AssertionError("listing closes nothing")

    async def set_room(
        self,
        ref: RoomRef,
        change: str,
        *,
        paused: bool | None,
        seats: int | Literal["plan"] | None,
        watch: str | None = None,
    ) -> Snapshot:
        raise AssertionError("listing changes nothing")

    async def lift_removal(self, ref: RoomRef, participant: str) -> None:
        raise AssertionError("listing lifts no removal")

    async def remove_participant(self, ref: RoomRef, participant: str) -> None:
        raise AssertionError("listing removes nobody")

    async def audit(self, ref: RoomRef) -> Audit:
        raise AssertionError("listing audits nothing")


class Accounts:
    async def current(self, account_id: str) -> Account:
        return an_account()


class Trails:
    async def erase(self, account_id: str, *, room: str) -> int:
        raise AssertionError("listing erases nothing")


GONE = RoomRef("acme", "gone")


async def test_a_room_that_closed_or_went_after_the_list_was_made_is_left_out() -> None:
    live = Snapshot(Revision(1, 1), STATE)
    closed = Snapshot(Revision(1, 2), replace(STATE, status="closed"))
    store = FixedRooms({ANNEX: closed, GONE: None, EVENT_ROOM: live})
    service = RoomService(store, store, Accounts(), Trails(), RULES, new_change=lambda: "change")

    opened = await service.page("acme", PageRequest(), status="open")
    over = await service.page("acme", PageRequest(), status="closed")

    assert (opened.rows, opened.next) == (((EVENT_ROOM, live),), None)
    assert (over.rows, over.next) == (((ANNEX, closed),), None)
