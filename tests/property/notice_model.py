"""The oracle's second half: how full a room is, how fast it fills, what its hosts are told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

from fullhouse.domain.room_events import NoticeCleared
from fullhouse.domain.rooms import (
    Level,
    NoticeLevel,
    NoticeState,
    RoomRules,
)

PACE_SLOT_MS, PACE_SLOTS = 10_000, 6
FREED_SLOT_MS, FREED_SLOTS = 60_000, 10
FORECAST_FROM_MS = 30_000
FORECAST_SILENCE_MS = 60_000
FORECAST_RAISED_MS = 120_000


@dataclass
class Notice:
    id: str
    level: NoticeLevel
    since_ms: int
    by_forecast: bool
    dismissed: bool


@dataclass
class NoticeModel:
    """Arrivals, growth and freed seats as lists of (house clock, count), added up if asked."""

    rules: RoomRules
    opened: int
    raised: int = -FORECAST_RAISED_MS
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    growth: list[tuple[int, int]] = field(default_factory=list)
    freed: list[tuple[int, int]] = field(default_factory=list)
    people: int = 0
    paced_at: int = 0
    """The last instant at which people came or went, or else the start of the slot."""
    full_in_s: int | None = None
    joins_per_min: int = 0
    speaks: bool = False
    """Whether the forecast is a reason for a notice."""
    forecast_spoke: int = 0
    notice: Notice | None = None
    given: int = 0
    rest: bool = False

    def note(self, clock: int, people: int, came: int, freed: int, *, refilling: bool) -> None:
        """What one transition did to the crowd. Whoever is brought back did not just arrive."""
        grown = 0 if refilling else people - self.people
        self.arrivals.append((clock, came))
        self.growth.append((clock, grown))
        self.freed.append((clock, freed))
        self.people = people
        start = clock - (clock - self.opened) % PACE_SLOT_MS
        self.paced_at = clock if came or grown else max(self.paced_at, start)

    def freed_since(self, clock: int) -> int:
        """From when on seats that became free count."""
        return (clock // FREED_SLOT_MS - FREED_SLOTS + 1) * FREED_SLOT_MS

    def freed_lately(self, clock: int) -> int:
        return _lately(self.freed, clock, FREED_SLOT_MS, FREED_SLOTS)

    def forecast(self, clock: int, capacity: int, taken: int, *, seats_people: bool) -> None:
        """Brings pace and forecast up to date."""
        self.joins_per_min = _rounded(self._per_min(self.arrivals))
        self.full_in_s = self._forecast(clock, capacity, taken) if seats_people else None
        self.speaks = (
            self.full_in_s is not None
            and self.full_in_s <= self.rules.forecast_s
            and taken * 2 >= capacity
        )
        if self.speaks:
            self.forecast_spoke = clock

    def decide(
        self, clock: int, wall: int, epoch: int, capacity: int, taken: int
    ) -> NoticeCleared | None:
        """Brings the notice up to date. Returns what was cleared and seen."""
        wanted = self._wanted(capacity, taken)
        if wanted is not None:
            self._give(wanted, wall, epoch, by_forecast=taken < self._upper(capacity))
        elif self.notice is not None and taken >= self._upper(capacity):
            self.notice.by_forecast = False
        elif self._may_clear(clock, capacity, taken):
            return self.clear("below")
        return None

    def raise_capacity(self, clock: int) -> NoticeCleared | None:
        self.raised = clock
        return self.clear("upgraded")

    def clear(self, reason: str) -> NoticeCleared | None:
        notice, self.notice = self.notice, None
        if notice is None or notice.dismissed:
            return None
        return NoticeCleared(notice.id, reason)  # type: ignore[arg-type]  # one of three words

    def dismiss(self, id_: str, *, rest: bool) -> NoticeCleared | None:
        self.rest = self.rest or rest
        notice = self.notice
        if notice is None or notice.dismissed or (notice.id != id_ and not rest):
            return None
        notice.dismissed = True
        return NoticeCleared(notice.id, "dismissed")

    def shown(self) -> NoticeState | None:
        notice = self.notice
        if notice is None or notice.dismissed:
            return None
        return NoticeState(notice.id, notice.level, notice.since_ms)

    def level(self, capacity: int, taken: int) -> Level:
        if taken > capacity:
            return "draining"
        if taken == capacity and taken > 0:
            return "full"
        return "nearly_full" if self.notice is not None else "ok"

    def _wanted(self, capacity: int, taken: int) -> NoticeLevel | None:
        present = None if self.notice is None else self.notice.level
        if taken > 0 and taken >= capacity:
            return "full" if present != "full" else None
        if present is None and (taken >= self._upper(capacity) or self.speaks):
            return "nearly_full"
        return None

    def _give(self, level: NoticeLevel, wall: int, epoch: int, *, by_forecast: bool) -> None:
        self.given += 1
        self.notice = Notice(f"{epoch}-{self.given}", level, wall, by_forecast, self.rest)

    def _may_clear(self, clock: int, capacity: int, taken: int) -> bool:
        if self.notice is None or taken >= self._lower(capacity) or self.speaks:
            return False
        silent_ms = clock - self.forecast_spoke
        return not self.notice.by_forecast or silent_ms >= FORECAST_SILENCE_MS

    def _upper(self, capacity: int) -> int:
        mark = math.ceil(capacity * self.rules.nearly_full_percent / 100)
        return max(1, min(mark, capacity - 1))

    def _lower(self, capacity: int) -> int:
        mark = math.ceil(capacity * self.rules.rearm_percent / 100)
        return max(1, min(mark, self._upper(capacity) - 1))

    def _per_min(self, events: list[tuple[int, int]]) -> Fraction:
        """Of the last minute, or of the time since the opening, but not of less than a slot."""
        age = self.paced_at - self.opened
        oldest = age // PACE_SLOT_MS - PACE_SLOTS
        part = 1 - Fraction(age % PACE_SLOT_MS, PACE_SLOT_MS)
        slots = [((at - self.opened) // PACE_SLOT_MS, count) for at, count in events]
        whole = sum(count for slot, count in slots if slot > oldest)
        partial = sum(count for slot, count in slots if slot == oldest)
        people = whole + part * partial
        return people * Fraction(60_000, min(60_000, max(PACE_SLOT_MS, age)))

    def _forecast(self, clock: int, capacity: int, taken: int) -> int | None:
        resting = (
            clock - self.opened < FORECAST_FROM_MS or clock - self.raised < FORECAST_RAISED_MS
        )
        growth = self._per_min(self.growth)
        if self.rules.forecast_s == 0 or resting or _rounded(growth) <= 0 or taken >= capacity:
            return None
        return math.ceil(60 * (capacity - taken) / growth)


def _rounded(figure: Fraction) -> int:
    return math.floor(figure + Fraction(1, 2))


def _lately(events: list[tuple[int, int]], clock: int, slot_ms: int, slots: int) -> int:
    first = clock // slot_ms - slots + 1
    return sum(count for at, count in events if at // slot_ms >= first)
