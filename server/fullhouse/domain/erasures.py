"""What was deleted of a person, in one account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Erasure:
    """How much was found of the person and deleted.

    Attributes:
        rooms: Rooms in which the person had a place, was in line, or was removed.
        events: Entries of the trail that named the person.
        webhooks: Messages about the person that could not be delivered.
    """

    rooms: int
    events: int
    webhooks: int
