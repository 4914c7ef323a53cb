"""Downgrades: which plans are allowed, the deadline of a request, and its effect on the account.

Source: docs/money.md, "Downgrades".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from fullhouse.domain.accounts import Account, DowngradeRequest, DowngradeWarning
from fullhouse.domain.errors import NoDowngradeToTrial, NotADowngrade, NotFound, PlanNotOnSale
from fullhouse.domain.plans import BoughtPlan, Plan

WORKING_DAYS = 5
KEPT = 10  # requests that an account keeps: repeated requests must not make it grow without end

_SATURDAY = 5

Answer = Literal["scheduled", "declined", "withdrawn"]


def check_downgrade(account: Account, *, current: Plan, target: Plan) -> None:
    """Refuse a target that is no downgrade from `current`, the plan of `account`.

    Raises:
        NoDowngradeToTrial: the target is a trial.
        PlanNotOnSale: the target is no longer sold.
        NotADowngrade: the target is not cheaper, or is free of charge.
    """
    if target.trial:
        raise NoDowngradeToTrial("A trial is where one begins: no plan is lowered to it.")
    if not target.on_sale:
        raise PlanNotOnSale(target.id)
    billing_period = account.billing_period
    if not 0 < target.price.per(billing_period) < current.price.per(billing_period):
        raise NotADowngrade(
            f"Plan {target.id!r} is no downgrade from {current.id!r}: "
            "one has a lower price, and is not free of charge."
        )


def requested(
    account: Account, *, current: Plan, target: Plan, id_: str, note: str, today: date
) -> Account:
    """The account with a request for `target`. An earlier open request is withdrawn.

    Raises:
        NoDowngradeToTrial, PlanNotOnSale, NotADowngrade: `target` is no possible downgrade.
    """
    check_downgrade(account, current=current, target=target)
    effective_on = account.period.end
    request = DowngradeRequest(
        id=id_,
        plan=target.id,
        note=note,
        status="requested",
        effective_on=effective_on,
        contact_by=contact_by(effective_on),
        warnings=tuple(_warnings(account, effective_on, today)),
        target=target,
    )
    requests = (*without_open(account), request)[-KEPT:]
    return replace(account, downgrades=requests, version=account.version + 1)


def answered(account: Account, request_id: str, answer: Answer) -> Account:
    """The account with `answer` to the request. Unchanged if the request has this answer already.

    Raises:
        NotFound: there is no such request, or it was closed with another answer.
    """
    request = request_of(account, request_id)
    if request.status == answer:
        return account
    if not request.is_open:
        raise NotFound("open downgrade request", request_id)
    return replace(account, downgrades=_closed(account, answer), version=account.version + 1)


def request_of(account: Account, request_id: str) -> DowngradeRequest:
    """The request with that id.

    Raises:
        NotFound: the account never had it, or no longer keeps it.
    """
    for request in account.downgrades:
        if request.id == request_id:
            return request
    raise NotFound("downgrade request", request_id)


def without_open(account: Account) -> tuple[DowngradeRequest, ...]:
    """The requests of the account. An open one becomes withdrawn: a newer change replaces it."""
    return _closed(account, "withdrawn") if account.open_downgrade else account.downgrades


def taken_effect(account: Account, target: Plan) -> Account:
    """The account on the scheduled plan. Promo codes end with the old plan."""
    return replace(
        account,
        plan=target.id,
        seats=target.seats,
        presenters=target.presenters,
        promo_codes=(),
        downgrades=_closed(account, "done"),
        bought=BoughtPlan(target, account.current.currency),
    )


def put_off(account: Account, effective_on: date) -> Account:
    """The account with its unanswered request put off to the period from `effective_on` on."""
    *before, last = account.downgrades
    moved = replace(last, effective_on=effective_on, contact_by=contact_by(effective_on))
    return replace(account, downgrades=(*before, moved))


def contact_by(effective_on: date) -> date:
    """The last day that leaves `WORKING_DAYS` working days before `effective_on`.

    Saturdays and Sundays do not count. Public holidays depend on the place and are not known.
    """
    day, left = effective_on, WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _warnings(account: Account, effective_on: date, today: date) -> Iterator[DowngradeWarning]:
    if account.promo_codes:
        yield "promo_codes_void"
    if today > contact_by(effective_on):
        yield "late"


def _closed(
    account: Account, status: Literal["scheduled", "declined", "withdrawn", "done"]
) -> tuple[DowngradeRequest, ...]:
    *before, last = account.downgrades
    return (*before, replace(last, status=status))
