"""Dues: the effect of an attempt to collect a renewal, and the time of the next attempt.

Source: docs/money.md, "A renewal that cannot be paid".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fullhouse.domain.accounts import Account, Due, PaymentStatus, first_instant
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.instants import EPOCH
from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Pending,
    TooSmall,
    Unknown,
)

# After a failed attempt the next one follows in an hour. The pauses grow to one day.
PAUSES = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24))

# A bank takes days to answer. Each look writes the account, so looks are rare.
LOOK_AGAIN = timedelta(hours=6)

# A payer may ask for the next attempt this long after the last one. A gateway needs less for one.
ASKED_FOR_AGAIN_AFTER = timedelta(minutes=1)


def due_at(account: Account) -> datetime:
    """When the account is due, in UTC: at the end of its period, or at the next payment attempt.

    An account of an earlier version, without its bought plan, is due at once.
    """
    if account.bought is None:
        return EPOCH
    end = first_instant(account.time_zone, account.period.end)
    return min([end, *(due.try_at for due in account.dues)])


def collectable(account: Account, *, now: datetime) -> tuple[Due, ...]:
    """The dues whose time to be tried has come, oldest first."""
    return tuple(due for due in account.dues if due.try_at <= now)


def tried_now(account: Account, *, now: datetime) -> Account:
    """The account whose failed dues are tried at once, without the pause of `attempted`.

    Returns:
        The same object if nothing can be tried earlier: no attempt failed, the last one was made
        less than a minute ago, or one is in progress.
    """
    dues = tuple(_hastened(due, now) for due in account.dues)
    if dues == account.dues:
        return account
    return replace(account, dues=dues, version=account.version + 1)


def charge_of(account: Account, due: Due) -> Charge:
    """The charge to ask the gateway for. Each attempt has its own id: a failure ends a charge."""
    return Charge(
        id=f"{account.id}:{due.entry}:{due.attempt}",
        account=account.id,
        amount=due.amount,
        since=due.since,
        payer=account.payment,
        unattended=True,
        reference=due.reference,
    )


def attempted(account: Account, due: Due, result: PaymentResult, *, now: datetime) -> Account:
    """The account after the gateway's answer for `due`.

    Unchanged if the answer is `Unknown`, or if `due` has changed since the attempt. An amount too
    small for the gateway is carried over. It never makes the account past due.
    """
    if due not in account.dues or isinstance(result, Unknown):
        return account
    left = _left_of(due, result, now)
    dues = tuple(left if each == due else each for each in account.dues)
    owed = tuple(each for each in dues if each is not None)
    carried = account.carried
    if isinstance(result, TooSmall):
        carried = (*carried, CarriedAmount(due.entry, due.amount))
    return replace(
        account,
        dues=owed,
        carried=carried,
        payment_status=_status_of(owed),
        version=account.version + 1,
    )


def _left_of(due: Due, result: Paid | Pending | Failed | TooSmall, now: datetime) -> Due | None:
    if isinstance(result, Paid | TooSmall):
        return None
    if isinstance(result, Pending):
        return replace(due, reference=result.reference, try_at=now + LOOK_AGAIN)
    return Due(
        entry=due.entry,
        amount=due.amount,
        since=now,
        try_at=now + _pause_after(due.attempt),
        attempt=due.attempt + 1,
    )


def _hastened(due: Due, now: datetime) -> Due:
    is_waiting = due.has_failed and due.reference is None and due.try_at > now
    if not is_waiting or now - due.since < ASKED_FOR_AGAIN_AFTER:
        return due
    return replace(due, try_at=now)


def _pause_after(attempt: int) -> timedelta:
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def _status_of(dues: tuple[Due, ...]) -> PaymentStatus:
    return "past_due" if any(due.has_failed for due in dues) else "ok"
