from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.clock import Clock, SystemClock
from tests.fakes import FakeClock

NEW_YEAR_IN_AUCKLAND = 1_704_020_400_000  # 2023-12-31 11:00 UTC


def test_the_clock_of_the_machine_tells_one_time_in_two_forms() -> None:
    clock = SystemClock()

    earlier, instant, later = clock.now_ms(), clock.now(), clock.now_ms()

    assert instant.tzinfo is UTC
    assert earlier <= int(instant.timestamp() * 1000) <= later


def test_today_is_a_date_of_the_zone_asked_for() -> None:
    clock: Clock = FakeClock(NEW_YEAR_IN_AUCKLAND)

    assert clock.today(ZoneInfo("Pacific/Auckland")) == date(2024, 1, 1)
    assert clock.today(ZoneInfo("America/New_York")) == date(2023, 12, 31)


def test_the_machine_knows_the_date_line_too() -> None:
    """The zones furthest apart differ by more than a day, whatever the hour."""
    clock = SystemClock()

    east, west = clock.today(ZoneInfo("Etc/GMT-14")), clock.today(ZoneInfo("Etc/GMT+12"))

    assert timedelta(days=1) <= east - west <= timedelta(days=2)


def test_a_fake_clock_moves_only_when_told_to() -> None:
    clock = FakeClock(now_ms=0)

    clock.advance(ms=1500)

    assert clock.now_ms() == 1500
    assert clock.now() == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
