"""The places of a room as its sets have them, with the counts computed again."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.domain.rooms import HeldPlace, Snapshot


@dataclass(frozen=True, slots=True)
class SeatHolder:
    """One place in the sets of the room. `ends_in_ms` is the rest of its lease."""

    participant: str
    place: HeldPlace
    ends_in_ms: int
    generation: int
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """The counts of a room, computed again from its sets. `drift` lists the differences."""

    snapshot: Snapshot
    holders: tuple[SeatHolder, ...]
    drift: tuple[str, ...]
