"""The call for the public catalogue of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.money import Money
from fullhouse.edge.account_objects import PlanObject, PlansObject, PricesObject
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered

if TYPE_CHECKING:
    from starlette.responses import Response

    from fullhouse.domain.plans import Plan, Prices


async def plans(asked: Asked[Nothing]) -> Response:
    """All plans, on sale or not."""
    catalogue = asked.services.catalogue
    return answered(PlansObject(tuple(_plan(p, catalogue.currency) for p in catalogue.plans)))


def _plan(plan: Plan, currency: str) -> PlanObject:
    return PlanObject(
        id=plan.id,
        name=plan.name,
        seats=plan.seats,
        presenters=plan.presenters,
        price=_prices(plan.price, currency),
        parallel_event=_prices(plan.parallel_event, currency),
        trial=plan.trial,
        on_sale=plan.on_sale,
    )


def _prices(prices: Prices, currency: str) -> PricesObject:
    return PricesObject(Money(prices.month, currency), Money(prices.year, currency))


CALLS = (
    Call(
        method="GET",
        path="/v1/plans",
        who=Who.ANYONE,
        handle=plans,
        answers={200: PlansObject},
    ),
)
