"""A payment gateway that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.domain.payments import Charge, Failed, Paid, PaymentResult, Prepared, Unknown


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
