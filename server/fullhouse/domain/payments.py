"""Payments: charges that a gateway is asked for, and their possible results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from fullhouse.domain.accounts import PaymentRef
from fullhouse.domain.money import Money
from fullhouse.domain.reversals import Reversal

PaidBy = Literal["on_account", "payment_method"]
"""How an account pays: later, by invoice, or at once with the payment method on file."""


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount to be paid once, even if the gateway is asked for it several times.

    Attributes:
        id: The id of the purchase or renewal attempt, unique over all accounts. It is also the
            idempotency key at the gateway.
        since: The instant of the first request for it, in UTC. The gateway has nothing older.
        payer: The gateway's ids of the payer, if the platform has sent them.
        unattended: Whether the payer is absent and cannot confirm the payment, as in a renewal.
        reference: The gateway's id of the payment, once it is known.
    """

    id: str
    account: str
    amount: Money
    since: datetime
    payer: PaymentRef | None
    unattended: bool = False
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The gateway has registered the charge under `reference`. No money was taken yet."""

    reference: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The money was taken."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The gateway has the charge and waits for the payer or for a bank.

    Attributes:
        client_secret: The secret with which the payer's browser confirms the payment. None: there
            is nothing to confirm.
    """

    reference: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """No money was taken, and none will be. `reason` is a sentence for the payer."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooSmall:
    """The amount is too small for the gateway. It is collected with a later charge."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The gateway gave no clear answer. The money may be taken or not: ask again."""

    reason: str


PaymentResult: TypeAlias = Paid | Pending | Failed | TooSmall | Unknown


@dataclass(frozen=True, slots=True)
class ChargeRef:
    """The charge that a message of the gateway is about."""

    account: str
    charge: str


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """The content of a message of the gateway. The gateway is asked for the current state later.

    Attributes:
        charge: The charge that the message names. None: only the gateway knows the charge.
        reference: The gateway's id of the payment, if the message has it.
        reversal: The refunds and disputes. None: the message is about a payment.
    """

    charge: ChargeRef | None
    reference: str | None = None
    reversal: Reversal | None = None
