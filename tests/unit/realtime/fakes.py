"""The world of a node as these tests steer it: a store with prepared answers, tabs that listen."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import (
    Admissions,
    Place,
    Revision,
    Role,
    RoomRef,
    RoomState,
    Snapshot,
)
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Topic
from fullhouse.realtime.queue_progress import QueueProgress
from fullhouse.realtime.roster import Member
from tests.unit.realtime.events import state

if TYPE_CHECKING:
    from fullhouse.realtime.ports import Frames, Rooms

REF = RoomRef("acme", "hall")


class Tab:
    """A connection: what it was told, and how it was closed."""

    def __init__(self, role: Role = Role.ATTENDEE, *, may_buy: bool = False) -> None:
        self.role: Role | None = role
        self.may_buy = may_buy
        self.heard: list[str] = []
        self.closed: int | None = None
        self.has_gone = False

    @property
    def is_open(self) -> bool:
        return self.closed is None and not self.has_gone

    @property
    def was_sent_out(self) -> bool:
        return self.closed is not None

    def send(self, frame: bytes, topic: Topic) -> None:
        if self.is_open:
            self.heard.append(frame.decode())

    def close(self, code: int, reason: str) -> None:
        self.closed = code

    def send_away(self, after_ms: int) -> None:
        self.closed = 4101

    def goes(self) -> None:
        """The client goes by itself."""
        self.has_gone = True


class Words:
    """Frames that people can read: the word, for whom or what, and the revision they carry."""

    def __getattr__(self, word: str) -> Any:  # noqa: ANN401  # every method of `ports.Frames`
        def frame(ref: RoomRef, now: Any = None, *details: Any, **more: Any) -> bytes:  # noqa: ANN401
            revision = getattr(now, "revision", now)
            plain = [str(detail) for detail in details if isinstance(detail, str | int)]
            kinds: list[str] = [detail.kind for detail in details if isinstance(detail, Place)]
            at = f"@{revision.rev}" if isinstance(revision, Revision) else str(now)
            return " ".join([*(kinds or [word]), *plain, at]).encode()

        return frame


class Store:
    """Answers with what was prepared, in order; with nothing prepared it is away."""

    def __init__(self) -> None:
        self.places: deque[tuple[Revision, tuple[Place, ...]]] = deque()
        self.snapshots: deque[Snapshot] = deque()
        self.asked: list[list[str]] = []

    async def positions(self, ref: RoomRef, participants: Sequence[str]) -> Admissions:
        self.asked.append(list(participants))
        if not self.places:
            raise StoreUnavailable
        revision, places = self.places.popleft()
        return Admissions("ok", revision.epoch, revision.rev, places)

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        if not self.snapshots:
            raise StoreUnavailable
        return self.snapshots.popleft()


class RealtimeMetrics:
    """Counts how often something happened."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, object]] = []

    def __getattr__(self, word: str) -> Any:  # noqa: ANN401  # every method of `ports.RealtimeMetrics`
        return lambda *about: self.counted.append((word, *about))


def a_room(rev: int = 1, now: RoomState | None = None) -> LocalRoom:
    """A room that this node has seen up to `rev`."""
    room = LocalRoom(REF)
    room.apply(Revision(7, rev), now or state())
    return room


def comes(
    room: LocalRoom,
    name: str,
    ticket: int | None,
    *,
    role: Role = Role.ATTENDEE,
    generation: int = 5,
    tabs: int = 1,
) -> tuple[Member, list[Tab]]:
    """Somebody is here, with so many tabs."""
    opened = [Tab(role) for _ in range(tabs)]
    member = Member(name, role, generation, ticket, clients=tuple(opened))
    room.roster.add(member)
    return member, opened


def lines_of(store: Store, room: LocalRoom) -> QueueProgress:
    """What tells the people of that room how their line moves."""
    rooms, words = cast("Rooms", store), cast("Frames", Words())
    return QueueProgress(rooms, PlaceUpdates(rooms, words), words, lambda: [room])
