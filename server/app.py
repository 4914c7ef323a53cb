"""The composition root: reading `node` tells what a node consists of."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from server.clock import Clock, SystemClock
from server.domain.catalogue_checks import check_chargeable
from server.domain.errors import StoreUnavailable
from server.domain.forwarded import TrustedProxies
from server.domain.rooms import RoomRules
from server.domain.token_secrets import token_secrets
from server.edge.allowance import BURST, PER_S
from server.edge.broadcaster import Broadcaster
from server.edge.doorman import Door
from server.edge.draining import DrainingServer
from server.edge.handshake import paths_below
from server.edge.house import House
from server.edge.http.authority import Authority, Keyring
from server.edge.http.doors import Doors, Readiness
from server.edge.http.routes import http_face
from server.edge.metrics import Metrics
from server.edge.origins import origins_rule
from server.edge.public_keys import InvalidJwks, PublicKeys, read_jwks
from server.edge.pulse import PERIOD_S, Pulse
from server.edge.rate_limiter import RateLimiter
from server.edge.sockets import most_sockets
from server.edge.wording import Wording
from server.payments.gateways import Payments, payments_by_stripe
from server.payments.invoice import InvoiceGateway
from server.realtime.forgotten import LOOK_S as FORGOTTEN_LOOK_S
from server.realtime.hub import Hub
from server.realtime.lines import STEP_S
from server.realtime.mender import STEP_S as MENDING_S
from server.realtime.rounds import MOST_BEHIND_S
from server.realtime.sweeper import LOOK_S
from server.service.account_directory import AccountDirectory
from server.service.account_walk import AccountWalk
from server.service.accounts import AccountService
from server.service.bought_plans import BoughtPlanCheck
from server.service.business_clock import BusinessClock
from server.service.catalogue import load_catalogue
from server.service.downgrades import DowngradeService
from server.service.due_accounts import DueAccountService
from server.service.dues import DueService
from server.service.invoices import InvoiceService
from server.service.polls import PollService
from server.service.purchase_history import PurchaseHistory
from server.service.purchases import PurchaseService
from server.service.quotes import QuoteService
from server.service.retention import RetentionService
from server.service.reversals import ReversalService
from server.service.rooms import RoomService
from server.service.upgrades import UpgradeService
from server.store.bus import EventBus
from server.store.connect import StoreOutOfReach, StorePatience, open_store
from server.store.embedded import embedded
from server.store.keys import INDEX_SETS
from server.store.polled_rooms import PolledRooms
from server.store.stores import Stores, stores_on
from server.store.strays import Strays
from server.store.walk import Walk
from server.supervise import Chores, every, running

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from server.domain.plans import Catalogue
    from server.settings import Settings

log = logging.getLogger(__name__)

CANARY_S = 1.0
WALK_S = 10.0  # between two questions whether a part of the walk is due
ACCOUNTS_S = 1.0
PURCHASES_S = 1.0
INSTALLATION_S = 10.0
CLOSE_S = 5  # beyond the drain window, for peers that do not answer a close frame


@dataclass(frozen=True, slots=True)
class Node:
    """One server, connected and at work.

    Attributes:
        app: The HTTP face.
        door: What uvicorn hands new sockets and WebSocket handshakes to.
    """

    app: ASGIApp
    door: Door


def serve(settings: Settings, *, extra_routes: Sequence[BaseRoute] = ()) -> None:
    """Run a node until SIGTERM or Ctrl-C.

    Raises:
        StoreNotUsable, InvalidCatalogue, InvalidJwks: it cannot start; the text is for
            the operator.
    """
    for stop in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn takes the signals while it serves, then raises them again: end quietly.
        signal.signal(stop, lambda *_: sys.exit(0))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, extra_routes))


async def _serve(settings: Settings, extra_routes: Sequence[BaseRoute]) -> None:
    async with node(settings, extra_routes=extra_routes) as running_node:
        config = uvicorn.Config(
            running_node.app,
            host=settings.host,
            port=settings.port,
            ws=running_node.door.doorman,  # type: ignore[arg-type]  # any callable of that shape will do
            http=running_node.door.arrival,  # type: ignore[arg-type]  # as above
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Uvicorn would believe whoever FORWARDED_ALLOW_IPS names, and knows no Forwarded, no
            # X-Forwarded-Host and no handshake of ours: see server/domain/forwarded.py.
            proxy_headers=False,
            backlog=4096,
            timeout_keep_alive=settings.keep_alive_s,
            timeout_graceful_shutdown=int(settings.drain_s) + CLOSE_S,
        )
        _settle_memory()
        house = running_node.door.house
        await DrainingServer(config, house, delay_s=settings.shutdown_delay_s).serve()


def _settle_memory() -> None:
    """What is here now stays: the collector need not look at it again.

    A full collection stopped a node for 27 ms before anybody had come; now for 3 ms with 10,000
    people. Source: docs/decisions/0013-what-a-node-is-tuned-to.md.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def node(
    settings: Settings,
    *,
    clock: Clock | None = None,
    extra_routes: Sequence[BaseRoute] = (),
) -> AsyncIterator[Node]:
    """A node with its store connected and its loops at work.

    Raises:
        StoreNotUsable, InvalidCatalogue, InvalidJwks: it cannot start.
    """
    clock = clock or SystemClock()
    catalogue = load_catalogue(settings.plans)
    authority = _authority(settings, clock)
    metrics = Metrics()
    async with (
        _store_url(settings) as url,
        open_store(url) as redis,
        open_store(url, retries=0) as subscriber,
        nullcontext(await _stores(settings, redis, subscriber, metrics)) as stores,
        _payments(settings, stores.installation.id) as payments,
    ):
        _check_prices(catalogue, payments)
        bus = EventBus(subscriber, stores.keys, secrets.token_hex(8))
        chores = Chores()

        async def readiness() -> Readiness:
            return await _readiness(stores, bus, door.house, doors.accounts.clock, hub)

        doors = _doors(
            settings,
            stores,
            catalogue,
            authority=authority,
            payments=payments,
            clock=clock,
            metrics=metrics,
            chores=chores,
            readiness=readiness,
        )
        await BoughtPlanCheck(doors.accounts, stores.accounts, catalogue, INDEX_SETS).run()
        hub = Hub(
            rooms=stores.rooms,
            index=stores.room_index,
            walk=Walk(redis, stores.keys.rooms_walk),
            strays=Strays(redis, stores.keys),
            idle=stores.idle_rooms,
            bus=bus,
            wording=Wording(stores.installation.id),
            offers=doors.quotes.offers,
            chores=chores,
            tally=metrics,
            broadcast=Broadcaster(metrics.sent),
            beat_s=settings.beat_s,
        )
        for loop, rounds in hub.rounds.items():
            metrics.watch_loop(loop, lambda rounds=rounds: rounds.behind_s)  # type: ignore[misc]
        door = _door(settings, hub, metrics, doors)
        pulse = Pulse(metrics, stores.probe.step)
        app = http_face(doors, extra_routes, door.trusted)
        dues = DueService(doors.accounts, payments.gateway)
        due_accounts = DueAccountService(doors.accounts, stores.due_accounts, dues)
        accounts_walk = AccountWalk(
            stores.accounts, stores.due_accounts, Walk(redis, stores.keys.accounts_walk)
        )
        retention = RetentionService(
            stores.closed_rooms,
            stores.account_index,
            Walk(redis, stores.keys.retention_walk),
            stores.accounts,
            doors.accounts.clock,
            keep_days=settings.retention_days,
        )
        async with running(
            bus=lambda: bus.listen(hub),
            canary=every(CANARY_S, bus.sing),
            beat=hub.renewals.run,
            sweep=hub.sweeps.run,
            takeover=every(LOOK_S, hub.sweeper.take_over),
            walk=every(WALK_S, hub.sweeper.walk),
            forgotten=every(FORGOTTEN_LOOK_S, hub.forgotten.step),
            mend=every(MENDING_S, hub.mender.step),
            lines=every(STEP_S, hub.lines.step),
            rooms=every(settings.lease_s, hub.sweep_out),
            accounts=every(ACCOUNTS_S, due_accounts.step),
            accounts_walk=every(WALK_S, accounts_walk.step),
            house=every(1.0, door.house.turn),
            pulse=every(PERIOD_S, pulse.step),
            purchases=every(PURCHASES_S, doors.purchases.look_after),
            retention=every(WALK_S, retention.step),
            installation=every(INSTALLATION_S, stores.installation.keep),
        ):
            try:
                yield Node(app, door)
            finally:
                await chores.finish(CLOSE_S)


