"""Turns the arrivals and departures of one person into visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fullhouse_demo.crowd.attendance_headings import Kind
from fullhouse_demo.crowd.schedule import Span, Visit


@dataclass(frozen=True, slots=True)
class Move:
    """One arrival or departure, in seconds from the first one of the list.

    Attributes:
        row: The row of the list, for error texts.
    """

    at_s: float
    kind: Kind
    row: int


@dataclass(slots=True)
class Stay:
    """The open devices of one person while the list is read. The first device is the visit.

    "Joined before" means that the person was present when the list began. The next "Joined" is
    the same presence, not a second device.

    Attributes:
        odd: Rows in which the person leaves without being present.
    """

    participant: str
    name: str
    odd: list[int] = field(default_factory=list)
    _open_since: list[float] = field(default_factory=list)
    _was_there_before: bool = False
    _tabs: list[Span] = field(default_factory=list)
    _visits: list[Visit] = field(default_factory=list)

    def visits(self, moves: Sequence[Move]) -> list[Visit]:
        """The visits from moves in order of time. A person who never leaves stays to the end."""
        for move in moves:
            self._take(move)
        if self._open_since:
            since, *further = self._open_since
            self._tabs += [Span(opens_s, float("inf")) for opens_s in further]
            self._close(since, None)
        return self._visits

    def _take(self, move: Move) -> None:
        if move.kind == "left":
            self._leave(move)
        elif move.kind == "before":
            self._was_there_before = self._was_there_before or not self._open_since
            self._open_since = self._open_since or [move.at_s]
        elif self._was_there_before:
            self._was_there_before = False
        else:
            self._open_since.append(move.at_s)

    def _leave(self, move: Move) -> None:
        self._was_there_before = False
        if not self._open_since:
            self.odd.append(move.row)
            return
        since = self._open_since.pop()
        if self._open_since:
            self._tabs.append(Span(since, move.at_s))
        else:
            self._close(since, move.at_s)

    def _close(self, since: float, until: float | None) -> None:
        self._visits.append(Visit(self.participant, self.name, since, until, tuple(self._tabs)))
        self._tabs = []
