"""What calls for accounts and plans take and answer."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, Struct, UnsetType

from fullhouse.domain.accounts import (
    PaymentStatus,
    ScheduledChange,
)
from fullhouse.domain.money import Money
from fullhouse.domain.payments import PaidBy
from fullhouse.domain.plans import BillingPeriod
from fullhouse.domain.proration import PromoCode
from fullhouse.domain.quotes import NextPeriod


class PromoCodeBody(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    percent_off: int


class PaymentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The gateway's ids of the payer. No answer shows them."""

    customer: str | None = None
    method: str | None = None


class NewAccountBody(Struct, frozen=True, forbid_unknown_fields=True):
    plan: str
    billing_period: BillingPeriod
    period_start: date
    time_zone: str
    parallel_events: int = 0
    promo_codes: tuple[PromoCodeBody, ...] = ()
    payment: PaymentBody | None = None


class AccountChangesBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay as they are."""

    parallel_events: int | UnsetType = UNSET
    promo_codes: tuple[PromoCodeBody, ...] | UnsetType = UNSET
    payment: PaymentBody | UnsetType = UNSET


class PeriodObject(Struct, frozen=True):
    """`end` is the first day after the period."""

    start: date
    end: date
    days: int


class AccountObject(Struct, frozen=True):
    """`plan_name` and prices are as bought, before promo codes.

    They and `next_period` are null if they are not known, because an earlier version of the server
    did not store them. `paid_by`: whether charges are paid later, by invoice, or at once with the
    payment method on file. `installation` identifies the server in data that a browser keeps.
    `customer_success`: a mailto: or https: address, or null.
    """

    id: str
    plan: str
    seats: int
    presenters: int
    billing_period: BillingPeriod
    period: PeriodObject
    time_zone: str
    parallel_events: int
    promo_codes: tuple[PromoCode, ...]
    payment_status: PaymentStatus
    paid_by: PaidBy
    scheduled_change: ScheduledChange | None
    version: int
    next_period: NextPeriod | None
    plan_name: str | None
    price: Money | None
    parallel_event_price: Money | None
    carried_over: Money | None
    installation: str
    customer_success: str | None


class AccountsObject(Struct, frozen=True):
    accounts: tuple[AccountObject, ...]
    next: str | None


class PricesObject(Struct, frozen=True):
    """Prices per billing period, before promo codes."""

    month: Money
    year: Money


class PlanObject(Struct, frozen=True):
    id: str
    name: str
    seats: int
    presenters: int
    price: PricesObject
    parallel_event: PricesObject
    trial: bool
    on_sale: bool


class PlansObject(Struct, frozen=True):
    plans: tuple[PlanObject, ...]


class ErasureObject(Struct, frozen=True):
    """How much was found and deleted; all 0 if there was nothing.

    `rooms`: in which the person had a place, was in line, or was removed. `events`: entries of the
    trail. `webhooks`: messages that could not be delivered.
    """

    rooms: int
    events: int
    webhooks: int
