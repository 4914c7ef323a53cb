"""The event that a script publishes to all nodes after a change of a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from fullhouse.domain.rooms import (
    CapacityCause,
    HeldPlace,
    HoldingKind,
    Revision,
    Role,
    RoomState,
)


@dataclass(frozen=True, slots=True)
class Call:
    """Free seats offered to the tickets `called_from` to `called_to`, both inclusive."""

    called_from: int
    called_to: int
    count: int
    window_ms: int
    claim_ms: int


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """A change of a room's capacity. `change` is the id of the change, the same in all rooms."""

    old: int
    new: int
    cause: CapacityCause
    change: str


@dataclass(frozen=True, slots=True)
class NoticeCleared:
    id: str
    reason: Literal["upgraded", "below", "dismissed"]


class Entered(NamedTuple):
    participant: str
    generation: int
    role: Role


class Queued(NamedTuple):
    participant: str
    generation: int
    ticket: int


class Requeued(NamedTuple):
    """A person missed the call and moved to the end of the line with a new ticket."""

    participant: str
    old_ticket: int
    ticket: int


class Exchanged(NamedTuple):
    """A called person got a lower ticket.

    Either in exchange with people who are away and whom the call passed over, or because a host
    had put the person before the line.
    """

    participant: str
    old_ticket: int
    ticket: int


class Chosen(NamedTuple):
    """A host put this person before the line. `ticket` is 0 while the person is away."""

    participant: str
    ticket: int


class Reported(NamedTuple):
    """A node reported this person during a refill. `ticket` is 0 unless the person waits."""

    participant: str
    generation: int
    kind: HoldingKind
    ticket: int


class Expired(NamedTuple):
    participant: str
    generation: int
    place: HeldPlace


class Departed(NamedTuple):
    """A person gave up a place held in `role`, in a session of at most that generation."""

    participant: str
    generation: int
    role: Role


class Gone(NamedTuple):
    participant: str
    generation: int


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """The changes that one script made in a room: the new state, and the people concerned.

    Values are absolute, so a lost or repeated event does no harm.

    Attributes:
        late_ms: By the clock of the room, how long after its deadline the first place in `expired`
            was freed. Earlier versions do not send it.
    """

    room: str
    epoch: int
    rev: int
    cause: str
    state: RoomState
    call: Call | None = None
    capacity: CapacityChange | None = None
    notice_given: bool = False
    notice_cleared: NoticeCleared | None = None
    entered: tuple[Entered, ...] = ()
    queued: tuple[Queued, ...] = ()
    requeued: tuple[Requeued, ...] = ()
    exchanged: tuple[Exchanged, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    reported: tuple[Reported, ...] = ()
    dropped_out: tuple[Gone, ...] = ()
    expired: tuple[Expired, ...] = ()
    away: tuple[Gone, ...] = ()
    left: tuple[Departed, ...] = ()
    changed_role: tuple[Departed, ...] = ()
    removed: tuple[Gone, ...] = ()
    late_ms: int | None = None

    @property
    def revision(self) -> Revision:
        return Revision(self.epoch, self.rev)
