"""The oracle of a report: what is counted of an event, with plain numbers and one entry a wait."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

from fullhouse.domain.reports import GAVE_UP, Counted, Ending, Peak
from fullhouse.domain.rooms import RoomState
from tests.report_ledger import NOBODY, two_digits


@dataclass
class ReportModel:
    """The counts of one opening. `wall` is the present instant in Unix ms."""

    wall: int
    partial_since: int | None = None
    at_once: int = 0
    ended: Counter[Ending] = field(default_factory=Counter)
    seated_s: Counter[int] = field(default_factory=Counter)
    gave_up_s: Counter[int] = field(default_factory=Counter)
    needed: Counter[int] = field(default_factory=Counter)
    gave_up_needed: Counter[int] = field(default_factory=Counter)
    watched: int = 0
    seated_watching: int = 0
    gave_up_watching: int = 0
    calls_missed: int = 0
    removals: int = 0
    peak_inside: Peak = NOBODY
    peak_demand: Peak = NOBODY
    full_ms: int = 0
    full_since: int | None = None
    at_close: tuple[int, int] = (0, 0)
    waits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Who waits -> since when, and the seats that would have been enough, or 0."""
    watchers: dict[str, bool] = field(default_factory=dict)
    """Who has watched the stream during the present wait -> whether they watch now."""

    def begin(self, name: str, needed: int) -> None:
        self.waits[name] = (self.wall, needed)
        if needed:
            self.needed[two_digits(needed)] += 1

    def watch(self, name: str, *, on: bool) -> None:
        """Somebody in line says whether they watch. Nobody may know of their wait."""
        if name in self.waits and (on or name in self.watchers):
            self.watched += name not in self.watchers
            self.watchers[name] = on

    def end(self, name: str, ending: Ending) -> None:
        """Somebody in line or away is no longer. Nobody may know since when they waited."""
        self.ended[ending] += 1
        if name not in self.waits:
            return
        since, needed = self.waits.pop(name)
        if self.watchers.pop(name, None) is not None:
            self.seated_watching += ending == "seated"
            self.gave_up_watching += ending in GAVE_UP
        seconds = two_digits(ceil(max(0, self.wall - since) / 1000))
        if ending == "seated":
            self.seated_s[seconds] += 1
        elif ending in GAVE_UP:
            self.gave_up_s[seconds] += 1
            if needed:
                self.gave_up_needed[two_digits(needed)] += 1

    def lose(self) -> None:
        if self.partial_since is None:
            self.partial_since = self.wall

    def note(self, state: RoomState) -> None:
        """The room has changed, and is like this now."""
        demand = state.occupied + state.held + state.waiting
        if state.occupied > self.peak_inside.people:
            self.peak_inside = Peak(state.occupied, self.wall)
        if demand > self.peak_demand.people:
            self.peak_demand = Peak(demand, self.wall)
        is_full = state.level in {"full", "draining"}
        if is_full and self.full_since is None:
            self.full_since = self.wall
        elif not is_full and self.full_since is not None:
            self.full_ms += max(0, self.wall - self.full_since)
            self.full_since = None

    def agrees(self, counted: Counted, *, now: int, in_doubt: bool) -> None:
        """Raises AssertionError: the report of the store has another number."""
        running = 0 if self.full_since is None else max(0, now - self.full_since)
        assert counted.partial_since_ms == (self.partial_since or (now if in_doubt else None))
        assert counted.full_ms == self.full_ms + running
        assert (counted.inside_at_close, counted.waiting_at_close) == self.at_close
        for name in (
            "at_once",
            "ended",
            "seated_s",
            "gave_up_s",
            "needed",
            "gave_up_needed",
            "watched",
            "seated_watching",
            "gave_up_watching",
            "calls_missed",
            "removals",
            "peak_inside",
            "peak_demand",
        ):
            assert getattr(counted, name) == getattr(self, name), name
