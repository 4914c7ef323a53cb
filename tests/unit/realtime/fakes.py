"""Typed fakes of what realtime needs: a store with prepared answers, and tabs that listen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from fullhouse.batch_queue import BatchQueue, Serve
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import (
    Admissions,
    Answer,
    Drop,
    Holding,
    LineProgress,
    Newcomer,
    Place,
    Renewals,
    Revision,
    Role,
    RoomRef,
    RoomState,
    Session,
    Snapshot,
    Sweep,
)
from fullhouse.realtime.admission_requests import Request
from fullhouse.realtime.admissions import AdmissionQueue
from fullhouse.realtime.broadcasts import BroadcastScheduler
from fullhouse.realtime.event_fanout import EventFanout
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.place_endings import PlaceEndings
from fullhouse.realtime.place_updates import PlaceUpdates
from fullhouse.realtime.ports import Topic
from fullhouse.realtime.queue_progress import QueueProgress
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks
from tests.unit.realtime.events import state

if TYPE_CHECKING:
    from fullhouse.domain.host_message import HostMessage
    from fullhouse.domain.offers import Offer
    from fullhouse.domain.orphaned_rooms import OrphanedRoom
    from fullhouse.domain.room_events import CapacityChange, NoticeCleared, RoomEvent
    from fullhouse.domain.rooms import ClosedReason
    from fullhouse.domain.waits import Progress
    from fullhouse.realtime.ports import Client

REF = RoomRef("acme", "hall")


class Tab:
    """A connection: what it was told, and how it was closed."""

    def __init__(self, role: Role = Role.ATTENDEE, *, may_buy: bool = False) -> None:
        self.role: Role | None = role
        self.may_buy = may_buy
        self.heard: list[str] = []
        self.closed: int | None = None
        self.away_after_ms: int | None = None
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

    def close(self, code: int, reason: str, cause: str = "") -> None:
        self.closed = code

    def send_away(self, after_ms: int) -> None:
        self.away_after_ms = after_ms
        self.closed = 4101

    def goes(self) -> None:
        """The client goes by itself."""
        self.has_gone = True


class TextFrames:
    """Frames that people can read: the message, its details, and the revision it carries."""

    def place(self, ref: RoomRef, now: Snapshot, participant: str, place: Place) -> bytes:
        waiting = place.kind == "waiting" and now.state.host_message
        told = f" {waiting.text}" if waiting and waiting.text else ""
        stream = f" {now.state.watch}" if place.kind == "waiting" and now.state.watch else ""
        return _text(place.kind, participant + told + stream, now)

    def host_message(self, ref: RoomRef, now: Snapshot, message: HostMessage) -> bytes:
        return _text("message", str(message.text), now)

    def watch(self, ref: RoomRef, now: Snapshot) -> bytes:
        return _text("watch", str(now.state.watch), now)

    def refresh_required(self, ref: RoomRef, event: RoomEvent) -> bytes:
        return _text("refresh_required", event.cause, event.revision)

    def line(self, ref: RoomRef, now: Snapshot, progress: Progress) -> bytes:
        estimate = [] if progress.estimate_s is None else ["in", *progress.estimate_s]
        return _text("line", " ".join(map(str, [progress.ahead, *estimate])), now)

    def seat_lost(
        self, ref: RoomRef, now: Snapshot, reason: Literal["expired", "missed_calls", "removed"]
    ) -> bytes:
        return _text("seat_lost", reason, now)

    def room_closed(self, ref: RoomRef, now: Revision, reason: ClosedReason) -> bytes:
        return _text("room_closed", reason, now)

    def room(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes:
        return _text("room", now)

    def notice(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes:
        return _text("notice", now)

    def notice_cleared(self, ref: RoomRef, now: Snapshot, cleared: NoticeCleared) -> bytes:
        return _text("notice_cleared", cleared.reason, now)

    def capacity_changed(self, ref: RoomRef, now: Snapshot, change: CapacityChange) -> bytes:
        return _text("capacity_changed", change.new, now)

    def retry(self, after_ms: int) -> bytes:
        return f"retry {after_ms}".encode()

    def refused(self, code: str, detail: str) -> bytes:
        return f"refused {code}".encode()


def _text(*words: str | int | Snapshot | Revision) -> bytes:
    *plain, now = words
    revision = now.revision if isinstance(now, Snapshot) else now
    assert isinstance(revision, Revision)
    return " ".join([*map(str, plain), f"@{revision.rev}"]).encode()


class Store:
    """Answers with what was prepared, in order; where nothing is prepared it is away.

    It satisfies `ports.Rooms`; tests override what they are about.
    """

    def __init__(self) -> None:
        self.places: deque[tuple[Revision, tuple[Place, ...]]] = deque()
        self.snapshots: deque[Snapshot] = deque()
        self.asked: list[list[str]] = []
        self.progress: deque[tuple[Revision, tuple[int | None, ...]]] = deque()
        self.tickets_asked: list[list[int]] = []
        self.before_answer: Callable[[], None] = lambda: None

    async def positions(self, ref: RoomRef, participants: Sequence[str]) -> Admissions:
        self.asked.append(list(participants))
        if not self.places:
            raise StoreUnavailable
        revision, places = self.places.popleft()
        return Admissions("ok", revision.epoch, revision.rev, places)

    async def people_ahead(self, ref: RoomRef, tickets: Sequence[int]) -> LineProgress:
        self.tickets_asked.append(list(tickets))
        if not self.progress:
            raise StoreUnavailable
        self.before_answer()
        revision, ahead = self.progress.popleft()
        return LineProgress("ok", revision.epoch, revision.rev, ahead)

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        if not self.snapshots:
            raise StoreUnavailable
        return self.snapshots.popleft()

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision
    ) -> Admissions:
        raise StoreUnavailable

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        raise StoreUnavailable

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer:
        raise StoreUnavailable

    async def leave(
        self, ref: RoomRef, leavers: Sequence[tuple[str, int]], seen: Revision
    ) -> Answer:
        raise StoreUnavailable

    async def sweep_room(self, ref: RoomRef, seen: Revision, *, attended: bool) -> Sweep:
        raise StoreUnavailable

    async def sweep_rooms(
        self, rooms: Sequence[tuple[RoomRef, Revision, bool]], /
    ) -> Sequence[Sweep | StoreUnavailable]:
        return [StoreUnavailable() for _ in rooms]

    async def renew_rooms(
        self, rooms: Sequence[tuple[RoomRef, Sequence[Session], Revision, int]], /
    ) -> Sequence[Renewals | StoreUnavailable]:
        return [StoreUnavailable() for _ in rooms]

    async def close_forgotten(self, ref: RoomRef) -> bool:
        raise StoreUnavailable

    async def dismiss_notice(
        self, ref: RoomRef, notice: str, *, rest: bool
    ) -> Literal["ok", "no_room", "closed", "unknown_notice"]:
        raise StoreUnavailable


class Subscriptions:
    """Notes what is subscribed to."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def subscribe(self, account: str) -> None:
        self.calls.append(f"subscribe {account}")

    async def unsubscribe(self, account: str) -> None:
        self.calls.append(f"unsubscribe {account}")