@asynccontextmanager
async def _store_url(settings: Settings) -> AsyncIterator[str]:
    """Where the store is: the operator's own, or a child of this process."""
    if settings.redis_url != "embedded":
        yield settings.redis_url
        return
    async with embedded(settings.data_dir) as url:
        yield url


async def _stores(settings: Settings, redis: Redis, subscriber: Redis, metrics: Metrics) -> Stores:
    """The stores, once the store is there: it may start together with this node.

    Raises:
        StoreNotUsable: it does not do what will be needed, or is not there in time.
    """
    loop = asyncio.get_running_loop()
    patience = StorePatience(settings.start_s, loop.time)
    while True:
        try:
            return await stores_on(
                redis,
                settings.prefix,
                burst=BURST,
                per_s=PER_S,
                ran=metrics.script_ran,
                refused=metrics.store_refused,
                also_connected=(subscriber,),
            )
        except (StoreOutOfReach, StoreUnavailable) as error:
            pause_s = patience.after(error)
        await asyncio.sleep(pause_s)  # noqa: TID251  # nothing tells that a store has come up


@asynccontextmanager
async def _payments(settings: Settings, installation: str) -> AsyncIterator[Payments]:
    """As the operator chose: on account, or by card."""
    if settings.payments == "invoice":
        yield Payments(InvoiceGateway())
        return
    key, webhook_secret = settings.stripe_credentials()
    api_base = settings.stripe_api_base
    async with payments_by_stripe(
        key, webhook_secret, api_base=api_base, installation=installation
    ) as payments:
        yield payments


