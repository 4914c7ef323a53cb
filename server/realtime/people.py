"""The people of one room who are connected to this node, and what the node has seen of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from server.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Place,
    Revision,
    Role,
    RoomRef,
    RoomState,
    Session,
    Snapshot,
)

Topic = Literal["place", "refresh", "line", "room", "notice", "capacity", "plain"]
"""What a frame is about. Of the unsent frames on one topic a slow client gets the newest;
of `capacity` every one."""


class Client(Protocol):
    """One connection. Neither call waits for the client."""

    @property
    def is_open(self) -> bool: ...

    @property
    def was_sent_out(self) -> bool:
        """Whether the server closed it. What it asked before that is of no effect any more."""
        ...

    @property
    def may_buy(self) -> bool: ...

    @property
    def role(self) -> Role | None:
        """As which the client came, by its newest hello."""
        ...

    def send(self, frame: bytes, topic: Topic) -> None: ...

    def close(self, code: int, reason: str) -> None: ...

    def send_away(self, after_ms: int) -> None:
        """Say when to come back, and close then: the node is going down."""
        ...


@dataclass(slots=True, eq=False)
class Member:
    """One person in one role, with all their connections to this node.

    `ticket` is `SEATED`, `PRESENTING` or the place in line; None while the person has no place
    (a host, or somebody who lost theirs and has not come back yet; `wants_in` if the node is to
    take them in again by itself). `ahead` is what all tabs here have heard of the people in front.
    """

    participant: str
    role: Role
    generation: int = 0
    ticket: int | None = None
    ahead: int | None = None
    wants_in: bool = False
    clients: list[Client] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return self.ticket is not None and self.ticket > SEATED

    @property
    def sees_the_room(self) -> bool:
        """Hosts and presenters see the room's state and notices, attendees their own place."""
        return self.role is not Role.ATTENDEE

    def take(self, place: Place) -> None:
        """Believe what the store says of this person's place."""
        self.wants_in = False
        self.generation = place.generation
        self.ticket = {"seated": SEATED, "presenting": PRESENTING, "waiting": place.ticket}.get(
            place.kind
        )

    def differs(self, place: Place) -> bool:
        """Whether `place` is another than the one believed so far."""
        if place.kind == "waiting":
            return self.ticket != place.ticket
        return self.ticket is None or self.is_waiting

    def tell(self, frame: bytes, topic: Topic) -> None:
        for client in self.clients:
            client.send(frame, topic)

    def dismiss(self, code: int, reason: str) -> None:
        """Close all connections; they leave the list as they go, and the place is given up now.

        One that came in another role meanwhile stays: its answer is under way.
        """
        self.ticket, self.wants_in = None, False
        for client in list(self.clients):
            if client.role is self.role:
                client.close(code, reason)


class RoomHere:
    """One room as this node sees it.

    Attributes:
        state: The newest state applied here; None before the first.
        applied: The revision of `state`. Everything told to clients carries it.
        seen: What calls to the store name as seen. It stays in the old epoch, when a new one
            begins, until this node has vouched for its people.
        asking: How many requests of a person are under way. Their answer tells the person;
            the event of the same change then need not.
        missed: Events were passed over, and nobody here has been compared with the store since.
        owed: People whose place has changed and who could not be told it.
    """

    def __init__(self, ref: RoomRef) -> None:
        self.ref = ref
        self.members: dict[str, Member] = {}
        self.state: RoomState | None = None
        self.applied = NOTHING_SEEN
        self.seen = NOTHING_SEEN
        self.seen_called_to = 0
        self.asking: Counter[str] = Counter()
        self.missed = False
        self.owed: set[str] = set()
        self._named: dict[str, Revision] = {}
        self._named_before: dict[str, Revision] = {}
        self._behind: list[tuple[Revision, asyncio.Future[None]]] = []
        self._curious: dict[str, list[asyncio.Future[None]]] = {}

    @property
    def now(self) -> Snapshot:
        """The newest state. Only asked for once there is one."""
        assert self.state is not None  # noqa: S101  # nobody is here before the first snapshot
        return Snapshot(self.applied, self.state)

    @property
    def must_vouch(self) -> bool:
        """A new epoch began, and the store has not heard yet who is here."""
        return self.seen.epoch != self.applied.epoch and self.seen != NOTHING_SEEN

    def apply(self, revision: Revision, state: RoomState) -> None:
        """Take in a newer state; whoever waits for it may go on."""
        self.state = state
        self.applied = revision
        if self.seen.epoch in (0, revision.epoch):
            self.witness(revision, state.called_to)
        self._behind = [entry for entry in self._behind if not self._release(*entry)]

    def witness(self, revision: Revision, called_to: int) -> None:
        """Name `revision` as seen from now on."""
        self.seen = revision
        self.seen_called_to = called_to

    async def caught_up(self, revision: Revision, timeout_s: float) -> bool:
        """Whether everything up to `revision` has been applied here within the time."""
        if self.applied >= revision:
            return True
        arrival: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._behind.append((revision, arrival))
        try:
            async with asyncio.timeout(timeout_s):
                await arrival
        except TimeoutError:
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

    def sessions(self) -> list[Session]:
        """Everybody here who has a place that must be renewed."""
        return [
            Session(member.participant, member.generation, member.ticket)
            for member in self.members.values()
            if member.ticket is not None
        ]

    def waiting(self) -> Iterator[Member]:
        return (member for member in self.members.values() if member.is_waiting)

    def watchers(self) -> Iterator[Member]:
        return (member for member in self.members.values() if member.sees_the_room)

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
