"""What realtime needs of the store, of the edge and of the use cases."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import (
    Admissions,
    Answer,
    Drop,
    LineProgress,
    Newcomer,
    Place,
    Renewals,
    Revision,
    RoomRef,
    Session,
    Snapshot,
    Sweep,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fullhouse.domain.errors import StoreUnavailable
    from fullhouse.domain.host_message import HostMessage
    from fullhouse.domain.offers import Offer
    from fullhouse.domain.orphaned_rooms import OrphanedRoom
    from fullhouse.domain.room_events import CapacityChange, NoticeCleared
    from fullhouse.domain.rooms import ClosedReason, Role
    from fullhouse.domain.waits import Progress

Topic = Literal[
    "place", "refresh", "line", "message", "watch", "room", "notice", "capacity", "plain"
]
"""The subject of a frame. A slow client gets the newest unsent frame of each topic, but every
one of `capacity`."""


class Client(Protocol):
    """One connection. No call waits for the client."""

    @property
    def is_open(self) -> bool: ...

    @property
    def was_sent_out(self) -> bool:
        """Whether the server closed it. Requests that it made before have no effect any more."""
        ...

    @property
    def may_buy(self) -> bool: ...

    @property
    def role(self) -> Role | None:
        """The role of its newest hello."""
        ...

    def send(self, frame: bytes, topic: Topic) -> None: ...

    def close(self, code: int, reason: str, cause: str = "") -> None:
        """Close the connection. `cause`: why, in a word; empty if the code says enough."""
        ...

    def send_away(self, after_ms: int) -> None:
        """Tell the client when to reconnect, and close at that time: the node is stopping."""
        ...


class Rooms(Protocol):
    """The transitions of a room. Each is atomic and raises `StoreUnavailable`."""

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision
    ) -> Admissions: ...

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals: ...

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer: ...

    async def leave(
        self, ref: RoomRef, leavers: Sequence[tuple[str, int]], seen: Revision
    ) -> Answer: ...

    async def sweep_room(self, ref: RoomRef, seen: Revision, *, attended: bool) -> Sweep:
        """`attended`: this node has members of the room, perhaps only hosts without a place."""
        ...

    async def sweep_rooms(
        self, rooms: Sequence[tuple[RoomRef, Revision, bool]], /
    ) -> Sequence[Sweep | StoreUnavailable]:
        """What `sweep_room` returns or raises for each: room, seen, attended. In one pipeline."""
        ...

    async def renew_rooms(
        self, rooms: Sequence[tuple[RoomRef, Sequence[Session], Revision, int]], /
    ) -> Sequence[Renewals | StoreUnavailable]:
        """What `renew` returns or raises for each: room, sessions, seen, called_to."""
        ...

    async def close_forgotten(self, ref: RoomRef) -> bool:
        """Close a room, if it is still forgotten. Returns whether this call did so."""
        ...

    async def positions(self, ref: RoomRef, participants: Sequence[str]) -> Admissions: ...

    async def people_ahead(self, ref: RoomRef, tickets: Sequence[int]) -> LineProgress:
        """How many people are ahead of each of these tickets, which ascend; at least one."""
        ...

    async def snapshot(self, ref: RoomRef) -> Snapshot: ...

    async def dismiss_notice(
        self, ref: RoomRef, notice: str, *, rest: bool
    ) -> Literal["ok", "no_room", "closed", "unknown_notice"]: ...


class RoomIndex(Protocol):
    """The rooms that need a sweep, and when. Each call raises `StoreUnavailable`."""

    async def watch(self, refs: Iterable[RoomRef], /) -> None:
        """People are going to enter these rooms."""
        ...

    async def postpone(self, refs: Iterable[RoomRef], claim_ms: int, /) -> None:
        """This node sweeps these rooms now, and claims them for so long."""
        ...

    async def take(self, limit: int, /) -> Sequence[OrphanedRoom]:
        """At most `limit` rooms that no node swept in time; no other node is given them now."""
        ...

    async def rest(self, orphaned_rooms: Sequence[OrphanedRoom], /) -> None:
        """A sweep has found that nothing in these rooms has a deadline."""
        ...


class IdleRooms(Protocol):
    """Open rooms without people. Each call raises `StoreUnavailable`."""

    async def note(self, forgotten_at: Mapping[RoomRef, int], /) -> None:
        """Set when each of these rooms is due, in Unix ms of the store."""
        ...

    async def take(self, limit: int, /) -> Sequence[RoomRef]:
        """At most `limit` due rooms; no other node is given them now."""
        ...

    async def drop(self, refs: Iterable[RoomRef], /) -> None: ...


class Walk(Protocol):
    """Hands out the parts of the index of accounts, each to one node at a time."""

    async def take(self) -> int | None: ...

    async def finish(self, part: int, /) -> None: ...


class OrphanedRooms(Protocol):
    """Live rooms that need a sweep and are in no index."""

    async def unswept_rooms(self, part: int, /) -> Sequence[RoomRef]: ...


class Subscriptions(Protocol):
    """Events of accounts."""

    async def subscribe(self, account: str) -> None: ...

    async def unsubscribe(self, account: str) -> None: ...


class Watching(Protocol):
    """Notes whether a person in line watches the stream. Raises `StoreUnavailable`."""

    def __call__(self, ref: RoomRef, participant: str, /, *, watches: bool) -> Awaitable[None]: ...


class Offers(Protocol):
    """Prices of the larger plans of an account, for so many people."""

    async def __call__(self, account_id: str, /, *, people: int) -> tuple[Offer, ...]: ...


class RealtimeMetrics(Protocol):
    """Counts what happens on this node. It is given no name, token or id."""

    def admitted(self, outcome: str) -> None:
        """One reply to a hello or claim: the kind of place, or why there is none."""
        ...

    def broadcast(self, frames: int) -> None:
        """One `refresh_required` was sent to so many connections of people in line."""
        ...

    def renewed(self, leases: int) -> None: ...

    def gap_mended(self, cause: str) -> None:
        """The members of a room were compared with the store after missed events."""
        ...

    def expired_late(self, seconds: float) -> None:
        """Places expired, one of them so long after its deadline."""
        ...

    def round_delayed(self, loop: str, seconds: float) -> None:
        """Rooms were swept or renewed so much later than planned."""
        ...

    def noticed(self, level: str) -> None:
        """A notice was given to the hosts of a room."""
        ...


class Broadcast(Protocol):
    """Sends one frame to each of many clients, as `Client.send` does to one."""

    def __call__(self, clients: Sequence[Client], frame: bytes, topic: Topic, /) -> None: ...


class Frames(Protocol):
    """Encodes messages as frames, each once for any number of sockets."""

    def place(self, ref: RoomRef, now: Snapshot, participant: str, place: Place) -> bytes:
        """`seated`; or `waiting`, and after it the host's message, if there is one."""
        ...

    def refresh_required(self, ref: RoomRef, event: RoomEvent) -> bytes: ...

    def line(self, ref: RoomRef, now: Snapshot, progress: Progress) -> bytes: ...

    def host_message(self, ref: RoomRef, now: Snapshot, message: HostMessage) -> bytes: ...

    def watch(self, ref: RoomRef, now: Snapshot) -> bytes:
        """The stream of the room, which has changed."""
        ...

    def seat_lost(
        self, ref: RoomRef, now: Snapshot, reason: Literal["expired", "missed_calls", "removed"]
    ) -> bytes: ...

    def room_closed(self, ref: RoomRef, now: Revision, reason: ClosedReason) -> bytes: ...

    def room(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes: ...

    def notice(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes: ...

    def notice_cleared(self, ref: RoomRef, now: Snapshot, cleared: NoticeCleared) -> bytes: ...

    def capacity_changed(self, ref: RoomRef, now: Snapshot, change: CapacityChange) -> bytes: ...

    def retry(self, after_ms: int) -> bytes: ...

    def refused(self, code: str, detail: str) -> bytes: ...
