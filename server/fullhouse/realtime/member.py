"""One person connected to this node, and the connections they are told things on."""

from __future__ import annotations

from typing import Literal, Protocol

from fullhouse.domain.rooms import PRESENTING, SEATED, Place, Role
from fullhouse.realtime.order import TicketOrder

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


class Member:
    """One person in one role, with all their connections to this node.

    `ticket` is `SEATED`, `PRESENTING` or the place in line; None while the person has no place
    (a host, or somebody who lost theirs and has not come back yet; `wants_in` if the node is to
    take them in again by itself). `ahead` is what all tabs here have heard of the people in front.
    `clients` is a tuple, so whoever walks it is not disturbed when one of them goes meanwhile.
    """

    __slots__ = (
        "_order",
        "_ticket",
        "ahead",
        "clients",
        "generation",
        "participant",
        "role",
        "wants_in",
    )

    def __init__(
        self,
        participant: str,
        role: Role,
        generation: int = 0,
        ticket: int | None = None,
        *,
        clients: tuple[Client, ...] = (),
    ) -> None:
        self.participant = participant
        self.role = role
        self.generation = generation
        self.ahead: int | None = None
        self.wants_in = False
        self.clients = clients
        self._ticket = ticket
        self._order: TicketOrder[Member] | None = None

    @property
    def ticket(self) -> int | None:
        return self._ticket

    @ticket.setter
    def ticket(self, ticket: int | None) -> None:
        order = self._order
        self.stand_in(None)
        self._ticket = ticket
        self.stand_in(order)

    def stand_in(self, order: TicketOrder[Member] | None) -> None:
        """Stand in that order from now on, whenever waiting; None leaves the present one."""
        if self._order is not None and self.is_waiting:
            self._order.discard(self)
        self._order = order
        if order is not None and self.is_waiting:
            order.add(self)

    @property
    def is_waiting(self) -> bool:
        return self._ticket is not None and self._ticket > SEATED

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

    def add(self, client: Client) -> None:
        """One more connection, unless it is there already."""
        if client not in self.clients:
            self.clients = (*self.clients, client)

    def discard(self, client: Client) -> None:
        """That connection is not this person's any more. Safe to repeat."""
        self.clients = tuple(other for other in self.clients if other is not client)

    def tell(self, frame: bytes, topic: Topic) -> None:
        for client in self.clients:
            client.send(frame, topic)

    def dismiss(self, code: int, reason: str) -> None:
        """Close all connections; they leave `clients` as they go, and the place is given up now.

        One that came in another role meanwhile stays: its answer is under way.
        """
        self.ticket, self.wants_in = None, False
        for client in self.clients:
            if client.role is self.role:
                client.close(code, reason)
