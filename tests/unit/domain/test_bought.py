"""What was bought stands with the account, whatever the catalogue lists by now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullhouse.domain.accounts import Account
from fullhouse.domain.bought import with_bought
from fullhouse.domain.errors import PriceUnknown
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.money import Money
from fullhouse.domain.offers import offers_for
from fullhouse.domain.plans import BoughtPlan, Catalogue, Prices
from fullhouse.domain.renewals import next_period, renewed
from tests.accounts import (
    CATALOGUE,
    HUGE,
    LARGE,
    SMALL,
    START,
    TRIAL,
    a_downgrade,
    an_account,
)

END = START + timedelta(days=30)
WITHOUT_SMALL = replace(CATALOGUE, plans=(TRIAL, LARGE, HUGE))
DEARER = replace(SMALL, name="Smaller", seats=80, presenters=2, price=Prices(9900, 99000))


def stored_before(account: Account) -> Account:
    """As an earlier version kept it: with the plan's id and seats, and without prices."""
    downgrades = tuple(replace(request, target=None) for request in account.downgrades)
    return replace(account, bought=None, downgrades=downgrades)


def a_ledger(account: Account) -> tuple[LedgerEntry, ...]:
    _, charges = renewed(account, today=date(2026, 6, 1))
    return charges


def test_an_account_of_an_earlier_version_gets_the_prices_of_the_catalogue() -> None:
    account = an_account(parallel_events=2)

    assert with_bought(stored_before(account), CATALOGUE, ()) == account


def test_the_seats_are_those_that_were_bought_not_those_of_the_catalogue() -> None:
    catalogue = replace(CATALOGUE, plans=(DEARER, LARGE))

    account = with_bought(stored_before(an_account()), catalogue, ())

    bought = replace(DEARER, seats=SMALL.seats, presenters=SMALL.presenters)
    assert account == an_account(bought=BoughtPlan(bought, "EUR"))


def test_a_plan_that_is_gone_has_the_prices_of_its_last_charge() -> None:
    account = an_account(parallel_events=2)

    completed = with_bought(stored_before(account), WITHOUT_SMALL, a_ledger(account))

    assert next_period(completed) == next_period(account)
    assert completed.current.plan.name == "Small"


def test_what_another_plan_cost_says_nothing() -> None:
    ledger = a_ledger(an_account(LARGE))

    account = with_bought(stored_before(an_account()), WITHOUT_SMALL, ledger)

    assert account == stored_before(an_account())


def test_an_account_whose_price_nobody_knows_is_not_renewed() -> None:
    account = stored_before(an_account())

    with pytest.raises(PriceUnknown, match="'acme' bought plan 'small' are not known"):
        renewed(account, today=END)
    assert renewed(account, today=END - timedelta(days=1)) == (account, ())
    assert offers_for(account, CATALOGUE, people=1, today=START) == ()


def test_a_price_that_is_known_is_never_looked_up_again() -> None:
    catalogue = replace(CATALOGUE, plans=(DEARER, LARGE))

    assert with_bought(an_account(), catalogue, ()) == an_account()


def test_an_open_downgrade_of_an_earlier_version_gets_the_plan_of_the_catalogue() -> None:
    account = an_account(LARGE, downgrades=(a_downgrade("declined"), a_downgrade("scheduled")))

    completed = with_bought(stored_before(account), CATALOGUE, ())

    declined, scheduled = completed.downgrades
    assert (declined.target, scheduled.target) == (None, SMALL)


def test_a_scheduled_downgrade_to_a_plan_that_is_gone_takes_effect_as_it_was_asked_for() -> None:
    cheap = replace(SMALL, id="gone", name="Gone", price=Prices(100, 1000))
    account = an_account(LARGE, downgrades=(a_downgrade("scheduled", plan=cheap),))

    renewal, (charge,) = renewed(account, today=END)

    assert (renewal.plan, renewal.bought) == ("gone", BoughtPlan(cheap, "EUR"))
    assert charge.amount == Money(100, "EUR")


def test_a_downgrade_to_a_plan_that_nobody_knows_waits_for_it() -> None:
    account = an_account(LARGE, downgrades=(replace(a_downgrade("scheduled"), target=None),))

    renewal, (charge,) = renewed(account, today=END)

    assert (renewal.plan, charge.amount.amount) == ("large", 11900)
    assert renewal.scheduled_change
    assert renewal.scheduled_change.effective_on == END + timedelta(days=30)


def test_nothing_is_offered_in_another_currency_than_the_account_bought_in() -> None:
    crowns = Catalogue("ISK", CATALOGUE.plans)

    assert offers_for(an_account(), crowns, people=1, today=START) == ()
    assert next_period(an_account()).amount == Money(6500, "EUR")


def test_a_plan_of_the_same_name_with_more_seats_is_on_offer() -> None:
    """Who bought 100 seats may buy the plan that has 150 by now."""
    grown = replace(SMALL, seats=150)

    (offer,) = offers_for(an_account(), Catalogue("EUR", (grown,)), people=1, today=START)

    assert (offer.plan, offer.seats, offer.due_now.amount) == ("small", 150, 0)
