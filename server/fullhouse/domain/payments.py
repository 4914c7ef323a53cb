"""Payments: what a gateway is asked to charge, and what can come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from fullhouse.domain.accounts import PaymentRef
from fullhouse.domain.money import Money
from fullhouse.domain.reversals import Reversal


@dataclass(frozen=True, slots=True)
class Charge:
    """A sum to be paid once, however often the gateway is asked for it.

    Attributes:
        id: Of the purchase or renewal, unique over all accounts; the gateway's idempotency key.
        since: When it was first asked for, in UTC; no trace of it is older.
        payer: How the gateway knows the payer, where the platform has said so.
        unattended: Nobody is there to confirm the payment: a renewal.
        reference: The gateway's own name of the payment, once it is known.
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
    """The gateway knows of the charge by this name. No money was taken yet."""

    reference: str


@dataclass(frozen=True, slots=True)
class Paid:
    """The money is there."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The gateway has the charge and waits: for the payer, or for a bank.

    Attributes:
        client_secret: What the payer's browser confirms the payment with; None where there is
            nothing left to confirm.
    """

    reference: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """No money was taken, and none will be. `reason` is a sentence for the payer."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooSmall:
    """The gateway does not take a sum as small as that. It is collected with a later one."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The gateway did not say: it may have taken the money or not. Ask again."""

    reason: str


PaymentResult: TypeAlias = Paid | Pending | Failed | TooSmall | Unknown


@dataclass(frozen=True, slots=True)
class ChargeRef:
    """Which charge a message of the gateway is about."""

    account: str
    charge: str


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """What a message of the gateway says, before the gateway is asked.

    Attributes:
        charge: Named in the message; None where only the gateway can tell whose it is.
        reference: The gateway's own name of the payment, where the message has it.
        reversal: What went back to the payer or is disputed; None: the message is about paying.
    """

    charge: ChargeRef | None
    reference: str | None = None
    reversal: Reversal | None = None
