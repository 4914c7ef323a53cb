"""Calls for accounts: the platform opens and changes them, and buyers may read them."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct
from starlette.responses import Response

from fullhouse.domain.accounts import (
    Account,
    AccountChanges,
    NewAccount,
    PaymentRef,
)
from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.carried import total_of
from fullhouse.domain.errors import AlreadyExists, ChangeInProgress, NotFound
from fullhouse.domain.money import Money
from fullhouse.domain.proration import PromoCode
from fullhouse.edge.account_objects import (
    AccountChangesBody,
    AccountObject,
    AccountsObject,
    NewAccountBody,
    PaymentBody,
    PeriodObject,
    PromoCodeBody,
)
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.pages import PageQuery


class AccountsQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """Accounts whose ids begin with `prefix`."""

    prefix: str = ""


class DeletionQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """`ledger` true: charges, purchases and reversals of the account are deleted too."""

    ledger: bool = False


async def get_accounts(asked: Asked[AccountsQuery]) -> Response:
    """All accounts, by id."""
    page = await asked.services.directory.page(asked.sent.prefix, asked.sent.page)
    rows = tuple(_account_object(account, asked) for account in page.rows)
    return answered(AccountsObject(rows, page.next))


async def delete_account(asked: Asked[DeletionQuery]) -> Response:
    """Delete an account without open rooms and purchases, and its closed rooms."""
    await asked.services.directory.delete(asked.account, with_ledger=asked.sent.ledger)
    return Response(status_code=204)


async def put_account(asked: Asked[NewAccountBody]) -> Response:
    """Open an account. A repeated first request returns the account."""
    account, is_new = await asked.services.accounts.put(asked.account, _new_account(asked.sent))
    return answered(_account_object(account, asked), 201 if is_new else 200)


async def patch_account(asked: Asked[AccountChangesBody]) -> Response:
    """Change add-ons, promo codes or the payer. Nothing is charged, and no room closes."""
    account = await asked.services.accounts.patch(asked.account, _changes(asked.sent))
    return answered(_account_object(account, asked))


async def collect(asked: Asked[Nothing]) -> Response:
    """Try at once to collect renewals that could not be collected, at most once a minute.

    The result follows in `payment_status`.
    """
    account = await asked.services.accounts.collect_now(asked.account)
    return answered(_account_object(account, asked))


async def get_account(asked: Asked[Nothing]) -> Response:
    """The account in its current period."""
    account = await asked.services.accounts.current(asked.account)
    return answered(_account_object(account, asked))


def _account_object(account: Account, asked: Asked[Any]) -> AccountObject:
    period = account.period
    return AccountObject(
        id=account.id,
        plan=account.plan,
        seats=account.seats,
        presenters=account.presenters,
        billing_period=account.billing_period,
        period=PeriodObject(period.start, period.end, period.days),
        time_zone=account.time_zone,
        parallel_events=account.parallel_events,
        promo_codes=account.promo_codes,
        payment_status=account.payment_status,
        paid_by=asked.services.paid_by,
        scheduled_change=account.scheduled_change,
        version=account.version,
        next_period=asked.services.accounts.next_period(account) if account.bought else None,
        plan_name=account.bought.plan.name if account.bought else None,
        price=_price(account, "price"),
        parallel_event_price=_price(account, "parallel_event"),
        carried_over=total_of(account.carried),
        installation=asked.services.installation,
        customer_success=asked.services.customer_success,
    )


def _price(account: Account, item: Literal["price", "parallel_event"]) -> Money | None:
    if account.bought is None:
        return None
    rate = account.bought.plan.rate(account.billing_period)
    return Money(getattr(rate, item), account.bought.currency)


def _new_account(body: NewAccountBody) -> NewAccount:
    return NewAccount(
        plan=body.plan,
        billing_period=body.billing_period,
        period_start=body.period_start,
        time_zone=body.time_zone,
        parallel_events=body.parallel_events,
        promo_codes=_promo_codes(body.promo_codes),
        payment=_payment(body.payment) if body.payment else None,
    )


def _changes(body: AccountChangesBody) -> AccountChanges:
    return AccountChanges(
        parallel_events=None if body.parallel_events is UNSET else body.parallel_events,
        promo_codes=None if body.promo_codes is UNSET else _promo_codes(body.promo_codes),
        payment=None if body.payment is UNSET else _payment(body.payment),
    )


def _promo_codes(bodies: tuple[PromoCodeBody, ...]) -> tuple[PromoCode, ...]:
    return tuple(PromoCode(body.code, body.percent_off) for body in bodies)


def _payment(body: PaymentBody) -> PaymentRef:
    return PaymentRef(body.customer, body.method)


_PATH = "/v1/accounts/{account}"

CALLS = (
    Call(
        method="GET",
        path="/v1/accounts",
        who=Who.PLATFORM,
        scope=KeyScope.READ,
        handle=get_accounts,
        takes=AccountsQuery,
        answers={200: AccountsObject},
    ),
    Call(
        method="DELETE",
        path=_PATH,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=delete_account,
        takes=DeletionQuery,
        answers={204: None},
        refuses=(NotFound, ChangeInProgress),
    ),
    Call(
        method="PUT",
        path=_PATH,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=put_account,
        takes=NewAccountBody,
        answers={201: AccountObject, 200: AccountObject},
        refuses=(AlreadyExists,),
    ),
    Call(
        method="PATCH",
        path=_PATH,
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=patch_account,
        takes=AccountChangesBody,
        answers={200: AccountObject},
        refuses=(NotFound,),
    ),
    Call(
        method="POST",
        path=_PATH + "/collect",
        who=Who.BUYER,
        scope=KeyScope.BILLING,
        handle=collect,
        answers={200: AccountObject},
        refuses=(NotFound,),
    ),
    Call(
        method="GET",
        path=_PATH,
        who=Who.BUYER,
        scope=KeyScope.READ,
        handle=get_account,
        answers={200: AccountObject},
        refuses=(NotFound,),
    ),
)
