"""A charge that is too small for the gateway is owed with the next renewal, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from fullhouse.domain.accounts import Account, Due
from fullhouse.domain.carried import CarriedAmount, total_of
from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.dues import attempted
from fullhouse.domain.invoices import CollectedInvoice, invoices_of
from fullhouse.domain.money import Money
from fullhouse.domain.offers import offers_for
from fullhouse.domain.payments import Paid, TooSmall
from fullhouse.domain.plans import Prices
from fullhouse.domain.purchases import Purchase, after_payment, application_of
from fullhouse.domain.quotes import NextPeriod, Quote, quote_of, upgrade_terms
from fullhouse.domain.renewals import next_period, renewed
from tests.accounts import CATALOGUE, LARGE, SMALL, START, TRIAL, a_downgrade, an_account, codes

LIMITS = ChargeLimits(least=50)
END = START + timedelta(days=30)
LAST_DAY = END - timedelta(days=1)
NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)

# 5400 - 4800 = 600 a month: 20 on the last day.
CHEAP = replace(SMALL, id="cheap", price=Prices(600, 6000), parallel_event=Prices(0, 0))
NEXT_UP = replace(CHEAP, id="next", seats=150, price=Prices(1200, 12000))
TWENTY = CarriedAmount("u1", Money(20, "EUR"))


def quoted(account: Account, *, today: date = LAST_DAY) -> Quote:
    terms = upgrade_terms(account, CHEAP, NEXT_UP, currency="EUR", today=today, limits=LIMITS)
    return quote_of(account, id_="q1", current=CHEAP, target=NEXT_UP, terms=terms, expires_at=NOON)


def bought(account: Account, *, id_: str = "u1") -> tuple[Account, Purchase]:
    purchase = after_payment(Purchase(id_, quoted(account), None, NOON), TooSmall())
    application = application_of(purchase, account, now=NOON, today=LAST_DAY)
    return application.account, application.purchase


def test_a_quote_says_that_its_amount_is_collected_with_the_next_period() -> None:
    terms = quoted(an_account(CHEAP)).terms

    assert (terms.due_now, terms.carried_over) == (Money(20, "EUR"), True)
    assert terms.next_period == NextPeriod(Money(1200, "EUR"), END, Money(20, "EUR"))


def test_what_the_gateway_takes_is_collected_at_once() -> None:
    terms = quoted(an_account(CHEAP), today=LAST_DAY - timedelta(days=2)).terms

    assert (terms.due_now, terms.carried_over) == (Money(60, "EUR"), False)
    assert terms.next_period.carried_over is None


def test_an_offer_says_so_too() -> None:
    catalogue = replace(CATALOGUE, plans=(CHEAP, NEXT_UP))

    (offer,) = offers_for(an_account(CHEAP), catalogue, people=1, today=LAST_DAY, limits=LIMITS)

    assert (offer.due_now.amount, offer.carried_over) == (20, True)


def test_a_small_upgrade_is_applied_and_owed_with_the_next_renewal() -> None:
    account, purchase = bought(an_account(CHEAP))

    assert (purchase.status, purchase.carried_over) == ("applied", True)
    assert (account.plan, account.payment_status, account.dues) == ("next", "ok", ())
    assert account.carried == (TWENTY,)
    assert next_period(account) == NextPeriod(Money(1200, "EUR"), END, Money(20, "EUR"))


def test_the_next_renewal_collects_it_and_says_so() -> None:
    account, _ = bought(an_account(CHEAP))

    renewal, (charge,) = renewed(account, today=END, limits=LIMITS)

    assert [due.amount for due in renewal.dues] == [Money(1220, "EUR")]
    assert renewal.carried == ()
    assert (charge.amount, charge.collects) == (Money(1200, "EUR"), (TWENTY,))


def test_several_small_upgrades_add_up() -> None:
    account, _ = bought(an_account(CHEAP))
    account = replace(account, plan="cheap", seats=CHEAP.seats, bought=an_account(CHEAP).bought)

    account, _ = bought(account, id_="u2")

    assert total_of(account.carried) == Money(40, "EUR")
    assert quoted(account).terms.next_period.carried_over == Money(60, "EUR")


def test_a_renewal_too_small_by_itself_is_carried_over_until_there_is_enough() -> None:
    tiny = replace(CHEAP, price=Prices(20, 200))

    account, charges = renewed(an_account(tiny), today=END + timedelta(days=60), limits=LIMITS)

    midnight = datetime(2026, 5, 30, tzinfo=UTC)
    assert account.dues == (
        Due("renewal-2026-05-30", Money(60, "EUR"), since=midnight, try_at=midnight),
    )
    assert account.payment_status == "ok"
    assert [len(charge.collects) for charge in charges] == [0, 0, 2]


def test_a_renewal_that_costs_nothing_still_collects_what_was_carried() -> None:
    free = an_account(CHEAP, promo_codes=codes(100), carried=(TWENTY, TWENTY, TWENTY))

    renewal, (charge,) = renewed(free, today=END, limits=LIMITS)

    assert [due.amount.amount for due in renewal.dues] == [60]
    assert charge.amount.amount == 0


def test_too_little_stays_where_a_renewal_costs_nothing() -> None:
    free = an_account(CHEAP, promo_codes=codes(100), carried=(TWENTY,))

    renewal, (charge,) = renewed(free, today=END, limits=LIMITS)

    assert (renewal.carried, renewal.dues, charge.collects) == ((TWENTY,), (), ())


def test_a_downgrade_collects_it_with_the_smaller_price() -> None:
    leaving = an_account(LARGE, carried=(TWENTY,), downgrades=(a_downgrade("scheduled"),))

    renewal, (charge,) = renewed(leaving, today=END, limits=LIMITS)

    assert (charge.amount.amount, renewal.dues[0].amount.amount) == (6500, 6520)


def test_a_trial_collects_nothing() -> None:
    trial = an_account(TRIAL, carried=(TWENTY,))

    renewal, charges = renewed(trial, today=END, limits=LIMITS)

    assert (renewal.carried, charges) == ((TWENTY,), ())
    assert next_period(trial).carried_over == Money(20, "EUR")


def test_on_account_everything_is_collected_at_once() -> None:
    renewal, (charge,) = renewed(an_account(CHEAP, carried=(TWENTY,)), today=END)

    assert (renewal.dues[0].amount.amount, charge.collects) == (620, (TWENTY,))


def test_a_renewal_that_the_gateway_calls_too_small_is_never_past_due() -> None:
    """Its least charge depends on the seller's bank account too, which we do not know."""
    owing, _ = renewed(an_account(CHEAP), today=END, limits=LIMITS)

    account = attempted(owing, owing.dues[0], TooSmall(), now=NOON)

    assert (account.payment_status, account.dues, account.version) == ("ok", (), 3)
    assert account.carried == (CarriedAmount("renewal-2026-03-31", Money(600, "EUR")),)


