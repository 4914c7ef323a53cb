"""What the calls for the line of a room take and answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class WaitingPersonObject(Struct, frozen=True):
    """One person in line.

    Attributes:
        participant: The id of the person.
        name: The name in the person's token, if it has one.
        ticket: Null while the person is away.
        ahead: How many uncalled people are ahead; null while the person is away.
        called: Whether a free seat is held for the person.
        priority: Whether a host has put the person before the line. The next free seat is theirs.
        away: Whether the person is gone for longer than the grace. Calls pass over them.
        since: When the wait began; null if the store has lost it.
    """

    participant: str
    name: str | None
    ticket: int | None
    ahead: int | None
    called: bool
    priority: bool
    away: bool
    since: str | None


class WaitingObject(Struct, frozen=True):
    """The line in the order in which people are let in; then people who are away."""

    waiting: tuple[WaitingPersonObject, ...]
    next: str | None


class CallNextBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`reason`: 1 to 280 characters in one line. The history of the room keeps it."""

    reason: str


class ChosenPersonObject(Struct, frozen=True):
    """The place of the person now.

    Attributes:
        participant: The id of the person.
        place: `waiting`: the next free seat is theirs. `away`: as soon as they are back.
        ahead: How many others with priority are ahead; null unless waiting.
    """

    participant: str
    place: Literal["seated", "called", "waiting", "away"]
    ahead: int | None
