"""Accounts: which first requests are taken, what may be changed, and which day it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fullhouse.domain.accounts import (
    Account,
    AccountChanges,
    Due,
    NewAccount,
    PaymentRef,
    changed,
    first_instant,
    has_ended,
    local_date,
    opened,
)
from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.money import Money
from fullhouse.domain.plans import BillingPeriod, BoughtPlan
from fullhouse.domain.proration import PromoCode
from tests.accounts import REQUEST, SMALL, START, an_account, codes

NOON = timedelta(hours=12)
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + NOON


def open_on(day: date, **changes: Any) -> Account:  # noqa: ANN401  # fields of NewAccount
    request: NewAccount = replace(REQUEST, **changes)
    return opened("acme", request, BoughtPlan(SMALL, "EUR"), now=noon(day), fingerprint="first")


def test_an_account_has_the_seats_of_its_plan() -> None:
    account = open_on(START, parallel_events=2, promo_codes=codes(15))

    assert account == an_account(parallel_events=2, promo_codes=codes(15))


@pytest.mark.parametrize(
    ("billing_period", "first", "last"),
    [("month", 0, 59), ("year", 0, 729)],
)
def test_today_lies_in_the_period_named_or_in_the_next(
    billing_period: BillingPeriod, first: int, last: int
) -> None:
    for day in (first, last):
        opening = START + timedelta(days=day)
        assert open_on(opening, billing_period=billing_period).period_start == START
    for day in (first - 1, last + 1):
        with pytest.raises(InvalidRequest, match=r"period_start: today, 20\d\d-\d\d-\d\d, must"):
            open_on(START + timedelta(days=day), billing_period=billing_period)


@pytest.mark.parametrize("far", [date.min, date.max])
def test_a_period_at_the_end_of_time_is_refused_like_any_other(far: date) -> None:
    with pytest.raises(InvalidRequest, match="period_start"):
        open_on(START, period_start=far)


def test_the_day_is_that_of_the_account_and_not_of_the_server() -> None:
    """At noon of 28 February in UTC it is 1 March already on the islands of Kiritimati."""
    day_before = START - timedelta(days=1)

    assert open_on(day_before, time_zone="Pacific/Kiritimati").period_start == START
    with pytest.raises(InvalidRequest, match="today, 2026-02-28"):
        open_on(day_before, time_zone="Pacific/Pago_Pago")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"time_zone": "Europe/Bonn"}, "time_zone: 'Europe/Bonn' is no time zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": "Europe"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "UTC\0"}, "time_zone"),
        ({"time_zone": "localtime"}, "time_zone: 'localtime' is no time zone"),
        ({"time_zone": "Factory"}, "time_zone: 'Factory' is no time zone"),
        ({"time_zone": "posixrules"}, "time_zone"),
        ({"time_zone": "posix/Europe/Berlin"}, "time_zone"),
        ({"time_zone": "right/Europe/Berlin"}, "time_zone"),
        ({"parallel_events": -1}, "parallel_events: 0 to 1000"),
        ({"parallel_events": 1001}, "parallel_events: 0 to 1000"),
        ({"promo_codes": codes(15, 101)}, r"promo_codes\[1\]\.percent_off: 0 to 100"),
        ({"promo_codes": codes(-1)}, r"promo_codes\[0\]\.percent_off: 0 to 100"),
        ({"promo_codes": (PromoCode("", 5),)}, r"promo_codes\[0\]\.code: 1 to 64"),
        ({"promo_codes": (PromoCode("x" * 65, 5),)}, r"promo_codes\[0\]\.code: 1 to 64"),
        ({"promo_codes": codes(15) * 2}, r"promo_codes\[1\]\.code: 'CODE-0' is given twice"),
        ({"promo_codes": codes(*[1] * 21)}, "promo_codes: at most 20"),
    ],
)
def test_an_impossible_value_is_refused_by_its_field(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidRequest, match=complaint):
        open_on(START, **changes)


@pytest.mark.parametrize(
    ("now", "time_zone", "day"),
    [
        ("2026-03-01T10:30+00:00", "Pacific/Kiritimati", date(2026, 3, 2)),  # UTC+14
        ("2026-03-01T10:30+00:00", "Pacific/Pago_Pago", date(2026, 2, 28)),  # UTC-11
        ("2026-03-01T11:00+00:00", "Pacific/Pago_Pago", date(2026, 3, 1)),
        # Clocks go forward on 29 March: that day has 23 hours, and is one day.
        ("2026-03-28T22:59+00:00", "Europe/Berlin", date(2026, 3, 28)),
        ("2026-03-28T23:00+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T21:59+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T22:00+00:00", "Europe/Berlin", date(2026, 3, 30)),
        # And back on 25 October: 25 hours.
        ("2026-10-24T22:00+00:00", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-10-25T22:59+00:00", "Europe/Berlin", date(2026, 10, 25)),
        ("2026-10-25T23:00+00:00", "Europe/Berlin", date(2026, 10, 26)),
        ("2028-02-29T12:00+00:00", "UTC", date(2028, 2, 29)),
    ],
)
def test_the_day_begins_at_midnight_in_the_accounts_time_zone(
    now: str, time_zone: str, day: date
) -> None:
    assert local_date(time_zone, datetime.fromisoformat(now)) == day


def test_a_change_touches_what_it_names_and_raises_the_version() -> None:
    account = an_account(parallel_events=1, promo_codes=codes(15))

    more_rooms = changed(account, AccountChanges(parallel_events=3))
    no_codes = changed(account, AccountChanges(promo_codes=()))
    payer = changed(account, AccountChanges(payment=PaymentRef("cus_1", "pm_1")))

    assert more_rooms == replace(account, parallel_events=3, version=2)
    assert no_codes == replace(account, promo_codes=(), version=2)
    assert payer == replace(account, payment=PaymentRef("cus_1", "pm_1"), version=2)


@pytest.mark.parametrize(
    "changes", [AccountChanges(parallel_events=-1), AccountChanges(promo_codes=codes(101))]
)
def test_a_change_to_an_impossible_value_is_refused(changes: AccountChanges) -> None:
    with pytest.raises(InvalidRequest):
        changed(an_account(), changes)


def test_who_pays_is_not_shown_where_an_account_is_printed() -> None:
    assert "cus_1" not in repr(an_account(payment=PaymentRef("cus_1", "pm_1")))


def test_a_new_payer_is_asked_at_once_for_what_is_due() -> None:
    later = NOW + timedelta(hours=8)
    due = Due("renewal-2026-03-31", Money(6500, "EUR"), since=NOW, try_at=later, attempt=3)
    account = an_account(dues=(due,), payment_status="past_due")

    payer = changed(account, AccountChanges(payment=PaymentRef("cus_2", None)))
    add_ons = changed(account, AccountChanges(parallel_events=1))

    assert payer.dues == (replace(due, try_at=NOW),)
    assert payer.payment_status == "past_due"
    assert add_ons.dues == (due,)


@pytest.mark.parametrize(
    ("time_zone", "day", "instant"),
    [
        ("UTC", date(2026, 3, 31), "2026-03-31T00:00+00:00"),
        ("Pacific/Kiritimati", date(2026, 3, 31), "2026-03-30T10:00+00:00"),
        ("Pacific/Pago_Pago", date(2026, 3, 31), "2026-03-31T11:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-29T22:00+00:00"),
        # Midnight is skipped: the day begins at one o'clock.
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00+00:00"),
    ],
)
def test_a_day_begins_in_the_accounts_time_zone(time_zone: str, day: date, instant: str) -> None:
    begins = first_instant(time_zone, day)

    assert begins == datetime.fromisoformat(instant)
    assert local_date(time_zone, begins) == day
    assert local_date(time_zone, begins - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("time_zone", "ends"),
    [
        ("UTC", "2026-03-31T00:00+00:00"),
        ("Pacific/Kiritimati", "2026-03-30T10:00+00:00"),
        ("Pacific/Pago_Pago", "2026-03-31T11:00+00:00"),
        ("Europe/Berlin", "2026-03-30T22:00+00:00"),  # its clocks went forward the day before
    ],
)
def test_a_period_is_over_when_its_end_begins_where_the_account_is(
    time_zone: str, ends: str
) -> None:
    account, end = an_account(time_zone=time_zone), datetime.fromisoformat(ends)

    assert not has_ended(account, now=end - timedelta(seconds=1))
    assert has_ended(account, now=end)
