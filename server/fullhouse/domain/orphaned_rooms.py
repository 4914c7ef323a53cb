"""Rooms that no node sweeps: rooms of a node that died, and rooms that everyone has just left."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.domain.rooms import RoomRef


@dataclass(frozen=True, slots=True)
class OrphanedRoom:
    """A room that no node swept in time. This node has taken it.

    Attributes:
        due: The next due time in the index, which this node set when it took the room.
        rested: Nothing in the room had a deadline at the last sweep, and no admission has been
            announced since.
    """

    ref: RoomRef
    due: str
    rested: bool
