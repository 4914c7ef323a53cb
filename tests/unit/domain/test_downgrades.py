"""Downgrades: which plan is one, by when to ask, and what becomes of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import Account, DowngradeRequest, DowngradeStatus, ScheduledChange
from fullhouse.domain.downgrades import (
    KEPT,
    Answer,
    answered,
    check_downgrade,
    contact_by,
    request_of,
    requested,
    without_open,
)
from fullhouse.domain.errors import (
    CallerError,
    NoDowngradeToTrial,
    NotADowngrade,
    NotFound,
    PlanNotOnSale,
)
from fullhouse.domain.plans import Plan, Prices
from tests.accounts import (
    HUGE,
    LARGE,
    OLD,
    SMALL,
    START,
    TRIAL,
    a_downgrade,
    an_account,
    codes,
)

FREE = replace(SMALL, id="free", price=Prices(0, 0))
ROOMY = replace(SMALL, id="roomy", seats=900)
END = START + timedelta(days=30)


def asked(account: Account, *, target: Plan = SMALL, day: int = 0, id_: str = "d1") -> Account:
    """The account on `LARGE` once it asks for a downgrade on that day of its period."""
    today = account.period_start + timedelta(days=day)
    return requested(account, current=LARGE, target=target, id_=id_, note="Too large", today=today)


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (LARGE, SMALL),
        (HUGE, LARGE),
        (OLD, SMALL),  # from a plan no longer sold
        (LARGE, ROOMY),  # what counts is the price
    ],
)
def test_any_cheaper_plan_on_sale_that_is_paid_for_is_a_downgrade(
    current: Plan, target: Plan
) -> None:
    check_downgrade(an_account(current), current=current, target=target)


@pytest.mark.parametrize(
    ("current", "target", "refusal"),
    [
        (LARGE, TRIAL, NoDowngradeToTrial),
        (LARGE, replace(TRIAL, on_sale=False), NoDowngradeToTrial),
        (TRIAL, TRIAL, NoDowngradeToTrial),
        (HUGE, OLD, PlanNotOnSale),
        (SMALL, OLD, PlanNotOnSale),  # nor would it be smaller
        (OLD, OLD, PlanNotOnSale),
        (LARGE, LARGE, NotADowngrade),
        (LARGE, HUGE, NotADowngrade),
        (LARGE, replace(LARGE, id="twin", seats=10), NotADowngrade),  # fewer seats, same price
        (LARGE, FREE, NotADowngrade),
        (TRIAL, SMALL, NotADowngrade),
    ],
)
def test_of_several_refusals_the_first_is_told(
    current: Plan, target: Plan, refusal: type[CallerError]
) -> None:
    with pytest.raises(refusal):
        check_downgrade(an_account(current), current=current, target=target)


def test_cheaper_means_for_the_accounts_own_billing_period() -> None:
    """By the month it is cheaper, by the year it is not."""
    target = replace(SMALL, price=Prices(month=6500, year=120_000))

    check_downgrade(an_account(LARGE), current=LARGE, target=target)
    with pytest.raises(NotADowngrade, match="'small' is no downgrade from 'large'"):
        check_downgrade(an_account(LARGE, billing_period="year"), current=LARGE, target=target)


def test_a_request_is_for_the_end_of_the_period_and_changes_nothing_yet() -> None:
    account = an_account(LARGE, version=4)

    asking = asked(account)

    request = DowngradeRequest(
        id="d1",
        plan="small",
        note="Too large",
        status="requested",
        effective_on=END,
        contact_by=date(2026, 3, 24),
        warnings=(),
        target=SMALL,
    )
    assert asking == replace(account, downgrades=(request,), version=5)
    assert asking.open_downgrade == request
    assert asking.scheduled_change is None


# March 2026 begins on a Sunday. In the comments the working days that are left, last first.
@pytest.mark.parametrize(
    ("effective_on", "day"),
    [
        (date(2026, 3, 9), date(2026, 3, 2)),  # Monday: Fri Thu Wed Tue Mon
        (date(2026, 3, 10), date(2026, 3, 3)),  # Tuesday: Mon, Fri Thu Wed Tue
        (date(2026, 3, 11), date(2026, 3, 4)),
        (date(2026, 3, 12), date(2026, 3, 5)),
        (date(2026, 3, 13), date(2026, 3, 6)),  # Friday: Thu Wed Tue Mon, Fri
        (date(2026, 3, 14), date(2026, 3, 9)),  # Saturday: Fri Thu Wed Tue Mon
        (date(2026, 3, 15), date(2026, 3, 9)),  # Sunday: the same five
        (date(2028, 3, 1), date(2028, 2, 23)),  # over a leap day: Tue 29, Mon 28, Fri Thu Wed
        (date(2027, 1, 1), date(2026, 12, 25)),  # free days other than weekends are not known
    ],
)
def test_five_working_days_are_left_on_the_day_to_contact_by(
    effective_on: date, day: date
) -> None:
    assert contact_by(effective_on) == day


@pytest.mark.parametrize(("day", "is_late"), [(0, False), (23, False), (24, True), (29, True)])
def test_a_request_after_the_day_to_contact_by_is_taken_with_a_warning(
    day: int, is_late: bool
) -> None:
    """Effective on Tuesday the 31st, to be asked for by Tuesday the 24th: day 23."""
    (request,) = asked(an_account(LARGE), day=day).downgrades

    assert request.warnings == (("late",) if is_late else ())
    assert request.effective_on == END


def test_who_has_promo_codes_is_warned_and_keeps_them_until_then() -> None:
    asking = asked(an_account(LARGE, promo_codes=codes(15)), day=29)

    assert asking.downgrades[0].warnings == ("promo_codes_void", "late")
    assert asking.promo_codes == codes(15)


def test_a_request_for_what_is_none_is_refused() -> None:
    with pytest.raises(NotADowngrade):
        asked(an_account(LARGE), target=HUGE)


@pytest.mark.parametrize("status", ["requested", "scheduled"])
def test_a_newer_request_withdraws_the_one_before(status: DowngradeStatus) -> None:
    account = an_account(LARGE, downgrades=(a_downgrade(status),))

    asking = asked(account, id_="d2")

    assert [(each.id, each.status) for each in asking.downgrades] == [
        ("d1", "withdrawn"),
        ("d2", "requested"),
    ]


def test_an_account_that_asks_again_and_again_does_not_grow() -> None:
    account = an_account(LARGE)

    for n in range(KEPT + 3):
        account = asked(account, id_=f"d{n}")

    assert [each.id for each in account.downgrades] == [f"d{n}" for n in range(3, KEPT + 3)]
    assert account.version == KEPT + 4


def test_an_approved_request_is_what_the_account_is_scheduled_for() -> None:
    account = asked(an_account(LARGE))

    approved = answered(account, "d1", "scheduled")

    assert approved.scheduled_change == ScheduledChange("small", END)
    assert (approved.plan, approved.version) == ("large", 3)


@pytest.mark.parametrize("answer", ["scheduled", "declined", "withdrawn"])
def test_the_same_answer_twice_is_one(answer: Answer) -> None:
    once = answered(asked(an_account(LARGE)), "d1", answer)

    assert answered(once, "d1", answer) is once


@pytest.mark.parametrize("answer", ["declined", "withdrawn"])
def test_what_was_approved_can_still_be_called_off(answer: Answer) -> None:
    account = answered(asked(an_account(LARGE, promo_codes=codes(15))), "d1", "scheduled")

    off = answered(account, "d1", answer)

    assert (off.scheduled_change, off.open_downgrade) == (None, None)
    assert off.downgrades[0].status == answer
    assert off.promo_codes == codes(15)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "done"])
@pytest.mark.parametrize("answer", ["scheduled", "declined", "withdrawn"])
def test_a_request_that_is_over_takes_no_other_answer(
    status: DowngradeStatus, answer: Answer
) -> None:
    account = an_account(downgrades=(a_downgrade(status),))

    if status == answer:
        assert answered(account, "d1", answer) is account
    else:
        with pytest.raises(NotFound, match="no open downgrade request 'd1'"):
            answered(account, "d1", answer)


def test_an_earlier_request_is_found_and_no_longer_answered() -> None:
    account = asked(asked(an_account(LARGE)), id_="d2")

    assert request_of(account, "d1").status == "withdrawn"
    with pytest.raises(NotFound):
        answered(account, "d1", "scheduled")


def test_an_unknown_request_is_not_found() -> None:
    with pytest.raises(NotFound, match="no downgrade request 'd9'"):
        request_of(an_account(), "d9")


def test_a_newer_change_leaves_no_request_open() -> None:
    assert without_open(an_account()) == ()
    assert without_open(an_account(downgrades=(a_downgrade("done"),))) == (a_downgrade("done"),)
    assert without_open(asked(an_account(LARGE)))[0].status == "withdrawn"
