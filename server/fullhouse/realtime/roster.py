"""The people of one room who are connected to this node, by name and by ticket."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from fullhouse.domain.rooms import Holding, Place, Role, RoomState, Session
from fullhouse.domain.waits import Progress, progress_of
from fullhouse.realtime.ports import Client, Topic


class Waiter(Protocol):
    @property
    def ticket(self) -> int: ...


WaiterT = TypeVar("WaiterT", bound=Waiter)


class TicketOrder(Generic[WaiterT]):
    """People in line, sorted by ticket. A ticket must not change while its holder is in it."""

    def __init__(self) -> None:
        self._waiters: list[WaiterT] = []

    def __iter__(self) -> Iterator[WaiterT]:
        return iter(self._waiters)

    def add(self, waiter: WaiterT) -> None:
        """Mostly an append: newcomers have the highest ticket."""
        insort(self._waiters, waiter, key=_ticket)

    def discard(self, waiter: WaiterT) -> None:
        start = bisect_left(self._waiters, _ticket(waiter), key=_ticket)
        for index in range(start, len(self._waiters)):
            if self._waiters[index] is waiter:
                del self._waiters[index]
                return
            if _ticket(self._waiters[index]) != _ticket(waiter):
                return

    def chunks(self, first: int, last: int, size: int) -> Iterator[list[WaiterT]]:
        """People with a ticket from `first` to `last`, in order, about `size` at a time.

        A chunk is built when it is asked for, without people who have gone by then. Compute the
        start of the next chunk before yielding: its last member may get a new ticket meanwhile.
        """
        while chunk := self._next_chunk(first, last, size):
            first = _ticket(chunk[-1]) + 1
            yield chunk

    def beyond(self, last: int) -> list[WaiterT]:
        """People with a higher ticket than `last`."""
        return self._waiters[self._start_of(last + 1) :]

    def _next_chunk(self, first: int, last: int, size: int) -> list[WaiterT]:
        """The next people in order. A chunk never ends between two people with one ticket."""
        waiters = self._waiters
        start, end = self._start_of(first), self._end_of(last)
        if start + size < end:
            end = self._end_of(_ticket(waiters[start + size - 1]))
        return waiters[start:end]

    def _end_of(self, ticket: int) -> int:
        return bisect_right(self._waiters, ticket, key=_ticket)

    def _start_of(self, ticket: int) -> int:
        return bisect_left(self._waiters, ticket, key=_ticket)


class Member:
    """One person in one role, with all their connections to this node.

    `holding` is None while the person holds no place: a host, or somebody who lost the place and
    has not come back yet. `ticket` is that of `holding`, 0 unless waiting. `wants_in` says that
    the node has to readmit the person. `name` is that of the last hello. `progress` is what all
    tabs were told of the line. `clients` is a tuple, so that it can be iterated while connections
    close.
    """

    __slots__ = (
        "_holding",
        "_order",
        "clients",
        "generation",
        "name",
        "participant",
        "progress",
        "role",
        "ticket",
        "wants_in",
    )

    def __init__(
        self,
        participant: str,
        role: Role,
        generation: int = 0,
        holding: Holding | None = None,
        *,
        clients: tuple[Client, ...] = (),
    ) -> None:
        self.participant = participant
        self.role = role
        self.generation = generation
        self.progress: Progress | None = None
        self.wants_in = False
        self.name = ""
        self.clients = clients
        self.ticket = holding.ticket if holding else 0
        self._holding = holding
        self._order: TicketOrder[Member] | None = None

    @property
    def holding(self) -> Holding | None:
        return self._holding

    @holding.setter
    def holding(self, holding: Holding | None) -> None:
        order = self._order
        self.join_order(None)
        self._holding = holding
        self.ticket = holding.ticket if holding else 0
        self.join_order(order)

    def join_order(self, order: TicketOrder[Member] | None) -> None:
        """Be in that order from now on, whenever waiting; None leaves the present one."""
        if self._order is not None and self.is_waiting:
            self._order.discard(self)
        self._order = order
        if order is not None and self.is_waiting:
            order.add(self)

    @property
    def is_waiting(self) -> bool:
        return self._holding is not None and self._holding.kind == "waiting"

    @property
    def sees_the_room(self) -> bool:
        """Hosts and presenters see the room's state and notices, attendees their own place."""
        return self.role is not Role.ATTENDEE

    def take(self, place: Place) -> None:
        """Set the place that the store reports for this person."""
        self.wants_in = False
        self.generation = place.generation
        self.holding = place.holding

    def note_told(self, place: Place, state: RoomState) -> None:
        """Note what a message about `place` tells of the line."""
        self.progress = progress_of(place.ahead, state) if place.kind == "waiting" else None

    def differs(self, place: Place) -> bool:
        """Whether the person does not hold `place` yet. Always true of a host."""
        return self._holding is None or self._holding != place.holding

    def add(self, client: Client) -> None:
        """Add a connection, unless it is there already."""
        if client not in self.clients:
            self.clients = (*self.clients, client)

    def discard(self, client: Client) -> None:
        """Remove a connection. Safe to repeat."""
        self.clients = tuple(other for other in self.clients if other is not client)

    def send(self, frame: bytes, topic: Topic) -> None:
        """Send one frame to all connections of the person."""
        for client in self.clients:
            client.send(frame, topic)

    def close(self, code: int, reason: str, cause: str = "") -> None:
        """Give the place up now and close all connections; each leaves `clients` as it closes.

        A connection that has said hello in another role since stays: its reply is under way.
        """
        self.holding, self.wants_in = None, False
        for client in self.clients:
            if client.role is self.role:
                client.close(code, reason, cause)


