"""All background loops of a node, with their names in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from fullhouse.edge.loop_lag import PERIOD_S, LoopLag
from fullhouse.realtime.connection_limit import REPORT_S as CONNECTIONS_S
from fullhouse.realtime.deadlines import LOOK_S
from fullhouse.realtime.forgotten import LOOK_S as FORGOTTEN_LOOK_S
from fullhouse.realtime.queue_progress import STEP_S
from fullhouse.realtime.resync import STEP_S as RESYNC_S
from fullhouse.service.account_walk import AccountWalk
from fullhouse.service.due_accounts import DueAccountService
from fullhouse.service.dues import DueService
from fullhouse.service.retention import RetentionService
from fullhouse.store.walk import Walk
from fullhouse.supervise import Step, every

if TYPE_CHECKING:
    from fullhouse.edge.http.services import Services
    from fullhouse.edge.jwks_file import JwksFile
    from fullhouse.edge.metrics import Metrics
    from fullhouse.edge.ws.registry import ConnectionRegistry
    from fullhouse.payments.gateways import Payments
    from fullhouse.realtime.parts import Realtime
    from fullhouse.service.known_keys import KnownKeys
    from fullhouse.service.webhooks import WebhookDelivery
    from fullhouse.store.bus import EventBus
    from fullhouse.store.stores import Stores
    from fullhouse.worker import Worker

CANARY_S = 1.0
WALK_S = 10.0  # between two checks for due parts of a walk
ACCOUNTS_S = 1.0
PURCHASES_S = 1.0
INSTALLATION_S = 10.0
STORE_S = 1.0
ALIVE_S = 1.0
KEYS_S = 1.0
CALLS_S = 1.0
WEBHOOKS_S = 0.25
WEBHOOKS_WALK_MS = 640_000  # ten seconds for each of the 64 parts


def room_loops(
    realtime: Realtime,
    bus: EventBus,
    registry: ConnectionRegistry,
    metrics: Metrics,
    *,
    lease_s: float,
) -> Mapping[str, Step]:
    """Events, leases and deadlines of the rooms, and the connections of this node."""
    return {
        "bus": lambda: bus.listen(realtime.hub),
        "canary": every(CANARY_S, partial(_probe_events, bus, metrics)),
        "beat": realtime.renewals.run,
        "sweep": realtime.sweeps.run,
        "takeover": every(LOOK_S, realtime.deadlines.take_over),
        "walk": every(WALK_S, realtime.deadlines.walk),
        "forgotten": every(FORGOTTEN_LOOK_S, realtime.forgotten.step),
        "mend": every(RESYNC_S, realtime.resync.step),
        "lines": every(STEP_S, realtime.queue_progress.step),
        "many_connections": every(CONNECTIONS_S, realtime.connection_limit.step),
        "rooms": every(lease_s, realtime.hub.remove_empty_rooms),
        "connections": every(1.0, registry.turn),
    }


async def _probe_events(bus: EventBus, metrics: Metrics) -> None:
    """Send test events, and measure the time until all are received."""
    began_s = asyncio.get_running_loop().time()
    await bus.probe()
    if bus.is_receiving and not bus.silent_masters:
        metrics.event_heard(asyncio.get_running_loop().time() - began_s)


def account_loops(
    services: Services,
    stores: Stores,
    payments: Payments,
    *,
    retention_days: int,
    trail_days: int | None,
) -> Mapping[str, Step]:
    """Renewals and their collection, unsettled purchases, and the deletion of what is old.

    `trail_days` None: trails are kept as long as closed rooms.
    """
    due = DueAccountService(
        services.accounts, stores.due_accounts, DueService(services.accounts, payments.gateway)
    )
    walk = AccountWalk(
        stores.accounts, stores.due_accounts, Walk(stores.redis, stores.keys.accounts_walk)
    )
    retention = RetentionService(
        stores.closed_rooms,
        stores.account_index,
        Walk(stores.redis, stores.keys.retention_walk),
        stores.accounts,
        services.accounts.clock,
        trails=stores.trail,
        keep_days=retention_days,
        keep_trail_days=trail_days or retention_days,
    )
    return {
        "accounts": every(ACCOUNTS_S, due.step),
        "accounts_walk": every(WALK_S, walk.step),
        "purchases": every(PURCHASES_S, services.purchases.look_after),
        "retention": every(WALK_S, retention.step),
    }


def webhook_loops(stores: Stores, delivery: WebhookDelivery | None) -> Mapping[str, Step]:
    """The delivery of webhooks, and the search for messages that a dead node has left."""
    if delivery is None:
        return {}
    walk = Walk(stores.redis, stores.keys.webhooks_walk, period_ms=WEBHOOKS_WALK_MS)

    async def step() -> None:
        while (part := await walk.take()) is not None:
            await stores.outbox.walk(part)
            await walk.finish(part)

    return {
        "webhooks": every(WEBHOOKS_S, delivery.step),
        "webhooks_walk": every(WALK_S, step),
    }


def key_loops(stored_keys: KnownKeys, public_keys: JwksFile | None) -> Mapping[str, Step]:
    """Platform keys and public keys that an operator has changed."""
    loops = {"api_keys": every(KEYS_S, stored_keys.step)}
    return {**loops, "token_keys": every(KEYS_S, public_keys.step)} if public_keys else loops


def node_loops(
    services: Services, stores: Stores, metrics: Metrics, worker: Worker | None = None
) -> Mapping[str, Step]:
    """Measurements of the event loop and of the store, the installation's id, counts of calls."""

    async def report() -> None:
        if worker:
            worker.alive()

    async def forget_calls() -> None:
        services.call_limits.forget()

    async def ask_store() -> None:
        metrics.store_is(up=await stores.probe.step())

    return {
        "lag": every(PERIOD_S, LoopLag(metrics).step),
        "store": every(STORE_S, ask_store),
        "installation": every(INSTALLATION_S, stores.installation.keep),
        "calls": every(CALLS_S, forget_calls),
        **({"alive": every(ALIVE_S, report)} if worker else {}),
    }
