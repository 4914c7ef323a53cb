"""Dues: what an attempt to collect a renewal does to the account, and when to try again.

Source: docs/money.md, "A renewal that cannot be paid".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fullhouse.domain.accounts import Account, Due, PaymentStatus, first_instant
from fullhouse.domain.carried import CarriedAmount
from fullhouse.domain.payments import (
    Charge,
    Failed,
    Paid,
    PaymentResult,
    Pending,
    TooSmall,
    Unknown,
)

# A card that failed is asked again after an hour, then less and less often, at last once a day.
PAUSES = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24))

# A bank takes days. Each look that moves this on is a change of the account, so they are few.
LOOK_AGAIN = timedelta(hours=6)

EPOCH = datetime.fromtimestamp(0, UTC)


def due_at(account: Account) -> datetime:
    """When the account is due, in UTC: its period ends, or a payment can be tried.

    At once where an earlier version wrote it: it does not know yet what it bought.
    """
    if account.bought is None:
        return EPOCH
    end = first_instant(account.time_zone, account.period.end)
    return min([end, *(due.try_at for due in account.dues)])


def collectable(account: Account, *, now: datetime) -> tuple[Due, ...]:
    """The dues whose time to be tried has come, oldest first."""
    return tuple(due for due in account.dues if due.try_at <= now)


def charge_of(account: Account, due: Due) -> Charge:
    """What the gateway is asked for. A failed attempt ends its charge: the next has its own id."""
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
    """The account once the gateway has answered for `due`.

    Unchanged where the answer says nothing, or where `due` is no longer as it was tried. What is
    too small for the gateway is carried over, and is no debt that anybody could be late with.
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


def _pause_after(attempt: int) -> timedelta:
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def _status_of(dues: tuple[Due, ...]) -> PaymentStatus:
    return "past_due" if any(due.has_failed for due in dues) else "ok"
