"""One room as this node sees it: its roster, its replica, and the requests under way.

Theory of operation. The store decides everything that happens in a room. This node keeps a
replica of the room's state, and tells the people who are connected to it what has changed.

`applied` is the revision of the replica. Events and snapshots raise it; nothing lowers it. Every
message to a client carries it, so the revisions that one client receives never fall.

An event whose `rev` is not `applied` + 1 leaves a gap. Its state is applied all the same, because
it holds absolute values. What the skipped events said about single people is lost, so `missed` is
set. Resync then compares all members with the store and clears it.

`seen` is the revision that script calls name. It equals `applied`, with one exception. A store
that lost its memory begins a new epoch. `seen` stays in the old epoch until this node has reported
its members (`must_report_members`); it tells the store that this node knows people whom the store
has forgotten. LeaseRenewal reports them and moves `seen`.

`owed` names people whose place changed while the store could not be read. Resync tells them.

A request of a person is under way from the hello to its reply. The reply tells the person their
place, so an event of the same change does not. If the store answers with revision r, the reply is
sent after the events up to r have been applied (`caught_up`). If a newer event named the person,
their place is read again first.

A broadcast to many members is sent in chunks, and other tasks run in between. Until it has ended
(`is_broadcasting`) no newer state is applied: events queue in `next_broadcasts`, in order, and a
snapshot waits for `broadcast_ended`.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from math import inf

from fullhouse.domain.rooms import Place, Revision, Role, RoomRef, RoomState
from fullhouse.realtime.admission_requests import DropRequest, HelloRequest
from fullhouse.realtime.host_view import HostView
from fullhouse.realtime.ports import Client
from fullhouse.realtime.queue_mark import QueueMark
from fullhouse.realtime.replica import Replica
from fullhouse.realtime.roster import Member, Roster


class LocalRoom:
    """A room with members on this node.

    Attributes:
        roster: The people who are connected.
        replica: The state of the room.
        host_view: What its hosts were told last.
        queue_mark: What its line was told last.
        under_way: How many requests of each person have no reply yet.
        renewals: Ends of the renewals of its members that are under way.
        served_at_s: When the last admission began, by the clock of the event loop.
        swept_s: When this node swept the room last, by a clock that only rises.
        has_deadline: Whether the last sweep here found a place or call that can expire.
        next_broadcasts: Events that wait for the broadcast in progress to end.
    """

    def __init__(self, ref: RoomRef) -> None:
        self.ref = ref
        self.roster = Roster()
        self.replica = Replica()
        self.host_view = HostView()
        self.queue_mark = QueueMark()
        self.under_way: Counter[str] = Counter()
        self.renewals: set[asyncio.Future[None]] = set()
        self.served_at_s = -inf
        self.swept_s: float | None = None
        self.has_deadline = False
        self.next_broadcasts: deque[Iterator[None]] = deque()
        self._broadcast: asyncio.Future[None] | None = None
        # Every member with `wants_in`; also people who have a place again or went. A search of all
        # members of all rooms, four times a second, would take a quarter of a core. The order is
        # that in which they lost their places.
        self._lost_places: dict[str, None] = {}
        self._behind: list[tuple[Revision, asyncio.Future[None]]] = []
        self._for_replies: dict[str, list[asyncio.Future[None]]] = {}

    def apply(self, revision: Revision, state: RoomState) -> None:
        """Apply a newer state, and resume everything that waits for it."""
        self.replica.apply(revision, state)
        self._behind = [entry for entry in self._behind if not self._resume(*entry)]

    async def caught_up(self, revision: Revision, timeout_s: float) -> bool:
        """Whether everything up to `revision` has been applied within the time.

        The time does not count while an earlier broadcast is in progress.
        """
        if self.replica.applied >= revision:
            return True
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._behind.append((revision, arrival))
        while not arrival.done():
            await asyncio.wait([arrival], timeout=timeout_s)
            if not arrival.done() and not self.is_broadcasting:
                return False
        return True

    @property
    def needs_resync(self) -> bool:
        """Whether members were not told something that they should know."""
        return bool(self.replica.missed or self.replica.owed or self._lost_places)

    def lose_place(self, member: Member) -> None:
        """Note that the place is gone although the person is connected."""
        member.holding, member.wants_in = None, True
        self._lost_places[member.participant] = None

    def to_readmit(self) -> list[Member]:
        """Members who lost their place, the first first, and have no request under way."""
        members = self.roster.members
        lost = [members[name] for name in self._lost_places if name in members]
        wanting = [member for member in lost if member.wants_in]
        self._lost_places = dict.fromkeys(member.participant for member in wanting)
        return [member for member in wanting if not self.under_way[member.participant]]

    def hello(
        self, participant: str, role: Role, client: Client | None, name: str = ""
    ) -> HelloRequest:
        """A request that is under way from now on."""
        self.under_way[participant] += 1
        return HelloRequest(participant, role, client, name)

    def end_requests(self, participants: Iterable[str]) -> None:
        """One request of each of these people has its reply; a name may come several times."""
        self.under_way.subtract(participants)
        self.under_way = +self.under_way  # drops the names with nothing under way
        for participant in self._for_replies.keys() - self.under_way.keys():
            for reply in self._for_replies.pop(participant):
                _release(reply)

    async def replied(self, participant: str) -> None:
        """Return once no request of this person is under way."""
        if self.under_way[participant]:
            reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._for_replies.setdefault(participant, []).append(reply)
            await reply

    def drop_member(self, member: Member) -> DropRequest | None:
        """Remove a member whose last connection was lost. Returns the drop of their place."""
        self.roster.remove(member)
        if member.holding is None:
            return None
        return DropRequest(member.participant, member.generation)

    def to_correct(
        self, news: Iterable[tuple[str, Place]], revision: Revision
    ) -> Iterator[tuple[Member, Place]]:
        """Members whose place the store reports to be another, as of `revision`.

        Without those whom a newer event named, and those who began a newer session meanwhile.
        """
        for participant, place in news:
            member = self.roster.members.get(participant)
            if member is None or self.replica.named_after(participant, revision):
                continue
            if member.generation <= place.generation:
                yield member, place

    async def renewals_have_ended(self) -> None:
        """Wait until every renewal that began before now has ended.

        Such a renewal may name somebody who has gone since. If it followed their drop, the store
        would take them for connected and keep their place for a whole lease.
        """
        if self.renewals:
            await asyncio.wait(set(self.renewals))

    @property
    def is_broadcasting(self) -> bool:
        return self._broadcast is not None

    def begin_broadcast(self) -> None:
        self._broadcast = asyncio.get_running_loop().create_future()

    def end_broadcast(self) -> None:
        if self._broadcast is not None:
            self._broadcast.set_result(None)
            self._broadcast = None

    async def broadcast_ended(self) -> None:
        """Wait until no broadcast is in progress."""
        while self._broadcast is not None:
            await asyncio.shield(self._broadcast)

    def _resume(self, revision: Revision, arrival: asyncio.Future[None]) -> bool:
        if self.replica.applied < revision:
            return False
        _release(arrival)
        return True


@contextmanager
def renewal_of(rooms: Collection[LocalRoom]) -> Iterator[None]:
    """A renewal of the members of these rooms is under way, with one end for all."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for room in rooms:
        room.renewals.add(ended)
    try:
        yield
    finally:
        for room in rooms:
            room.renewals.discard(ended)
        ended.set_result(None)


def _release(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():  # else the waiting task was cancelled
        waiting.set_result(None)


def named(ref: RoomRef) -> dict[str, str]:
    """Fields of a log line that name the room."""
    return {"account": ref.account, "room": ref.room}
