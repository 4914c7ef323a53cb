"""The composition root: `node` shows all parts of a node."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from fullhouse.backends import (
    check_prices,
    connected_stores,
    payment_gateway,
    store_url,
    webhook_delivery,
    when_reachable,
)
from fullhouse.background_loops import (
    account_loops,
    key_loops,
    node_loops,
    room_loops,
    webhook_loops,
)
from fullhouse.clock import Clock, SystemClock
from fullhouse.composition import (
    build_authority,
    build_services,
    build_websocket_face,
    known_keys,
    token_keys,
)
from fullhouse.edge.draining import DrainingServer
from fullhouse.edge.http.routes import http_face
from fullhouse.edge.http.services import Readiness
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.ws.broadcaster import Broadcaster
from fullhouse.edge.ws.frames import Frames
from fullhouse.edge.ws.upgrade import UpgradeHandler
from fullhouse.readiness import readiness_of
from fullhouse.realtime.parts import Realtime
from fullhouse.realtime_composition import build_realtime
from fullhouse.service.bought_plans import BoughtPlanCheck
from fullhouse.service.catalogue import load_catalogue
from fullhouse.store.bus import EventBus
from fullhouse.store.connect import open_store
from fullhouse.store.keys import INDEX_SETS
from fullhouse.supervise import BackgroundTasks, running

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from fullhouse.settings import Settings
    from fullhouse.worker import Worker

CLOSE_S = 5  # added to the drain window, for clients that do not answer a close frame


@dataclass(frozen=True, slots=True)
class Node:
    """A running server.

    Attributes:
        app: The HTTP application.
        upgrade_handler: Takes new sockets and WebSocket handshakes from uvicorn.
        realtime: The services and loops for this node's rooms.
    """

    app: ASGIApp
    upgrade_handler: UpgradeHandler
    realtime: Realtime


def serve(
    settings: Settings,
    *,
    extra_routes: Sequence[BaseRoute] = (),
    worker: Worker | None = None,
) -> None:
    """Run a node until SIGTERM or Ctrl-C.

    Args:
        worker: None: this process is the only one of its address.

    Raises:
        StoreNotUsable, InvalidCatalogue, InvalidJwks: the node cannot start. The text is for
            the operator.
    """
    for stop in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn handles the signals while it serves, and raises them again after: exit quietly.
        signal.signal(stop, lambda *_: sys.exit(0))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, extra_routes, worker))


async def _serve(
    settings: Settings, extra_routes: Sequence[BaseRoute], worker: Worker | None
) -> None:
    if worker and not worker.is_first:
        logging.disable(logging.WARNING)  # the first worker has logged the same warnings
    async with node(settings, extra_routes=extra_routes, worker=worker) as running_node:
        logging.disable(logging.NOTSET)
        config = _uvicorn_config(settings, running_node)
        _settle_memory()
        registry = running_node.upgrade_handler.registry
        server = DrainingServer(
            config,
            registry,
            delay_s=settings.shutdown_delay_s,
            started=worker.started if worker else None,
        )
        await server.serve(list(worker.sockets) if worker else None)


def _uvicorn_config(settings: Settings, running_node: Node) -> uvicorn.Config:
    return uvicorn.Config(
        running_node.app,
        host=settings.host,
        port=settings.port,
        ws=running_node.upgrade_handler.upgrade,  # type: ignore[arg-type]  # any callable of that shape will do
        http=running_node.upgrade_handler.first_bytes,  # type: ignore[arg-type]  # as above
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Uvicorn would trust the hosts in FORWARDED_ALLOW_IPS. It does not read Forwarded or
        # X-Forwarded-Host, and does not apply them to handshakes. The server does this in
        # server/fullhouse/domain/forwarded.py.
        proxy_headers=False,
        backlog=4096,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=int(settings.drain_s) + CLOSE_S,
    )


def _settle_memory() -> None:
    """Exclude all present objects from garbage collection, because they stay alive.

    Without this, a full collection stopped an empty node for 27 ms. With this, it stops a node
    with 10,000 people for 3 ms. Source: docs/decisions/0013-what-a-node-is-tuned-to.md.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def node(
    settings: Settings,
    *,
    clock: Clock | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    worker: Worker | None = None,
) -> AsyncIterator[Node]:
    """A node with a connected store and running loops.

    Args:
        worker: None: the node has its address for itself.

    Raises:
        StoreNotUsable, InvalidCatalogue, InvalidJwks: the node cannot start.
    """
    clock = clock or SystemClock()
    catalogue = load_catalogue(settings.plans)
    public_keys = token_keys(settings)
    metrics = Metrics(worker.all_metrics if worker else None)
    async with (
        store_url(settings) as url,
        open_store(url) as redis,
        open_store(url, retries=0) as subscriber,
        nullcontext(await connected_stores(settings, redis, subscriber, metrics)) as stores,
        payment_gateway(settings, stores.installation.id) as payments,
    ):
        check_prices(catalogue, payments)
        stored_keys = known_keys(stores, clock)
        bus = EventBus(subscriber, stores.keys, secrets.token_hex(8))
        background_tasks = BackgroundTasks()

        async def own_readiness() -> Readiness:
            return await readiness_of(
                stores, bus, upgrade_handler.registry, services.accounts.clock, realtime
            )

        async def readiness() -> Readiness:
            own = await own_readiness()
            return await worker.siblings.readiness(own) if worker else own

        services = build_services(
            settings,
            stores,
            catalogue,
            authority=build_authority(settings, clock, public_keys, stored_keys),
            payments=payments,
            clock=clock,
            metrics=metrics,
            background_tasks=background_tasks,
            readiness=readiness,
        )
        prices = BoughtPlanCheck(services.accounts, stores.accounts, catalogue, INDEX_SETS)
        if worker is None or worker.is_first:
            await when_reachable(settings.start_s, prices.run)
        realtime = build_realtime(
            stores,
            bus,
            frames=Frames(stores.installation.id),
            offers=services.quotes.offers,
            broadcast=Broadcaster(metrics.sent),
            background_tasks=background_tasks,
            metrics=metrics,
            beat_s=settings.beat_s,
            person_connections=settings.person_connections,
            watching=services.watching.note,
        )
        for loop, rounds in realtime.rounds.items():
            metrics.watch_loop(loop, lambda rounds=rounds: rounds.behind_s)  # type: ignore[misc]
        metrics.watch_rooms(realtime.local_rooms.counts)
        upgrade_handler = build_websocket_face(settings, realtime.hub, metrics, services)
        app = http_face(services, extra_routes, upgrade_handler.trusted)
        async with (
            webhook_delivery(settings, stores, clock, metrics, services.reports) as delivery,
            running(
                room_loops(
                    realtime,
                    bus,
                    upgrade_handler.registry,
                    metrics,
                    lease_s=settings.lease_s,
                ),
                account_loops(
                    services,
                    stores,
                    payments,
                    retention_days=settings.retention_days,
                    trail_days=settings.trail_days,
                ),
                webhook_loops(stores, delivery),
                node_loops(services, stores, metrics, worker),
                key_loops(stored_keys, public_keys),
            ),
            worker.siblings.answering(own_readiness, metrics.update_gauges)
            if worker
            else nullcontext(),
        ):
            if delivery:
                metrics.watch_webhooks(lambda: delivery.oldest_s)
            try:
                yield Node(app, upgrade_handler, realtime)
            finally:
                await background_tasks.finish(CLOSE_S)
