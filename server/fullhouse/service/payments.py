"""The payment gateway, as the use cases that take money need it."""

from __future__ import annotations

from typing import Protocol

from fullhouse.domain.payments import (
    Charge,
    ChargeRef,
    Failed,
    Paid,
    PaymentNews,
    PaymentResult,
    Prepared,
    TooSmall,
    Unknown,
)
from fullhouse.domain.reversals import Reversal


class PaymentGateway(Protocol):
    """Takes money and gives it back. Every call is safe to repeat; none of them raises.

    Whoever charges stores the charge first. Where somebody waits for the answer, on several
    nodes perhaps, the charge is prepared and its reference stored before the money is taken:
    then no money can move that nobody has on record.
    """

    async def prepare(self, charge: Charge) -> Prepared | Paid | Failed | TooSmall | Unknown:
        """Give the charge its reference. Takes no money; `Paid` where none needs to be taken.

        `TooSmall` is no refusal: the account owes the sum with its next renewal.
        """
        ...

    async def charge(self, charge: Charge) -> PaymentResult:
        """Take the money, once for each `charge.id`; the same id again tells what became of it.

        A charge that was not prepared is taken in one step, with nobody there to confirm it.
        """
        ...

    async def look_up(self, charge: Charge) -> PaymentResult | None:
        """What became of a charge. Takes no money. None: the gateway has never heard of it."""
        ...

    async def call_off(self, charge: Charge) -> PaymentResult | None:
        """Give up a charge that is still pending.

        Returns:
            What became of it: `Failed` now that it is called off, `Paid` where that came too
            late, `Pending` where a bank has it. None: the gateway has never heard of it.
        """
        ...

    async def refund(self, charge: Charge) -> bool:
        """Give back all of a paid charge, once. False: not confirmed, ask again."""
        ...


class ReversalSource(Protocol):
    """Tells of money that a gateway gave back, for whatever reason."""

    async def charge_of(self, reference: str) -> ChargeRef | Unknown | None:
        """Which charge the payment of that name is for; None if it is none of ours."""
        ...

    async def reversal_of(self, reference: str) -> Reversal | Unknown:
        """All that went back of the payment of that name, or is disputed."""
        ...


class PaymentWebhook(Protocol):
    """Reads webhooks of a gateway. They only say what changed: the gateway is asked for it."""

    def read(self, payload: bytes, signature: str) -> PaymentNews | None:
        """What a message is about; None if it is not ours.

        Raises:
            Unauthenticated: the signature is not the gateway's, or too old.
        """
        ...