class Roster:
    """Everybody in the room who is connected to this node. A name is in it once."""

    def __init__(self) -> None:
        self._members: dict[str, Member] = {}
        self._watchers: dict[str, Member] = {}
        self._line: TicketOrder[Member] = TicketOrder()

    @property
    def members(self) -> Mapping[str, Member]:
        return self._members

    def add(self, member: Member) -> None:
        """Add a person, in place of the member who had the name."""
        self.remove(self._members.get(member.participant))
        self._members[member.participant] = member
        member.join_order(self._line)
        if member.sees_the_room:
            self._watchers[member.participant] = member

    def remove(self, member: Member | None) -> None:
        """Remove a person. Safe to repeat."""
        if member and self._members.get(member.participant) is member:
            del self._members[member.participant]
            self._watchers.pop(member.participant, None)
            member.join_order(None)

    def member(self, participant: str, role: Role | None = None) -> Member | None:
        """The person, if connected (in that role)."""
        member = self._members.get(participant)
        return member if member and role in (None, member.role) else None

    def knows(self, participant: str, client: Client) -> bool:
        """Whether this connection belongs to an admitted person."""
        member = self._members.get(participant)
        return member is not None and client in member.clients

    def sessions(self) -> list[Session]:
        """Everybody with a place that must be renewed: presenters, then seats, then the line.

        So people with one kind of place are neighbours: the store renews neighbours together.
        """
        presenting: list[Session] = []
        seated: list[Session] = []
        for member in self._members.values():
            if not member.ticket and (holding := member.holding):
                group = seated if holding.kind == "seated" else presenting
                group.append(Session(member.participant, member.generation, holding))
        waiting = [
            Session(member.participant, member.generation, holding)
            for member in self._line
            if (holding := member.holding)
        ]
        return presenting + seated + waiting

    def watchers(self) -> Iterator[Member]:
        """Hosts and presenters."""
        return iter(self._watchers.values())

    def waiting(self) -> Iterator[Member]:
        """In order of their tickets."""
        return iter(self._line)

    def waiting_in_chunks(self, first: int, last: int, size: int) -> Iterator[list[Member]]:
        """People in line with a ticket from `first` to `last`, when their chunk is built."""
        return self._line.chunks(first, last, size)

    def waiting_beyond(self, last: int) -> list[Member]:
        """People in line with a higher ticket than `last`, in order."""
        return self._line.beyond(last)


def _ticket(waiter: Waiter) -> int:
    return waiter.ticket
