from __future__ import annotations

from datetime import UTC, datetime

from fullhouse.clock import Clock, SystemClock
from tests.fakes import FakeClock


def test_the_clock_of_the_machine_tells_one_time_in_two_forms() -> None:
    clock: Clock = SystemClock()

    earlier, instant, later = clock.now_ms(), clock.now(), clock.now_ms()

    assert instant.tzinfo is UTC
    assert earlier <= int(instant.timestamp() * 1000) <= later


def test_a_fake_clock_moves_only_when_told_to() -> None:
    clock = FakeClock(now_ms=0)

    clock.advance(ms=1500)

    assert clock.now_ms() == 1500
    assert clock.now() == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
