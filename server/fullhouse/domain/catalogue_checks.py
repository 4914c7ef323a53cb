"""Whether a payment gateway can charge the prices of a catalogue.

Source: docs/money.md, "Gateways and currencies".
"""

from __future__ import annotations

from collections.abc import Iterator

from fullhouse.domain.charge_limits import ChargeLimits
from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Plan


def check_chargeable(catalogue: Catalogue, limits: ChargeLimits | None) -> tuple[str, ...]:
    """Refuse a catalogue with a price that the gateway cannot charge.

    Args:
        catalogue: The plans for sale.
        limits: The limits of the gateway in the currency of the catalogue. None: the gateway
            does not charge in that currency.

    Returns:
        Warnings about prices that the gateway rounds, carries over, or that some banks refuse.

    Raises:
        InvalidCatalogue: a price cannot be charged. The text names the plan and the field.
    """
    if limits is None:
        raise InvalidCatalogue(
            f"currency: the payment gateway charges nothing in {catalogue.currency}"
        )
    return tuple(
        warning for plan in catalogue.plans for warning in _warnings(plan, catalogue, limits)
    )


def _warnings(plan: Plan, catalogue: Catalogue, limits: ChargeLimits) -> Iterator[str]:
    for field, price in _prices(plan):
        said = f"plan {plan.id!r}: {field}: {price}"
        if limits.is_too_large(price):
            raise InvalidCatalogue(
                f"{said} is above {limits.largest}, the largest charge of the payment gateway "
                f"in {catalogue.currency}"
            )
        if limits.is_risky(price):
            yield f"{said} is above {limits.safe}: some cards cannot be charged as much at once"
        if limits.rounded(price) != price:
            yield f"{said} is charged as {limits.rounded(price)}, a multiple of {limits.step}"
        if limits.is_too_small(price):
            yield (
                f"{said} is below {limits.least}, the least charge of the payment gateway: "
                "it is collected with a later period"
            )


def _prices(plan: Plan) -> Iterator[tuple[str, int]]:
    for field, prices in (("price", plan.price), ("parallel_event", plan.parallel_event)):
        yield f"{field}.month", prices.month
        yield f"{field}.year", prices.year
