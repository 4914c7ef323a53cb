"""Payment gateways that answer as a test tells them to, and remember what they were asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from fullhouse.domain.payments import Charge, Failed, Paid, PaymentResult, Prepared, Unknown


@dataclass
class ScriptedGateway:
    """Answers each charge as it was told to, and `Paid` when it was told nothing more."""

    results: Iterator[PaymentResult] = field(default_factory=lambda: iter(()))
    charges: list[Charge] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def answers(self, *results: PaymentResult) -> None:
        self.results = iter(results)

    async def prepare(self, charge: Charge) -> Prepared | Paid | Failed | Unknown:
        return Prepared(charge.id)

    async def charge(self, charge: Charge) -> PaymentResult:
        self.charges.append(charge)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)  # noqa: TID251  # as a network would, let the others go on
        self.at_once -= 1
        return next(self.results, Paid())

    async def look_up(self, charge: Charge) -> PaymentResult | None:
        return None

    async def call_off(self, charge: Charge) -> PaymentResult | None:
        return None

    async def refund(self, charge: Charge) -> bool:
        return True


@dataclass
class ObedientGateway:
    """Does with each step of a purchase as it is told, and writes down what it was asked.

    Attributes:
        answers: To `charge` and `call_off`, in their order; the last one stands.
    """

    prepared: Prepared | Paid | Failed | Unknown = field(default_factory=lambda: Prepared("pi_1"))
    answers: list[PaymentResult] = field(default_factory=lambda: [Paid("pi_1")])
    gives_back: bool = True
    asked: list[str] = field(default_factory=list)

    async def prepare(self, charge: Charge) -> Prepared | Paid | Failed | Unknown:
        self.asked.append("prepare")
        return self.prepared

    async def charge(self, charge: Charge) -> PaymentResult:
        self.asked.append(f"charge {charge.amount.amount} {charge.reference}")
        return self._answer()

    async def look_up(self, charge: Charge) -> PaymentResult | None:
        self.asked.append("look_up")
        return self._answer()

    async def call_off(self, charge: Charge) -> PaymentResult | None:
        self.asked.append("call_off")
        return self._answer()

    async def refund(self, charge: Charge) -> bool:
        self.asked.append("refund")
        return self.gives_back

    def _answer(self) -> PaymentResult:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
