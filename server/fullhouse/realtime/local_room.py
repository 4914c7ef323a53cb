"""The people of one room who are connected to this node, and what the node has seen of it."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from operator import attrgetter

from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    ClosedReason,
    Revision,
    Role,
    RoomRef,
    RoomState,
    Session,
    Snapshot,
)
from fullhouse.realtime.member import Client, Member
from fullhouse.realtime.order import TicketOrder

_by_ticket = attrgetter("ticket")


class LocalRoom:
    """One room as this node sees it.

    Attributes:
        state: The newest state applied here; None before the first.
        applied: The revision of `state`. Everything told to clients carries it.
        seen: What calls to the store name as seen. It stays in the old epoch, when a new one
            begins, until this node has vouched for its people.
        asking: How many requests of a person are under way. Their answer tells the person;
            the event of the same change then need not.
        missed: Events were passed over, and nobody here has been compared with the store since.
        served_at_s: When the last call for people who ask began, by the clock of the loop.
        owed: People whose place has changed and who could not be told it.
        unheard: What is to be told when the people here have been told what they are told now.
    """

    def __init__(self, ref: RoomRef) -> None:
        self.ref = ref
        self.state: RoomState | None = None
        self.applied = NOTHING_SEEN
        self.seen = NOTHING_SEEN
        self.seen_called_to = 0
        self.asking: Counter[str] = Counter()
        self.missed = False
        self.served_at_s = -inf
        self.owed: set[str] = set()
        self.unheard: deque[Iterator[None]] = deque()
        self._members: dict[str, Member] = {}
        self._watchers: dict[str, Member] = {}
        self._line: TicketOrder[Member] = TicketOrder()
        self._telling: asyncio.Future[None] | None = None
        self._renewals: set[asyncio.Future[None]] = set()
        self._named: dict[str, Revision] = {}
        self._named_before: dict[str, Revision] = {}
        self._behind: list[tuple[Revision, asyncio.Future[None]]] = []
        self._curious: dict[str, list[asyncio.Future[None]]] = {}

    @property
    def members(self) -> Mapping[str, Member]:
        """Everybody here, by name."""
        return self._members

    def take_in(self, member: Member) -> None:
        """From now on that person is here; in place of whoever had the name."""
        self.let_go(self._members.get(member.participant))
        self._members[member.participant] = member
        member.stand_in(self._line)
        if member.sees_the_room:
            self._watchers[member.participant] = member

    def let_go(self, member: Member | None) -> None:
        """The person is not here any more. Safe to repeat."""
        if member and self._members.get(member.participant) is member:
            del self._members[member.participant]
            self._watchers.pop(member.participant, None)
            member.stand_in(None)

    @property
    def is_telling(self) -> bool:
        """People here are being told something, a part of them at a time.

        Until all of them have been, no newer state is applied: everything that one client hears
        rises in `rev`.
        """
        return self._telling is not None

    def begin_telling(self) -> None:
        self._telling = asyncio.get_running_loop().create_future()

    def end_telling(self) -> None:
        if self._telling is not None:
            self._telling.set_result(None)
            self._telling = None

    async def at_rest(self) -> None:
        """Wait until nobody here is being told anything."""
        while self._telling is not None:
            await asyncio.shield(self._telling)

    @property
    def now(self) -> Snapshot:
        """The newest state. Only asked for once there is one."""
        assert self.state is not None  # noqa: S101  # nobody is here before the first snapshot
        return Snapshot(self.applied, self.state)

    @property
    def end(self) -> ClosedReason:
        """The reason with which people are sent away now."""
        return (self.state and self.state.closed_reason) or "closed"

    @property
    def must_report_members(self) -> bool:
        """A new epoch began, and the store has not heard yet who is here."""
        return self.seen.epoch != self.applied.epoch and self.seen != NOTHING_SEEN

    def apply(self, revision: Revision, state: RoomState) -> None:
        """Take in a newer state; whoever waits for it may go on."""
        self.state = state
        self.applied = revision
        if self.seen.epoch in (0, revision.epoch):
            self.note_seen(revision, state.called_to)
        self._behind = [entry for entry in self._behind if not self._release(*entry)]

    def note_seen(self, revision: Revision, called_to: int) -> None:
        """Name `revision` as seen from now on."""
        self.seen = revision
        self.seen_called_to = called_to

    async def caught_up(self, revision: Revision, timeout_s: float) -> bool:
        """Whether everything up to `revision` has been applied here within the time.

        While people here are being told of what came before, the time does not count.
        """
        if self.applied >= revision:
            return True
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._behind.append((revision, arrival))
        while not arrival.done():
            await asyncio.wait([arrival], timeout=timeout_s)
            if not arrival.done() and not self.is_telling:
                return False
        return True

    def note_answered(self, participants: Iterable[str]) -> None:
        """So many requests of these people are not under way any more."""
        self.asking.subtract(participants)
        self.asking = +self.asking  # drops the names with nothing under way
        for participant in self._curious.keys() - self.asking.keys():
            for answer in self._curious.pop(participant):
                _release(answer)

    async def answered(self, participant: str) -> None:
        """Return once no request of this person is under way."""
        if self.asking[participant]:
            answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._curious.setdefault(participant, []).append(answer)
            await answer

    @contextmanager
    def renewal(self) -> Iterator[None]:
        """The people here are being renewed."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._renewals.add(ended)
        try:
            yield
        finally:
            self._renewals.discard(ended)
            ended.set_result(None)

    async def renewals_have_ended(self) -> None:
        """Wait until no renewal is under way that began before now.

        Such a renewal may name somebody who has gone since. After their drop it would take them
        for connected, and keep their place for a whole lease.
        """
        if self._renewals:
            await asyncio.wait(set(self._renewals))

    def sessions(self) -> list[Session]:
        """Everybody here who has a place that must be renewed, in order of their tickets.

        So those with one kind of place stand together: the store then renews them together.
        """
        found = [
            Session(member.participant, member.generation, ticket)
            for member in self._members.values()
            if (ticket := member.ticket) is not None
        ]
        return sorted(found, key=_by_ticket)

    def waiting(self) -> Iterator[Member]:
        """In order of their tickets."""
        return iter(self._line)

    def waiting_in_chunks(self, first: int, last: int, size: int) -> Iterator[list[Member]]:
        """Whoever waits with a ticket from `first` to `last` when their chunk is due, in order."""
        return self._line.chunks(first, last, size)

    def waiting_beyond(self, last: int) -> list[Member]:
        """Whoever waits with a higher ticket than `last`, in order."""
        return self._line.beyond(last)

    def watchers(self) -> Iterator[Member]:
        return iter(self._watchers.values())

    def member(self, participant: str, role: Role | None = None) -> Member | None:
        """The person, if here (in that role)."""
        member = self.members.get(participant)
        return member if member and role in (None, member.role) else None

    def knows(self, participant: str, client: Client) -> bool:
        """Whether this connection is of somebody who was let in."""
        member = self.members.get(participant)
        return member is not None and client in member.clients

    def name(self, participant: str) -> None:
        """Note that the newest event concerned this person."""
        self._named[participant] = self.applied

    def named_after(self, participant: str, revision: Revision) -> bool:
        """Whether an event newer than `revision` concerned the person lately."""
        last = self._named.get(participant) or self._named_before.get(participant, NOTHING_SEEN)
        return last > revision

    def forget_names(self) -> None:
        """Called once a second: an answer under way is never older than that."""
        self._named_before, self._named = self._named, {}

    def _release(self, revision: Revision, arrival: asyncio.Future[None]) -> bool:
        if self.applied < revision:
            return False
        _release(arrival)
        return True


def _release(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():  # else nobody waits any more
        waiting.set_result(None)


def named(ref: RoomRef) -> dict[str, str]:
    """Fields of a log line that name the room."""
    return {"account": ref.account, "room": ref.room}
