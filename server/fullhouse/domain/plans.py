"""Plans, their prices, and the catalogue that lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.errors import InvalidRequest, NotFound
from fullhouse.domain.ids import checked_id
from fullhouse.domain.money import checked_currency

BillingPeriod = Literal["month", "year"]


class InvalidCatalogue(ValueError):
    """The catalogue is not valid. The text names the plan and the field."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in minor units per billing period, before promo codes."""

    month: int
    year: int

    def per(self, billing_period: BillingPeriod) -> int:
        return self.month if billing_period == "month" else self.year


@dataclass(frozen=True, slots=True)
class Rate:
    """The prices of one plan for one billing period, in minor units before promo codes.

    Attributes:
        parallel_event: The price of each further event at the same time. It depends on the plan.
        name: The name of the plan as it was bought. Empty in charges of earlier versions.
    """

    plan: str
    price: int
    parallel_event: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A named size: attendee seats and presenter seats of each room, and their prices."""

    id: str
    name: str
    seats: int
    presenters: int
    price: Prices
    parallel_event: Prices
    trial: bool = False
    on_sale: bool = True

    def __post_init__(self) -> None:
        self._check_names()
        self._check_at_least(1, "seats", self.seats)
        self._check_at_least(0, "presenters", self.presenters)
        for field, prices in (("price", self.price), ("parallel_event", self.parallel_event)):
            self._check_at_least(0, f"{field}.month", prices.month)
            self._check_at_least(0, f"{field}.year", prices.year)

    def rate(self, billing_period: BillingPeriod) -> Rate:
        return Rate(
            plan=self.id,
            price=self.price.per(billing_period),
            parallel_event=self.parallel_event.per(billing_period),
            name=self.name,
        )

    def _check_names(self) -> None:
        try:
            checked_id("id", self.id)
        except InvalidRequest as error:
            raise InvalidCatalogue(f"plan {self.id!r}: {error}") from error
        if not self.name.strip():
            raise InvalidCatalogue(f"plan {self.id!r}: name: must not be empty")

    def _check_at_least(self, least: int, field: str, value: int) -> None:
        if value < least:
            raise InvalidCatalogue(f"plan {self.id!r}: {field}: {value} is below {least}")


@dataclass(frozen=True, slots=True)
class BoughtPlan:
    """A plan as it was bought. Later changes of the catalogue do not change it."""

    plan: Plan
    currency: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All plans that an account may have, in one currency. Ids are unique."""

    currency: str
    plans: tuple[Plan, ...]

    def __post_init__(self) -> None:
        try:
            checked_currency(self.currency)
        except ValueError as error:
            raise InvalidCatalogue(str(error)) from error
        if not self.plans:
            raise InvalidCatalogue("plan: the catalogue lists no plan")
        self._check_unique_ids()

    def plan(self, plan_id: str) -> Plan:
        """The plan with that id, on sale or not.

        Raises:
            NotFound: the catalogue does not list the plan.
        """
        plan = self.find(plan_id)
        if plan is None:
            raise NotFound("plan", plan_id)
        return plan

    def find(self, plan_id: str) -> Plan | None:
        """The plan with that id, on sale or not. None: the catalogue does not list it."""
        return next((plan for plan in self.plans if plan.id == plan_id), None)

    def named_by(self, field: str, plan_id: str) -> Plan:
        """The plan that a request names in `field`.

        Raises:
            InvalidRequest: the catalogue does not list the plan.
        """
        try:
            return self.plan(plan_id)
        except NotFound as error:
            known = ", ".join(plan.id for plan in self.plans)
            raise InvalidRequest(field, f"no plan {plan_id!r}; there are {known}") from error

    def _check_unique_ids(self) -> None:
        seen: set[str] = set()
        for plan in self.plans:
            if plan.id in seen:
                raise InvalidCatalogue(f"plan {plan.id!r}: id: given twice")
            seen.add(plan.id)
