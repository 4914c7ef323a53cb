"""The gate of a room: whether a person is inside, for a platform that guards another door.

The door is that of a media server, for example. It opens for people who are inside, for no longer
than their lease. Source: docs/decisions/0064-seat-gates.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from fullhouse.domain.errors import CallerError, NotFound, RoomClosed, Unavailable
from fullhouse.domain.rooms import Answer, RoomRef

InsideKind = Literal["seated", "presenting", "hosting"]
"""How a person is inside. Hosts have no place; they are inside as long as the room is open."""

OutsideReason = Literal["waiting", "called", "away", "removed", "absent"]
"""Why a person is not inside. `absent`: they have neither a seat nor a place in line."""

GateKind: TypeAlias = InsideKind | OutsideReason


class NotInside(CallerError):
    """A person has no right to be inside the room now.

    Args:
        reason: Where the person is instead.
        ahead: How many people who are not called wait in front of them. None: they do not wait.
    """

    code = "not_inside"

    def __init__(self, reason: OutsideReason, ahead: int | None = None) -> None:
        super().__init__(_OUTSIDE[reason], reason)
        self.reason = reason
        self.ahead = ahead


_OUTSIDE: dict[OutsideReason, str] = {
    "waiting": "The person waits in line, and is not called yet.",
    "called": "The person is called, and has not taken the seat yet.",
    "away": "The person's place in line is kept, but nobody is there.",
    "removed": "The platform has removed the person from the room.",
    "absent": "The person has no seat in this room, and does not wait for one.",
}


@dataclass(frozen=True, slots=True)
class GateAnswer(Answer):
    """What the store knows about one person, of one moment.

    Attributes:
        kind: Where the person is.
        generation: The number of their session; 0 without a place.
        ends_in_ms: The rest of the lease. 0: the person is not inside.
        now_ms: The moment, in Unix ms of the store.
        ahead: How many people who are not called wait in front of them. None: they do not wait.
        in_doubt: An earlier run of the store wrote this, and nobody has confirmed it yet.
        refilling: The store has lost people, and the nodes are bringing them back.
    """

    kind: GateKind = "absent"
    generation: int = 0
    ends_in_ms: int = 0
    now_ms: int = 0
    ahead: int | None = None
    in_doubt: bool = False
    refilling: bool = False


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The right of a person to be inside.

    Attributes:
        ends_in_ms: How long it lasts without a renewal; more than 0.
        ends_at_ms: The same as an instant of the store, in Unix ms.
    """

    kind: InsideKind
    generation: int
    ends_in_ms: int
    ends_at_ms: int


def entitlement(ref: RoomRef, answer: GateAnswer) -> Entitlement:
    """The right that the answer gives.

    Raises:
        NotFound: there is no such room.
        RoomClosed: the room is closed.
        NotInside: the person has no right to be inside.
        Unavailable: the store may have lost the right.
    """
    if answer.outcome == "no_room":
        raise NotFound("room", ref.room)
    if answer.outcome != "ok":
        raise RoomClosed(ref.room)
    if not _is_certain(answer):
        raise Unavailable("The store has lost changes, and is being refilled by the nodes.")
    match answer.kind:
        case "seated" | "presenting" | "hosting":
            ends_at_ms = answer.now_ms + answer.ends_in_ms
            return Entitlement(answer.kind, answer.generation, answer.ends_in_ms, ends_at_ms)
        case reason:
            raise NotInside(reason, answer.ahead)


def _is_certain(answer: GateAnswer) -> bool:
    """Whether a refusal would be true: a platform throws people out when it gets one.

    In a refill the store forgets nobody whom it has inside, and admits nobody whom it has removed.
    """
    is_kept = answer.kind not in ("absent", "waiting", "called", "away")
    return not answer.in_doubt and (is_kept or not answer.refilling)
