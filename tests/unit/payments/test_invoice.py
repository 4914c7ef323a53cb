"""On account: whatever a charge is asked, it is paid, and given back when asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.money import Money
from fullhouse.domain.payments import Charge, Paid
from fullhouse.payments.invoice import InvoiceGateway, invoice_limits

CHARGE = Charge("u1", "acme", Money(1800, "EUR"), datetime(2026, 3, 21, tzinfo=UTC), None)


@pytest.mark.parametrize(("currency", "step"), [("EUR", 1), ("ISK", 1), ("MGA", 20), ("MRU", 20)])
def test_on_account_any_sum_can_be_charged_that_exists(currency: str, step: int) -> None:
    """Ariary and ouguiya are divided into fifths."""
    assert invoice_limits(currency) == ChargeLimits(step=step)


async def test_on_account_every_charge_is_paid_at_once() -> None:
    gateway = InvoiceGateway()

    answers = [
        await gateway.prepare(CHARGE),
        await gateway.charge(CHARGE),
        await gateway.look_up(CHARGE),
        await gateway.call_off(CHARGE),
    ]

    assert answers == [Paid()] * 4
    assert await gateway.refund(CHARGE)