class SweepIndex:
    """A sweep index in which nothing is due."""

    async def watch(self, refs: Iterable[RoomRef], /) -> None: ...

    async def postpone(self, refs: Iterable[RoomRef], claim_ms: int, /) -> None: ...

    async def take(self, limit: int, /) -> Sequence[OrphanedRoom]:
        return ()

    async def rest(self, orphaned_rooms: Sequence[OrphanedRoom], /) -> None: ...


class RealtimeMetrics:
    """Counts how often something happened."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, object]] = []

    def admitted(self, outcome: str) -> None:
        self.counted.append(("admitted", outcome))

    def broadcast(self, frames: int) -> None:
        self.counted.append(("broadcast", frames))

    def renewed(self, leases: int) -> None:
        self.counted.append(("renewed", leases))

    def gap_mended(self, cause: str) -> None:
        self.counted.append(("gap_mended", cause))

    def expired_late(self, seconds: float) -> None:
        self.counted.append(("expired_late", seconds))

    def round_delayed(self, loop: str, seconds: float) -> None:
        self.counted.append(("round_delayed", loop))

    def noticed(self, level: str) -> None:
        self.counted.append(("noticed", level))


class World:
    """The parts that most of realtime is built on, around one store.

    `readmitted` notes the people whom the node readmits by itself; they are not served.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.frames = TextFrames()
        self.metrics = RealtimeMetrics()
        self.background_tasks = BackgroundTasks()
        self.readmitted: list[str] = []
        self.places = PlaceUpdates(store, self.frames)
        self.hosts = HostUpdates(self.frames, no_offers, self.background_tasks, self.metrics)
        queue: AdmissionQueue = BatchQueue(self, self.background_tasks, limit=1, keeps_order=True)
        self.endings = PlaceEndings(self.frames, self.hosts, queue)

    def event_fanout(self, reported: list[LocalRoom] | None = None) -> EventFanout:
        """A fan-out; `reported` notes the rooms whose members it has reported."""
        return EventFanout(
            frames=self.frames,
            places=self.places,
            hosts=self.hosts,
            endings=self.endings,
            scheduler=BroadcastScheduler(self.background_tasks),
            background_tasks=self.background_tasks,
            metrics=self.metrics,
            broadcast=broadcast,
            report_members=([] if reported is None else reported).append,
        )

    def by_kind(self) -> Mapping[str, Serve[LocalRoom, Request]]:
        return {"hello": self._note}

    def gather_s(self, room: LocalRoom, waiting: int) -> float:
        return 0.0

    def begin(self, room: LocalRoom) -> None: ...

    def fail(self, room: LocalRoom, requests: Sequence[Request], error: BaseException) -> None:
        raise error

    async def _note(self, room: LocalRoom, batch: Sequence[Request]) -> Sequence[Request]:
        self.readmitted += [request.participant for request in batch]
        return ()


