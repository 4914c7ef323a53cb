"""Opens the store and the payment gateway that the settings name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from random import random
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.addresses import AllowedAddresses
from fullhouse.domain.catalogue_checks import check_chargeable
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.webhooks import wanted_types
from fullhouse.edge.closed_reports import ClosedReports
from fullhouse.edge.token_buckets import BURST, PER_S
from fullhouse.payments.gateways import Payments, payments_by_stripe
from fullhouse.payments.invoice import InvoiceGateway
from fullhouse.service.webhooks import PARALLEL, Told, WebhookDelivery
from fullhouse.store.connect import StartRetries, StoreOutOfReach
from fullhouse.store.embedded import embedded
from fullhouse.store.stores import Stores, stores_on
from fullhouse.webhooks.sender import webhook_sender

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.clock import Clock
    from fullhouse.domain.plans import Catalogue
    from fullhouse.edge.metrics import Metrics
    from fullhouse.service.reports import ReportService
    from fullhouse.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

STOP_S = 2.0  # for webhooks under way when a node stops; the others are sent again by another


@asynccontextmanager
async def store_url(settings: Settings) -> AsyncIterator[str]:
    """The URL of the store: the operator's own store, or a child of this process."""
    if settings.redis_url != "embedded":
        yield settings.redis_url
        return
    async with embedded(settings.data_dir) as url:
        yield url


async def when_reachable(start_s: float, attempt: Callable[[], Awaitable[T]]) -> T:
    """The result of `attempt`, which is repeated while the store is not reachable.

    A start must not fail because the store starts at the same time, or is busy for a second.

    Args:
        start_s: For how many seconds to repeat it.
        attempt: Safe to repeat.

    Raises:
        StoreNotUsable: Redis lacks something that a node needs, or is not reachable in time.
    """
    retries = StartRetries(start_s, asyncio.get_running_loop().time)
    while True:
        try:
            return await attempt()
        except (StoreOutOfReach, StoreUnavailable) as error:
            pause_s = retries.pause_after(error)
        await asyncio.sleep(pause_s)  # noqa: TID251  # no event reports that a store has started


async def connected_stores(
    settings: Settings, redis: Redis, subscriber: Redis, metrics: Metrics
) -> Stores:
    """The stores, as soon as Redis is reachable.

    Raises:
        StoreNotUsable: Redis lacks something that a node needs, or is not reachable in time.
    """

    async def attempt() -> Stores:
        return await stores_on(
            redis,
            settings.prefix,
            burst=BURST,
            per_s=PER_S,
            ran=metrics.script_ran,
            refused=metrics.store_refused,
            also_connected=(subscriber,),
            webhooks=_webhook_types(settings),
            limits=_account_limits(settings),
        )

    return await when_reachable(settings.start_s, attempt)


def _account_limits(settings: Settings) -> AccountLimits:
    return AccountLimits(
        person_quotes=settings.person_quotes,
        account_quotes=settings.account_quotes,
        purchases_per_day=settings.account_purchases_per_day,
        closed_rooms=settings.account_closed_rooms,
    )


def _webhook_types(settings: Settings) -> frozenset[str]:
    """The types of webhooks that this node writes. Without a receiver there are none."""
    return wanted_types(settings.webhook_events) if settings.webhook_url else frozenset()


@asynccontextmanager
async def webhook_delivery(
    settings: Settings, stores: Stores, clock: Clock, told: Told, reports: ReportService
) -> AsyncIterator[WebhookDelivery | None]:
    """Delivers webhooks until the end of the block. None: there is no receiver."""
    if settings.webhook_url is None:
        yield None
        return
    allowed = AllowedAddresses.parse(settings.webhook_allow_private)
    async with webhook_sender(
        settings.webhook_url, settings.webhook_secret, allowed, clock, parallel=PARALLEL
    ) as sender:
        delivery = WebhookDelivery(
            stores.outbox,
            stores.messages,
            sender,
            told,
            complete=ClosedReports(reports).add_to,
            new_id=partial(token_hex, 8),
            chance=random,
        )
        try:
            yield delivery
        finally:
            await delivery.stop(STOP_S)


@asynccontextmanager
async def payment_gateway(settings: Settings, installation: str) -> AsyncIterator[Payments]:
    """The gateway of the setting `payments`: payment on account or by card."""
    if settings.payments == "invoice":
        yield Payments(InvoiceGateway())
        return
    key, webhook_secret = settings.stripe_credentials()
    api_base = settings.stripe_api_base
    async with payments_by_stripe(
        key, webhook_secret, api_base=api_base, installation=installation
    ) as payments:
        yield payments


def check_prices(catalogue: Catalogue, payments: Payments) -> None:
    """Refuse prices that the gateway cannot charge, and log warnings about special prices.

    Raises:
        InvalidCatalogue: a price cannot be charged. The text names the plan and the price.
    """
    for warning in check_chargeable(catalogue, payments.limits(catalogue.currency)):
        log.warning("catalogue.price_is_special", extra={"reason": warning})
