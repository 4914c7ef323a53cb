"""The webhooks that a change of an account causes: found by comparing it before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fullhouse.domain.accounts import Account, DowngradeRequest
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.money import Money
from fullhouse.domain.purchases import WITHDRAWN, Application, Purchase
from fullhouse.domain.webhooks import Message

_DECIDED = frozenset({"scheduled", "declined", "withdrawn"})


def messages_of_change(before: Account, after: Account) -> tuple[Message, ...]:
    """About downgrade requests and failed payments."""
    return (*_about_requests(before, after), *_about_dues(before, after))


def messages_of_renewal(
    before: Account, after: Account, charges: Sequence[LedgerEntry]
) -> tuple[Message, ...]:
    """A scheduled downgrade takes effect first, then the new period begins."""
    if before.plan != after.plan:
        downgraded = {**_figures(after), "from": before.plan}
        return (Message("account.downgraded", downgraded), _renewed(after, charges))
    return (_renewed(after, charges),)


def messages_of_upgrade(before: Account, application: Application) -> tuple[Message, ...]:
    """The upgrade, and the downgrade request that it cancels."""
    purchase, after = application.purchase, application.account
    data = {
        **_figures(after),
        "from": before.plan,
        "upgrade": purchase.id,
        "due_now": _money(purchase.quote.terms.due_now),
    }
    return (Message("account.upgraded", data), *_about_requests(before, after))


def messages_of_purchase(purchase: Purchase) -> tuple[Message, ...]:
    """A payment that failed. A purchase that was withdrawn is no failure."""
    if purchase.state != "failed" or purchase.reason == WITHDRAWN:
        return ()
    data = {
        "account": purchase.account,
        "upgrade": purchase.id,
        "plan": purchase.quote.target.id,
        "due_now": _money(purchase.quote.terms.due_now),
        "reason": purchase.reason,
    }
    return (Message("payment.failed", data),)


def _renewed(account: Account, charges: Sequence[LedgerEntry]) -> Message:
    rows = [{"id": charge.id, "amount": _money(charge.amount)} for charge in charges]
    return Message("account.renewed", {**_figures(account), "charges": rows})


def _about_requests(before: Account, after: Account) -> Iterator[Message]:
    known = {request.id: request.status for request in before.downgrades}
    for request in after.downgrades:
        if request.id not in known:
            yield Message("downgrade.requested", _request(after, request))
        elif request.status != known[request.id] and request.status in _DECIDED:
            yield Message("downgrade.decided", _request(after, request))


def _about_dues(before: Account, after: Account) -> Iterator[Message]:
    attempts = {due.entry: due.attempt for due in before.dues}
    for due in after.dues:
        failed = attempts.get(due.entry, due.attempt)
        if due.attempt > failed:
            data = {
                "account": after.id,
                "charge": due.entry,
                "amount": _money(due.amount),
                "attempt": failed,
                "next_attempt_at": _instant(due.try_at.isoformat()),
                "payment_status": after.payment_status,
            }
            yield Message("payment.failed", data)


def _figures(account: Account) -> dict[str, object]:
    period = account.period
    return {
        "account": account.id,
        "plan": account.plan,
        "seats": account.seats,
        "presenters": account.presenters,
        "billing_period": account.billing_period,
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "version": account.version,
    }


def _request(account: Account, request: DowngradeRequest) -> dict[str, object]:
    return {
        "account": account.id,
        "id": request.id,
        "status": request.status,
        "plan": request.plan,
        "note": request.note,
        "effective_on": request.effective_on.isoformat(),
        "contact_by": request.contact_by.isoformat(),
        "warnings": list(request.warnings),
    }


def _money(money: Money) -> dict[str, object]:
    return {"amount": money.amount, "currency": money.currency}


def _instant(text: str) -> str:
    return text.replace("+00:00", "Z")
