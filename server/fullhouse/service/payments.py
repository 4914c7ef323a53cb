"""The payment gateway that the use cases need, stated as Protocols."""

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
    """Takes money and refunds it. Every call is safe to repeat, and no call raises.

    The caller stores a charge before it asks the gateway. If a buyer waits for the answer, the
    caller first prepares the charge and stores its reference. Then no money can move without a
    record, even if several nodes handle the purchase.
    """

    async def prepare(self, charge: Charge) -> Prepared | Paid | Failed | TooSmall | Unknown:
        """Register the charge and get its reference. Takes no money.

        `Paid`: there is no money to take. `TooSmall` is no refusal: the account owes the amount
        with its next renewal.
        """
        ...

    async def charge(self, charge: Charge) -> PaymentResult:
        """Take the money once for each `charge.id`. A repeated id returns the earlier result.

        A charge that was not prepared is taken in one step, without confirmation by the payer.
        """
        ...

    async def look_up(self, charge: Charge) -> PaymentResult | None:
        """The result of a charge. Takes no money. None: the gateway does not know the charge."""
        ...

    async def call_off(self, charge: Charge) -> PaymentResult | None:
        """Cancel a charge that is still pending.

        Returns:
            The result of the charge. `Failed`: it is canceled. `Paid`: the call came too late.
            `Pending`: a bank is processing it. None: the gateway does not know the charge.
        """
        ...

    async def refund(self, charge: Charge) -> bool:
        """Refund all of a paid charge, once. False: the refund is not confirmed, ask again."""
        ...


class ReversalSource(Protocol):
    """Reads refunds and disputes from a gateway, with any cause."""

    async def charge_of(self, reference: str) -> ChargeRef | Unknown | None:
        """The charge of the payment `reference`. None: it is not of this installation."""
        ...

    async def reversal_of(self, reference: str) -> Reversal | Unknown:
        """All refunds and disputes of the payment `reference`."""
        ...


class PaymentWebhook(Protocol):
    """Reads webhooks of a gateway. A webhook says what changed. The state is then asked for."""

    def read(self, payload: bytes, signature: str) -> PaymentNews | None:
        """The content of a message. None: it is not about this installation.

        Raises:
            Unauthenticated: the signature is not from the gateway, or too old.
        """
        ...
