"""What a listener to the events of a room counts for its report, in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from fullhouse.domain.reports import Counted, Ending, Peak

if TYPE_CHECKING:
    from fullhouse.domain.room_events import RoomEvent
    from fullhouse.domain.rooms import RoomState

NOBODY = Peak()


def two_digits(number: int) -> int:
    """Rounded up to two significant digits, by its decimal text."""
    text = str(number)
    if len(text) <= 2:
        return number
    rest = int(text[2:]) > 0
    return int(f"{int(text[:2]) + rest}{'0' * (len(text) - 2)}")


@dataclass(slots=True)
class Ledger:
    """What a listener to the events of a room would count, and who waits since when."""

    now_ms: int
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
    inside: Peak = NOBODY
    demand: Peak = NOBODY
    full_ms: int = 0
    full_since: int | None = None
    waits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Who is in line or away -> since when, and how many seats would have been enough."""
    watchers: dict[str, bool] = field(default_factory=dict)
    """Who has watched during the present wait -> whether they watch now."""

    def watch(self, names: Iterable[str], in_line: Container[str], *, on: bool) -> None:
        """These people said so; the room has noted it of the people in line."""
        for name in names:
            if name in in_line and (on or name in self.watchers):
                self.watched += name not in self.watchers
                self.watchers[name] = on

    def end(self, name: str, ending: Ending) -> None:
        """Somebody has no ticket any more; nothing happens if they had none."""
        if name not in self.waits:
            return
        since_ms, needed = self.waits.pop(name)
        self.ended[ending] += 1
        has_watched = self.watchers.pop(name, None) is not None
        self.seated_watching += has_watched and ending == "seated"
        self.gave_up_watching += has_watched and ending in {"left", "expired", "missed_calls"}
        seconds = two_digits(ceil((self.now_ms - since_ms) / 1000))
        if ending == "seated":
            self.seated_s[seconds] += 1
        elif ending in {"left", "expired", "missed_calls"}:
            self.gave_up_s[seconds] += 1
            if needed:
                self.gave_up_needed[two_digits(needed)] += 1

    def note(self, event: RoomEvent, now_ms: int) -> None:
        """Everything that one event tells."""
        self.now_ms = now_ms
        self._note_ends(event)
        self._note_entries(event)
        self._note_figures(event.state)

    def _note_ends(self, event: RoomEvent) -> None:
        for name, *_ in event.away:
            if name in self.watchers:
                self.watchers[name] = False
        for name, *_ in event.left:
            self.end(name, "left")
        for name, *_ in event.expired:
            self.end(name, "expired")
        for name, *_ in event.dropped_out:
            self.end(name, "missed_calls")
        for name, *_ in event.removed:
            self.end(name, "removed")
        for name, *_ in event.changed_role:
            self.end(name, "changed_role")
        self.calls_missed += len(event.requeued) + len(event.dropped_out)
        self.removals += len(event.removed)

    def _note_entries(self, event: RoomEvent) -> None:
        for name, _, role in event.entered:
            if role == "attendee" and name not in self.waits:
                self.at_once += 1
            elif role == "attendee":
                self.end(name, "seated")
        newcomers = [name for name, *_ in event.queued if name not in self.waits]
        state = event.state
        demand = state.occupied + state.held + state.waiting
        for number, name in enumerate(newcomers, 1):
            needed = demand - len(newcomers) + number
            if state.paused or state.limited:
                needed = 0
            self.waits[name] = (self.now_ms, needed)
            if needed:
                self.needed[two_digits(needed)] += 1

    def _note_figures(self, state: RoomState) -> None:
        demand = state.occupied + state.held + state.waiting
        if state.occupied > self.inside.people:
            self.inside = Peak(state.occupied, self.now_ms)
        if demand > self.demand.people:
            self.demand = Peak(demand, self.now_ms)
        is_full = state.occupied + state.held >= max(1, state.capacity)
        if is_full and self.full_since is None:
            self.full_since = self.now_ms
        elif not is_full and self.full_since is not None:
            self.full_ms += self.now_ms - self.full_since
            self.full_since = None

    def agrees(self, counted: Counted, now_ms: int) -> None:
        """Raises AssertionError: some number differs."""
        running = now_ms - self.full_since if self.full_since is not None else 0
        assert counted.partial_since_ms is None
        assert counted.at_once == self.at_once
        assert counted.ended == self.ended
        assert counted.seated_s == self.seated_s
        assert counted.gave_up_s == self.gave_up_s
        assert counted.needed == self.needed
        assert counted.gave_up_needed == self.gave_up_needed
        assert counted.watched == self.watched
        assert counted.seated_watching == self.seated_watching
        assert counted.gave_up_watching == self.gave_up_watching
        assert counted.calls_missed == self.calls_missed
        assert counted.removals == self.removals
        assert (counted.peak_inside, counted.peak_demand) == (self.inside, self.demand)
        assert counted.full_ms == self.full_ms + running
        assert counted.still_waiting == len(self.waits)
        assert counted.now_ms == now_ms
