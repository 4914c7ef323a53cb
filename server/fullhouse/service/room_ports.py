"""What the use cases around rooms need of the outside world, stated as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from fullhouse.domain.accounts import Account
from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import (
    Answer,
    Audit,
    Deletion,
    RoomRef,
    RoomRules,
    Snapshot,
)


class Accounts(Protocol):
    """Where accounts are read."""

    async def current(self, account_id: str) -> Account:
        """The account in the period that today lies in.

        Raises:
            NotFound: there is no such account.
        """
        ...


class PlatformRooms(Protocol):
    """Rooms as the platform opens, sets and closes them. Each method is one atomic step."""

    async def open_room(self, ref: RoomRef, title: str, rules: RoomRules) -> tuple[bool, Snapshot]:
        """Open a room, or replace the title of an open one. Returns whether it was opened."""
        ...

    async def close_room(self, ref: RoomRef) -> Snapshot: ...

    async def set_room(
        self,
        ref: RoomRef,
        change: str,
        *,
        paused: bool | None,
        seats: int | Literal["plan"] | None,
    ) -> Snapshot: ...

    async def remove_participant(self, ref: RoomRef, participant: str) -> None: ...

    async def lift_removal(self, ref: RoomRef, participant: str) -> None: ...

    async def snapshot(self, ref: RoomRef) -> Snapshot: ...

    async def audit(self, ref: RoomRef) -> Audit: ...

    async def open_rooms(self, account: str) -> list[RoomRef]:
        """By name; no more than the account may run at a time."""
        ...


class ClosedRooms(Protocol):
    """Rooms whose event is over. Each method is one atomic step."""

    async def page(
        self, account: str, *, after: tuple[int, str] | None, count: int
    ) -> list[tuple[RoomRef, int]]:
        """Newest first, each with the Unix ms of its end, from after the one named."""
        ...

    async def delete(self, ref: RoomRef) -> Deletion:
        """Forget a closed room, with all about its people."""
        ...


class PolledRooms(Protocol):
    """Rooms as people come and go who have no connection. Each method is one atomic step."""

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        """Take people in, or lengthen what they have; only who claims takes a called seat."""
        ...

    async def leave(self, ref: RoomRef, leavers: Sequence[tuple[str, int]]) -> Answer: ...
