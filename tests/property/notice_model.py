"""The oracle's second half: how full a room is, how fast it fills, what its hosts are told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

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
    """Arrivals and departures as lists of (house clock, count), summed up when asked for."""

    rules: RoomRules
    opened: int
    raised: int = -FORECAST_RAISED_MS
    arrivals: list[tuple[int, int]] = field(default_factory=list)
    freed: list[tuple[int, int]] = field(default_factory=list)
    people: int = 0
    full_in_s: int | None = None
    joins_per_min: int = 0
    forecast_spoke: int = 0
    notice: Notice | None = None
    given: int = 0
    rest: bool = False

    def note(self, clock: int, people: int, freed: int, *, refilling: bool) -> None:
        """What one transition did to the crowd. Whoever is brought back did not just arrive."""
        if not refilling:
            self.arrivals.append((clock, people - self.people))
        self.people = people
        self.freed.append((clock, freed))

    def freed_lately(self, clock: int) -> int:
        return _lately(self.freed, clock, FREED_SLOT_MS, FREED_SLOTS)

    def decide(
        self, clock: int, wall: int, epoch: int, capacity: int, taken: int
    ) -> NoticeCleared | None:
        """Brings pace, forecast and notice up to date. Returns what was cleared and seen."""
        self.joins_per_min = self._pace(clock)
        self.full_in_s = self._forecast(clock, capacity, taken)
        if self._forecast_speaks():
            self.forecast_spoke = clock
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
        if present is None and (taken >= self._upper(capacity) or self._forecast_speaks()):
            return "nearly_full"
        return None

    def _give(self, level: NoticeLevel, wall: int, epoch: int, *, by_forecast: bool) -> None:
        self.given += 1
        self.notice = Notice(f"{epoch}-{self.given}", level, wall, by_forecast, self.rest)

    def _may_clear(self, clock: int, capacity: int, taken: int) -> bool:
        if self.notice is None or taken >= self._lower(capacity) or self._forecast_speaks():
            return False
        silent_ms = clock - self.forecast_spoke
        return not self.notice.by_forecast or silent_ms >= FORECAST_SILENCE_MS

    def _upper(self, capacity: int) -> int:
        mark = math.ceil(capacity * self.rules.nearly_full_percent / 100)
        return max(1, min(mark, capacity - 1))

    def _lower(self, capacity: int) -> int:
        mark = math.ceil(capacity * self.rules.rearm_percent / 100)
        return max(1, min(mark, self._upper(capacity) - 1))

    def _pace(self, clock: int) -> int:
        arrivals = [(at - self.opened, count) for at, count in self.arrivals]
        net = _lately(arrivals, clock - self.opened, PACE_SLOT_MS, PACE_SLOTS)
        slots = (clock - self.opened) // PACE_SLOT_MS + 1
        minutes = min(PACE_SLOTS, slots) * PACE_SLOT_MS / 60_000
        return math.floor(net / minutes + 0.5)

    def _forecast(self, clock: int, capacity: int, taken: int) -> int | None:
        resting = (
            clock - self.opened < FORECAST_FROM_MS or clock - self.raised < FORECAST_RAISED_MS
        )
        if self.rules.forecast_s == 0 or resting or self.joins_per_min <= 0:
            return None
        if taken * 2 < capacity or taken >= capacity:
            return None
        return math.ceil((capacity - taken) * 60 / self.joins_per_min)

    def _forecast_speaks(self) -> bool:
        return self.full_in_s is not None and self.full_in_s <= self.rules.forecast_s


def _lately(events: list[tuple[int, int]], clock: int, slot_ms: int, slots: int) -> int:
    first = clock // slot_ms - slots + 1
    return sum(count for at, count in events if at // slot_ms >= first)