def test_an_account_that_was_past_due_with_too_little_is_so_no_longer() -> None:
    """An earlier version asked for it again and again."""
    failed = Due("r1", Money(20, "EUR"), since=NOON, try_at=NOON, attempt=4)
    account = an_account(dues=(failed,), payment_status="past_due")

    account = attempted(account, failed, TooSmall(), now=NOON)

    assert (account.payment_status, account.dues) == ("ok", ())
    assert account.carried == (CarriedAmount("r1", Money(20, "EUR")),)


def test_an_upgrade_that_is_paid_carries_nothing() -> None:
    account = an_account(CHEAP)
    purchase = after_payment(Purchase("u1", quoted(account), None, NOON), Paid())

    application = application_of(purchase, account, now=NOON, today=LAST_DAY)

    assert application.account.carried == ()
    assert not application.purchase.carried_over


def test_invoices_say_which_waits_and_which_collects() -> None:
    account, _ = bought(an_account(CHEAP))
    upgrade = application_of(
        after_payment(Purchase("u1", quoted(an_account(CHEAP)), None, NOON), TooSmall()),
        an_account(CHEAP),
        now=NOON,
        today=LAST_DAY,
    ).charge
    renewal, (charge,) = renewed(account, today=END, limits=LIMITS)

    (waiting,) = invoices_of(account, [upgrade])
    collected, collecting = invoices_of(renewal, [upgrade, charge])

    assert (waiting.is_carried_over, collected.is_carried_over) == (True, False)
    assert collecting.collects == (CollectedInvoice("u1", "acme-0001", Money(20, "EUR")),)
    assert waiting.collects == collected.collects == ()
