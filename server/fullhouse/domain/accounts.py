"""Accounts: the plan of a customer, the paid period, open payments and downgrade requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from fullhouse.domain.account_checks import check_add_ons, check_promo_codes, check_time_zone
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.errors import InvalidRequest, PriceUnknown
from fullhouse.domain.money import Money
from fullhouse.domain.plans import BillingPeriod, BoughtPlan, Plan
from fullhouse.domain.proration import DAYS, Period, PromoCode

PaymentStatus = Literal["ok", "past_due"]
DowngradeStatus = Literal["requested", "scheduled", "declined", "withdrawn", "done"]
AccountDeletion = Literal["deleted", "no_account", "rooms_open", "rooms_left", "buying"]
DowngradeWarning = Literal["promo_codes_void", "late"]


@dataclass(frozen=True, slots=True)
class PaymentRef:
    """The gateway's ids of the payer. No answer of the server and no `repr` shows them."""

    customer: str | None = None
    method: str | None = None

    def __repr__(self) -> str:
        return "PaymentRef(…)"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The first request for an account, as the platform sends it."""

    plan: str
    billing_period: BillingPeriod
    period_start: date
    time_zone: str
    parallel_events: int = 0
    promo_codes: tuple[PromoCode, ...] = ()
    payment: PaymentRef | None = None


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """The changes of a later request. None: the field stays as it is."""

    parallel_events: int | None = None
    promo_codes: tuple[PromoCode, ...] | None = None
    payment: PaymentRef | None = None


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """A smaller plan that takes effect with the period that starts on `effective_on`."""

    plan: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class DowngradeRequest:
    """A request to customer success for a smaller plan from the next period on.

    Attributes:
        effective_on: The first day of the period with the smaller plan.
        contact_by: The last day that leaves customer success enough time to answer.
        warnings: The warnings that the customer got with the request.
        target: The plan as the catalogue had it at the request. None: an earlier version of the
            server took the request.
    """

    id: str
    plan: str
    note: str
    status: DowngradeStatus
    effective_on: date
    contact_by: date
    warnings: tuple[DowngradeWarning, ...]
    target: Plan | None = None

    @property
    def is_open(self) -> bool:
        """Whether the request may still take effect."""
        return self.status in {"requested", "scheduled"}


@dataclass(frozen=True, slots=True)
class Due:
    """A charge of a renewal that is not paid yet.

    Attributes:
        entry: Id of the charge in the ledger.
        amount: The sum of the charge and of the charges that were carried over to it.
        since: In UTC. No request to the gateway for this attempt is older.
        try_at: In UTC. The gateway is not asked before this instant.
        attempt: The number of this attempt. All earlier ones have failed.
        reference: The gateway's id of the payment, once it is known.
    """

    entry: str
    amount: Money
    since: datetime
    try_at: datetime
    attempt: int = 1
    reference: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether an earlier attempt failed."""
        return self.attempt > 1


@dataclass(frozen=True, slots=True)
class Claim:
    """The exclusive right of one node to process an account.

    Attributes:
        until_ms: The end of the claim, in Unix ms of the store.
    """

    account: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of the platform. Every change raises `version` by one.

    Attributes:
        seats: Per room, as bought. A later catalogue does not change them.
        presenters: Per room, as bought.
        first_request: Fingerprint of the request that created the account.
        downgrades: The latest requests, oldest first. Only the last can be open.
        dues: Renewals that are not paid yet, oldest first.
        first_version: The version with which the account began. More than 1: an account of the
            same name was deleted before. Its quotes and charges do not belong to this account.
        bought: The plan as it was bought, with its prices. None: an earlier version of the server,
            which kept no prices, wrote the account (`domain/bought.py`).
        carried: Charges that are too small to collect alone, oldest first.
    """

    id: str
    plan: str
    seats: int
    presenters: int
    billing_period: BillingPeriod
    period_start: date
    time_zone: str
    parallel_events: int
    promo_codes: tuple[PromoCode, ...]
    payment: PaymentRef | None
    first_request: str
    payment_status: PaymentStatus = "ok"
    downgrades: tuple[DowngradeRequest, ...] = ()
    dues: tuple[Due, ...] = ()
    version: int = 1
    first_version: int = 1
    bought: BoughtPlan | None = None
    carried: tuple[CarriedAmount, ...] = ()

    @property
    def current(self) -> BoughtPlan:
        """The plan that the account has, with the prices at which it was bought.

        Raises:
            PriceUnknown: the price of the plan is not stored.
        """
        if self.bought is None:
            raise PriceUnknown(self.id, self.plan)
        return self.bought

    @property
    def period(self) -> Period:
        return Period(self.period_start, DAYS[self.billing_period])

    @property
    def open_downgrade(self) -> DowngradeRequest | None:
        """The request that may still take effect, approved or not."""
        last = self.downgrades[-1] if self.downgrades else None
        return last if last and last.is_open else None

    @property
    def scheduled_change(self) -> ScheduledChange | None:
        """The approved downgrade that takes effect with the next period."""
        request = self.open_downgrade
        if request is None or request.status != "scheduled":
            return None
        return ScheduledChange(request.plan, request.effective_on)


def local_date(time_zone: str, now: datetime) -> date:
    """The calendar day of the instant `now` in an IANA time zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def has_ended(account: Account, *, now: datetime) -> bool:
    """Whether the period of the account is over in the account's time zone."""
    return local_date(account.time_zone, now) >= account.period.end


def first_instant(time_zone: str, day: date) -> datetime:
    """The instant in UTC at which `day` begins in an IANA time zone."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def opened(
    account_id: str,
    request: NewAccount,
    bought: BoughtPlan,
    *,
    now: datetime,
    fingerprint: str,
    first_version: int = 1,
) -> Account:
    """The account that `request` asks for. The period that it names counts as paid.

    Raises:
        InvalidRequest: a value is out of bounds, or today lies neither in the named period
            nor in the one after it.
    """
    check_time_zone(request.time_zone)
    check_add_ons(request.parallel_events)
    check_promo_codes(request.promo_codes)
    _check_period(request, local_date(request.time_zone, now))
    return Account(
        id=account_id,
        plan=bought.plan.id,
        seats=bought.plan.seats,
        presenters=bought.plan.presenters,
        billing_period=request.billing_period,
        period_start=request.period_start,
        time_zone=request.time_zone,
        parallel_events=request.parallel_events,
        promo_codes=request.promo_codes,
        payment=request.payment,
        first_request=fingerprint,
        version=first_version,
        first_version=first_version,
        bought=bought,
    )


def changed(account: Account, changes: AccountChanges) -> Account:
    """The account with `changes`, in the next version.

    Raises:
        InvalidRequest: a value is out of bounds.
    """
    if changes.parallel_events is not None:
        account = replace(account, parallel_events=check_add_ons(changes.parallel_events))
    if changes.promo_codes is not None:
        account = replace(account, promo_codes=check_promo_codes(changes.promo_codes))
    if changes.payment is not None:
        # A new payer is asked at once for the dues that the old one could not pay.
        dues = tuple(replace(due, try_at=due.since) for due in account.dues)
        account = replace(account, payment=changes.payment, dues=dues)
    return replace(account, version=account.version + 1)


def _check_period(request: NewAccount, today: date) -> None:
    days = DAYS[request.billing_period]
    # Subtracting dates cannot overflow. Adding days to a date in the far future can.
    if not 0 <= (today - request.period_start).days < 2 * days:
        reason = (
            f"today, {today}, must lie in the {days} days from this date or in the {days} after"
        )
        raise InvalidRequest("period_start", reason)
