"""Instants in Unix ms, and as the rest of the world has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fullhouse.domain.instants import EPOCH, instant_at, rfc3339, unix_ms

NOON_MS = 1_767_268_800_000


def test_a_text_has_the_millisecond_also_where_it_is_0() -> None:
    assert rfc3339(NOON_MS) == "2026-01-01T12:00:00.000Z"
    assert rfc3339(NOON_MS + 7) == "2026-01-01T12:00:00.007Z"


@pytest.mark.parametrize("ms", [-62_135_596_800_000, -1, 0, NOON_MS + 7, 253_402_300_799_999])
def test_an_instant_has_the_ms_that_it_came_from(ms: int) -> None:
    assert unix_ms(instant_at(ms)) == ms


def test_a_part_of_a_ms_is_rounded_down_before_1970_too() -> None:
    part = timedelta(microseconds=999)

    assert unix_ms(instant_at(NOON_MS) + part) == NOON_MS
    assert unix_ms(EPOCH - part) == -1


def test_instants_of_any_zone_are_taken_and_those_of_utc_are_given() -> None:
    zone = timezone(timedelta(hours=2))

    assert unix_ms(datetime(2026, 1, 1, 14, tzinfo=zone)) == NOON_MS
    assert instant_at(NOON_MS).tzinfo is UTC