def _check_prices(catalogue: Catalogue, payments: Payments) -> None:
    """Refuse prices that the gateway cannot charge, and warn of those that it changes.

    Raises:
        InvalidCatalogue: the text names the plan and the price.
    """
    for warning in check_chargeable(catalogue, payments.limits(catalogue.currency)):
        log.warning("catalogue.price_is_special", extra={"reason": warning})


def _doors(
    settings: Settings,
    stores: Stores,
    catalogue: Catalogue,
    *,
    authority: Authority,
    payments: Payments,
    clock: Clock,
    metrics: Metrics,
    chores: Chores,
    readiness: Callable[[], Awaitable[Readiness]],
) -> Doors:
    accounts = AccountService(stores.accounts, catalogue, clock, limits_of=payments.limits)
    purchases = PurchaseService(
        accounts,
        stores.purchases,
        payments.gateway,
        new_id=_new_id,
        settled=metrics.purchase_settled,
    )
    return Doors(
        accounts=accounts,
        quotes=QuoteService(
            accounts,
            stores.accounts,
            catalogue,
            new_id=_new_id,
            quote_ttl_s=settings.quote_ttl_s,
        ),
        directory=AccountDirectory(
            accounts, stores.account_index, stores.accounts, stores.closed_rooms
        ),
        upgrades=UpgradeService(accounts, stores.accounts, stores.purchases, purchases),
        history=PurchaseHistory(accounts, stores.purchase_list),
        purchases=purchases,
        reversals=ReversalService(
            stores.reversals, payments.reversals, changed=metrics.charge_reversed
        ),
        payment_webhook=payments.webhook,
        downgrades=DowngradeService(accounts, catalogue, new_id=_new_id),
        invoices=InvoiceService(accounts, stores.accounts, stores.reversals),
        rooms=RoomService(
            stores.rooms, stores.closed_rooms, accounts, _rules(settings), new_change=_new_id
        ),
        polls=PollService(PolledRooms(stores.rooms, stores.room_index, monotonic), chores),
        catalogue=catalogue,
        clock=clock,
        installation=stores.installation.id,
        metrics=metrics,
        limiter=RateLimiter(chores, stores.message_rates),
        authority=authority,
        readiness=readiness,
        allowed_origins=settings.allowed_origins,
        root_path=settings.root_path,
    )


def _authority(settings: Settings, clock: Clock) -> Authority:
    """Who is who, by the operator's keys and secrets.

    Raises:
        InvalidJwks: the file of public keys cannot be used, or names one as a secret is named.
    """
    secret = settings.signing_secret()
    keys: PublicKeys = {}
    if settings.token_jwks is not None:
        keys, skipped = read_jwks(settings.token_jwks)
        for line in skipped:
            log.warning("token_key.skipped", extra={"reason": line})
    for each in token_secrets(secret):
        if each.kid in keys:
            raise InvalidJwks(f"{settings.token_jwks}: {each.kid!r} is also the name of a secret")
    return Authority(Keyring.of(settings.api_keys), clock, secret, keys)


def _door(settings: Settings, hub: Hub, metrics: Metrics, doors: Doors) -> Door:
    house = House(
        hub,
        verify=doors.authority.claims_of,
        drain_s=settings.drain_s,
        metrics=metrics,
        limiter=doors.limiter,
    )
    return Door(
        house,
        origins_rule(settings.allowed_origins),
        most_sockets(),
        TrustedProxies.parse(settings.trusted_proxies),
        paths_below(settings.root_path),
    )


def _rules(settings: Settings) -> RoomRules:
    return RoomRules(
        lease_ms=_ms(settings.lease_s),
        grace_ms=_ms(settings.grace_s),
        wait_grace_ms=_ms(settings.wait_grace_s),
        claim_ms=_ms(settings.claim_s),
        window_ms_per_100=settings.window_ms_per_100,
        nearly_full_percent=settings.nearly_full_percent,
        rearm_percent=settings.rearm_percent,
        forecast_s=int(settings.forecast_s),
        forgotten_ms=_ms(settings.forgotten_s),
    )


async def _readiness(
    stores: Stores, bus: EventBus, house: House, business_clock: BusinessClock, hub: Hub
) -> Readiness:
    reasons, warnings = [], stores.warnings()
    if standing := stores.watch.standing:
        reasons.append(f"store: {standing.text(asyncio.get_running_loop().time())}")
    elif complaint := await _clock_complaint(business_clock):
        warnings.append(f"clock: {complaint}")
    if not bus.hears:
        reasons.append("events: this node does not hear the store's events")
    reasons += [
        f"{loop}: {rounds.behind_s:.0f} s late; this node has more rooms than it can look after"
        for loop, rounds in hub.rounds.items()
        if rounds.behind_s > MOST_BEHIND_S
    ]
    if house.is_stopping:
        reasons.append("draining: this node is going down")
    return Readiness(tuple(reasons), tuple(warnings))


async def _clock_complaint(business_clock: BusinessClock) -> str | None:
    with suppress(StoreUnavailable):  # it went away just now: a reason at the next look
        return await business_clock.complaint()
    return None


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
