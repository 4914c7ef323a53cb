"""The amounts that a payment gateway can charge in one currency: step, least and largest.

Source: docs/money.md, "Gateways and currencies".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from fullhouse.domain.money import divide_half_up


@dataclass(frozen=True, slots=True)
class ChargeLimits:
    """All amounts are minor units of ISO 4217.

    Attributes:
        step: Every charge is a multiple of this amount.
        least: A smaller charge is not collected alone. It is carried over to the next renewal.
        largest: The gateway refuses a larger charge. None: no limit.
        safe: Some payers' banks refuse a larger charge. None: no limit.
    """

    step: int = 1
    least: int = 1
    largest: int | None = None
    safe: int | None = None

    def rounded(self, amount: int) -> int:
        """`amount` as the gateway charges it: rounded half up to a multiple of the step."""
        return self.step * divide_half_up(amount, self.step)

    def is_too_small(self, amount: int) -> bool:
        """Whether `amount` is due, but too small to collect alone."""
        return 0 < amount < self.least

    def is_too_large(self, amount: int) -> bool:
        return self.largest is not None and amount > self.largest

    def is_risky(self, amount: int) -> bool:
        """Whether some banks refuse a charge of `amount`."""
        return self.safe is not None and amount > self.safe


NO_LIMITS = ChargeLimits()


def any_amount(_currency: str) -> ChargeLimits:
    """The limits of a gateway that has none."""
    return NO_LIMITS


LimitsOf: TypeAlias = Callable[[str], "ChargeLimits | None"]
"""Returns the limits in a currency (ISO 4217). None: the gateway does not charge in it."""