async def no_offers(account_id: str, /, *, people: int) -> tuple[Offer, ...]:
    return ()


def broadcast(clients: Iterable[Client], frame: bytes, topic: Topic, /) -> None:
    for client in clients:
        client.send(frame, topic)


def a_room(rev: int = 1, now: RoomState | None = None, *, ref: RoomRef = REF) -> LocalRoom:
    """A room that this node has seen up to `rev`."""
    room = LocalRoom(ref)
    room.apply(Revision(7, rev), now or state())
    return room


def rooms_with(*rooms: LocalRoom) -> LocalRooms:
    """A node with these rooms."""
    local_rooms = LocalRooms()
    for room in rooms:
        local_rooms.add(room)
    return local_rooms


def comes(
    room: LocalRoom,
    name: str,
    holding: Holding | int | None,
    *,
    role: Role = Role.ATTENDEE,
    generation: int = 5,
    tabs: int = 1,
) -> tuple[Member, list[Tab]]:
    """Somebody is connected, with so many tabs. A number is a ticket in the line."""
    if isinstance(holding, int):
        holding = Holding("waiting", holding)
    opened = [Tab(role) for _ in range(tabs)]
    member = Member(name, role, generation, holding, clients=tuple(opened))
    room.roster.add(member)
    return member, opened


def progress_of(store: Store, room: LocalRoom) -> QueueProgress:
    """What tells the people of that room how their line moves."""
    frames = TextFrames()
    return QueueProgress(store, PlaceUpdates(store, frames), frames, rooms_with(room))
