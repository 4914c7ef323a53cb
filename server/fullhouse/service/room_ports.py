"""What the use cases for rooms need from the outside world, stated as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from fullhouse.domain.accounts import Account
from fullhouse.domain.audit import Audit
from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import (
    Answer,
    Deletion,
    RoomRef,
    RoomRules,
    Snapshot,
)


class Accounts(Protocol):
    """Reads accounts and renews them."""

    async def current(self, account_id: str) -> Account:
        """The account in its current period.

        Raises:
            NotFound: there is no such account.
        """
        ...


class PlatformRooms(Protocol):
    """The platform's operations on rooms. Each method is one atomic step."""

    async def open_room(
        self, ref: RoomRef, title: str, rules: RoomRules, *, watch: str | None = None
    ) -> tuple[bool, Snapshot]:
        """Open a room, or replace title and stream of an open one. Returns whether it was opened.

        `watch` None: the stream stays as it is. Empty: none.
        """
        ...

    async def close_room(self, ref: RoomRef) -> Snapshot: ...

    async def set_room(
        self,
        ref: RoomRef,
        change: str,
        *,
        paused: bool | None,
        seats: int | Literal["plan"] | None,
        watch: str | None = None,
    ) -> Snapshot: ...

    async def remove_participant(self, ref: RoomRef, participant: str) -> None: ...

    async def lift_removal(self, ref: RoomRef, participant: str) -> None: ...

    async def snapshot(self, ref: RoomRef) -> Snapshot: ...

    async def audit(self, ref: RoomRef) -> Audit: ...

    async def open_rooms(self, account: str) -> list[RoomRef]:
        """The open rooms in order of name. An account can run only a limited number at a time."""
        ...


class ClosedRooms(Protocol):
    """The closed rooms. Each method is one atomic step."""

    async def page(
        self, account: str, *, after: tuple[int, str] | None, count: int
    ) -> list[tuple[RoomRef, int]]:
        """Newest first, after the room `after`. Each row has the Unix ms at which it closed."""
        ...

    async def delete(self, ref: RoomRef) -> Deletion:
        """Delete a closed room with all entries about its people."""
        ...


class Trails(Protocol):
    """The trails of accounts."""

    async def erase(self, account_id: str, *, room: str) -> int:
        """Delete the people of a room from all entries. Safe to repeat."""
        ...


class PolledRooms(Protocol):
    """Operations for people without a connection. Each method is one atomic step."""

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        """Admit people, or renew their places. A called seat is taken only by a poll that claims.

        Args:
            ref: The room.
            polls: The polls of a batch.
            lease_ms: How long the places last without another poll.
        """
        ...

    async def leave(self, ref: RoomRef, leavers: Sequence[tuple[str, int]]) -> Answer: ...
