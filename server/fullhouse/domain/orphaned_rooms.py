"""Rooms that nobody looks after: those of a node that died, and those just left."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.domain.rooms import RoomRef


@dataclass(frozen=True, slots=True)
class OrphanedRoom:
    """A room that nobody has swept in time, taken by this node.

    Attributes:
        due: When it is due again, as the index has it since it was taken.
        rested: Nothing in it had a deadline when it was swept last, and nobody was announced
            since.
    """

    ref: RoomRef
    due: str
    rested: bool
