from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fullhouse.domain.account_checks import check_time_zone
from tests.days import business_day


@pytest.mark.parametrize("hour", range(24))
def test_a_business_day_lasts_for_hours_at_any_time_of_the_day(hour: int) -> None:
    now = datetime(2026, 11, 27, hour, 59, 59, tzinfo=UTC)

    day = business_day(now)

    zone = ZoneInfo(check_time_zone(day.time_zone))
    dates = {(now + timedelta(hours=hours)).astimezone(zone).date() for hours in (-9, 9)}
    assert dates == {day.date}
