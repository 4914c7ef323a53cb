"""The life of an account as a model: whatever is asked in whatever order, the books agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from fullhouse.domain.accounts import Account, AccountChanges, changed
from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.downgrades import KEPT, Answer, answered, requested
from fullhouse.domain.dues import attempted, collectable
from fullhouse.domain.errors import NotADowngrade
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.payments import Failed, Paid, PaymentResult, Pending, TooSmall, Unknown
from fullhouse.domain.plans import BillingPeriod, Plan
from fullhouse.domain.proration import DAYS, lines_of
from fullhouse.domain.purchases import Purchase, after_payment, application_of
from fullhouse.domain.quotes import Quote, quote_of, upgrade_terms
from fullhouse.domain.renewals import next_period, renewed
from fullhouse.domain.upgrades import is_upgrade
from tests.accounts import CATALOGUE, HUGE, LARGE, SMALL, START, TRIAL, an_account, codes

PLANS = st.sampled_from([SMALL, LARGE, HUGE])
RESULTS = st.sampled_from([Paid(), Failed("No."), Pending("p1"), TooSmall(), Unknown("?")])
ANSWERS: list[Answer] = ["scheduled", "declined", "withdrawn"]


class AccountLife(RuleBasedStateMachine):
    """Days pass, plans change, renewals are paid or not."""

    account: Account
    today: date

    def __init__(self) -> None:
        super().__init__()
        self.ledger: list[LedgerEntry] = []
        self.asked = 0
        self.taken = 0
        self.limits = ChargeLimits()

    @initialize(
        plan=st.sampled_from([TRIAL, SMALL, LARGE, HUGE]),
        billing_period=st.sampled_from(list(DAYS)),
        percents=st.lists(st.sampled_from([15, 33, 100]), max_size=2),
        parallel_events=st.integers(0, 3),
        least=st.sampled_from([1, 50, 3_000, 20_000]),
        step=st.sampled_from([1, 10]),
    )
    def open(
        self,
        *,
        plan: Plan,
        billing_period: BillingPeriod,
        percents: list[int],
        parallel_events: int,
        least: int,
        step: int,
    ) -> None:
        self.limits = ChargeLimits(step=step, least=least)
        self.today = START
        self.account = an_account(
            plan,
            billing_period=billing_period,
            parallel_events=parallel_events,
            promo_codes=codes(*percents),
        )

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time(), UTC) + timedelta(hours=12)

    @property
    def plan(self) -> Plan:
        return CATALOGUE.plan(self.account.plan)

    @rule(days=st.integers(1, 70))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        before, scheduled = self.account, self.account.scheduled_change
        self.account, charges = renewed(before, today=self.today, limits=self.limits)
        self.ledger += charges
        if scheduled and self.account.period_start > before.period_start:
            assert self.account.plan == scheduled.plan
            assert self.account.promo_codes == ()
            assert all(charge.basis.new.plan == scheduled.plan for charge in charges)
        else:
            assert self.account.plan == before.plan

    @rule(wanted=PLANS)
    def upgrade(self, wanted: Plan) -> None:
        if not is_upgrade(self.account, current=self.plan, target=wanted):
            return
        terms = upgrade_terms(
            self.account,
            self.plan,
            wanted,
            currency="EUR",
            today=self.today,
            limits=self.limits,
        )
        quote = quote_of(
            self.account,
            id_="q",
            current=self.plan,
            target=wanted,
            terms=terms,
            expires_at=self.now,
        )
        assert bool(quote.warnings) == bool(self.account.open_downgrade)
        self.buy(quote)
        assert next_period(self.account, limits=self.limits) == terms.next_period
        assert self.account.open_downgrade is None

    def buy(self, quote: Quote) -> None:
        due = quote.terms.due_now.amount
        is_small = self.limits.is_too_small(due)
        assert is_small == quote.terms.carried_over
        purchase = Purchase(f"upgrade-{len(self.ledger)}", quote, None, self.now)
        purchase = after_payment(purchase, TooSmall() if is_small else Paid())
        self.taken += 0 if is_small else due
        application = application_of(purchase, self.account, now=self.now, today=self.today)
        self.account = application.account
        self.ledger.append(application.charge)

    @rule(wanted=PLANS)
    def ask_for_a_downgrade(self, wanted: Plan) -> None:
        self.asked += 1
        try:
            self.account = requested(
                self.account,
                current=self.plan,
                target=wanted,
                id_=f"d{self.asked}",
                note="",
                today=self.today,
            )
        except NotADowngrade:
            assert wanted.price.month >= self.plan.price.month

    @precondition(lambda self: self.account.open_downgrade)
    @rule(answer=st.sampled_from(ANSWERS))
    def answer_it(self, answer: Answer) -> None:
        request = self.account.open_downgrade
        assert request
        self.account = answered(self.account, request.id, answer)
        assert bool(self.account.scheduled_change) == (answer == "scheduled")

    @rule(result=RESULTS)
    def collect(self, result: PaymentResult) -> None:
        for due in collectable(self.account, now=self.now):
            self.account = attempted(self.account, due, result, now=self.now)
            self.taken += due.amount.amount if isinstance(result, Paid) else 0

    @rule(add_ons=st.integers(0, 3))
    def patch(self, add_ons: int) -> None:
        self.account = changed(self.account, AccountChanges(parallel_events=add_ons))

    @invariant()
    def today_lies_in_the_period(self) -> None:
        assert self.account.period.start <= self.today < self.account.period.end

    @invariant()
    def no_charge_is_negative_or_made_twice(self) -> None:
        assert len({charge.id for charge in self.ledger}) == len(self.ledger)
        for charge in self.ledger:
            assert all(line.amount >= 0 for line in charge.lines)
            assert lines_of(charge.basis) == charge.lines

    @invariant()
    def what_was_charged_is_taken_or_due_or_carried_over(self) -> None:
        charged = sum(charge.amount.amount for charge in self.ledger)
        due = sum(due.amount.amount for due in self.account.dues)
        carried = sum(each.amount.amount for each in self.account.carried)
        assert charged == self.taken + due + carried

    @invariant()
    def what_is_due_is_large_enough_to_be_collected(self) -> None:
        for due in self.account.dues:
            assert due.amount.amount >= self.limits.least
            assert due.amount.amount % self.limits.step == 0

    @invariant()
    def an_account_is_past_due_exactly_while_a_failed_renewal_is_open(self) -> None:
        has_failed = any(due.has_failed for due in self.account.dues)
        assert (self.account.payment_status == "past_due") == has_failed

    @invariant()
    def only_the_last_request_is_open_and_it_is_for_the_end_of_the_period(self) -> None:
        *before, last = self.account.downgrades or (None,)
        assert not any(request and request.is_open for request in before)
        assert len(self.account.downgrades) <= KEPT
        if last and last.is_open:
            assert last.effective_on == self.account.period.end
            assert last.contact_by < last.effective_on

    @invariant()
    def seats_are_those_of_the_plan(self) -> None:
        assert (self.account.seats, self.account.presenters) == (
            self.plan.seats,
            self.plan.presenters,
        )


AccountLife.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestAccountLife = AccountLife.TestCase
