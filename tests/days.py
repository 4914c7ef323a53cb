"""The calendar day of tests whose nodes go by the real clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_MIDDAY = 12


@dataclass(frozen=True, slots=True)
class BusinessDay:
    """A day that is hours away from both of its midnights, and the time zone where it is.

    An account in this zone has the same day from the beginning of a test to its end.
    """

    date: date
    time_zone: str

    def account(self, plan: str) -> dict[str, str]:
        """What the platform puts for an account whose month begins on this day."""
        return {
            "plan": plan,
            "billing_period": "month",
            "period_start": self.date.isoformat(),
            "time_zone": self.time_zone,
        }


def business_day(now: datetime | None = None) -> BusinessDay:
    """The day in a zone where it is between 12 and 13 o'clock now."""
    now = now or datetime.now(UTC)  # noqa: TID251  # nodes ask a real clock
    zone = _zone(_MIDDAY - now.astimezone(UTC).hour)
    return BusinessDay(now.astimezone(ZoneInfo(zone)).date(), zone)


def _zone(hours_ahead: int) -> str:
    """The IANA zone that far ahead of UTC. Its names count the other way round, as POSIX does."""
    return f"Etc/GMT{-hours_ahead:+d}" if hours_ahead else "Etc/GMT"
