"""Accounts: what a customer has, for which days it is paid, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from server.domain.errors import InvalidRequest
from server.domain.money import Money
from server.domain.plans import BillingPeriod, Plan
from server.domain.proration import DAYS, Period, PromoCode

MAX_PARALLEL_EVENTS = 1_000  # one script raises all live rooms of an account in one step
MAX_PROMO_CODES = 20
MAX_CODE_LENGTH = 64
MAX_PERCENT_OFF = 100

NO_PLACE = ("Factory", "localtime", "posixrules", "posix/", "right/")
"""What a time-zone database may have beside the zones of places: the choice of one machine, and
copies that not every machine has. The day of an account must be the same on all nodes."""

PaymentStatus = Literal["ok", "past_due"]
DowngradeStatus = Literal["requested", "scheduled", "declined", "withdrawn", "done"]
DowngradeWarning = Literal["promo_codes_void", "late"]


@dataclass(frozen=True, slots=True)
class PaymentRef:
    """How the gateway knows the payer. Never shown again, and kept out of `repr`."""

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
    """What a later request changes; None leaves it as it is."""

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
    """A smaller plan from the next period on, as asked of customer success.

    Attributes:
        effective_on: The first day of the period that it is for.
        contact_by: The last day on which customer success has time enough to answer.
        warnings: What the customer was warned of when asking.
    """

    id: str
    plan: str
    note: str
    status: DowngradeStatus
    effective_on: date
    contact_by: date
    warnings: tuple[DowngradeWarning, ...]

    @property
    def is_open(self) -> bool:
        """Whether it may still take effect."""
        return self.status in {"requested", "scheduled"}


@dataclass(frozen=True, slots=True)
class Due:
    """A renewal that is charged and not yet paid.

    Attributes:
        entry: Id of the charge in the ledger.
        since: In UTC; the gateway was not asked for this attempt before.
        try_at: In UTC; the gateway is not asked again before.
        attempt: The number of this attempt; all before it have failed.
        reference: The gateway's own name of the payment, once it is known.
    """

    entry: str
    amount: Money
    since: datetime
    try_at: datetime
    attempt: int = 1
    reference: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether an attempt before this one failed."""
        return self.attempt > 1


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of the platform. Every change raises `version` by one.

    Attributes:
        seats: Per room, as bought; a later catalogue does not change them.
        presenters: Per room, as bought.
        first_request: Fingerprint of the request that created it.
        downgrades: The latest requests, oldest first. Only the last can be open.
        dues: Renewals that are not paid yet, oldest first.
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
        """What takes effect with the next period, once customer success has approved it."""
        request = self.open_downgrade
        if request is None or request.status != "scheduled":
            return None
        return ScheduledChange(request.plan, request.effective_on)


def local_date(time_zone: str, now: datetime) -> date:
    """The calendar day of the instant `now` in an IANA time zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def has_ended(account: Account, *, now: datetime) -> bool:
    """Whether the period of the account is over, where the account is."""
    return local_date(account.time_zone, now) >= account.period.end


def first_instant(time_zone: str, day: date) -> datetime:
    """When `day` begins in an IANA time zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def opened(
    account_id: str, request: NewAccount, plan: Plan, *, now: datetime, fingerprint: str
) -> Account:
    """The account that `request` asks for, its named period paid.

    Raises:
        InvalidRequest: a value is out of bounds, or today is neither in the period named
            nor in the next.
    """
    check_time_zone(request.time_zone)
    check_add_ons(request.parallel_events)
    check_promo_codes(request.promo_codes)
    _check_period(request, local_date(request.time_zone, now))
    return Account(
        id=account_id,
        plan=plan.id,
        seats=plan.seats,
        presenters=plan.presenters,
        billing_period=request.billing_period,
        period_start=request.period_start,
        time_zone=request.time_zone,
        parallel_events=request.parallel_events,
        promo_codes=request.promo_codes,
        payment=request.payment,
        first_request=fingerprint,
    )


def changed(account: Account, changes: AccountChanges) -> Account:
    """The account with the fields that `changes` names, one version on.

    Raises:
        InvalidRequest: a value is out of bounds.
    """
    if changes.parallel_events is not None:
        account = replace(account, parallel_events=check_add_ons(changes.parallel_events))
    if changes.promo_codes is not None:
        account = replace(account, promo_codes=check_promo_codes(changes.promo_codes))
    if changes.payment is not None:
        # A new payer is asked at once for what the old one could not pay.
        dues = tuple(replace(due, try_at=due.since) for due in account.dues)
        account = replace(account, payment=changes.payment, dues=dues)
    return replace(account, version=account.version + 1)


def check_time_zone(name: str) -> str:
    """`name`, if it names a time zone that is the same everywhere.

    Raises:
        InvalidRequest: it does not.
    """
    if name.startswith(NO_PLACE) or not _is_known(name):
        reason = f"{name!r} is no time zone; use an IANA name such as Europe/Berlin"
        raise InvalidRequest("time_zone", reason)
    return name


def _is_known(time_zone: str) -> bool:
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of names
        return False
    return True


def check_add_ons(parallel_events: int) -> int:
    """`parallel_events`, if an account may have that many.

    Raises:
        InvalidRequest: it may not.
    """
    if not 0 <= parallel_events <= MAX_PARALLEL_EVENTS:
        raise InvalidRequest("parallel_events", f"0 to {MAX_PARALLEL_EVENTS}")
    return parallel_events


def check_promo_codes(promo_codes: tuple[PromoCode, ...]) -> tuple[PromoCode, ...]:
    """`promo_codes`, if each is a named percentage and none is given twice.

    Raises:
        InvalidRequest: the text names the code's place in the list.
    """
    if len(promo_codes) > MAX_PROMO_CODES:
        raise InvalidRequest("promo_codes", f"at most {MAX_PROMO_CODES}")
    seen: set[str] = set()
    for place, promo in enumerate(promo_codes):
        _check_promo_code(f"promo_codes[{place}]", promo, seen)
        seen.add(promo.code)
    return promo_codes


def _check_promo_code(field: str, promo: PromoCode, seen: set[str]) -> None:
    if not 1 <= len(promo.code) <= MAX_CODE_LENGTH:
        raise InvalidRequest(f"{field}.code", f"1 to {MAX_CODE_LENGTH} characters")
    if promo.code in seen:
        raise InvalidRequest(f"{field}.code", f"{promo.code!r} is given twice")
    if not 0 <= promo.percent_off <= MAX_PERCENT_OFF:
        raise InvalidRequest(f"{field}.percent_off", f"0 to {MAX_PERCENT_OFF}")


def _check_period(request: NewAccount, today: date) -> None:
    days = DAYS[request.billing_period]
    # Subtracting dates cannot overflow; adding days to a far one can.
    if not 0 <= (today - request.period_start).days < 2 * days:
        reason = (
            f"today, {today}, must lie in the {days} days from this date or in the {days} after"
        )
        raise InvalidRequest("period_start", reason)
