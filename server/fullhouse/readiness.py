"""Computes the readiness of a node for `GET /health/ready`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.edge.http.services import Readiness
from fullhouse.realtime.rounds import MOST_BEHIND_S

if TYPE_CHECKING:
    from fullhouse.edge.ws.registry import ConnectionRegistry
    from fullhouse.realtime.parts import Realtime
    from fullhouse.service.business_clock import BusinessClock
    from fullhouse.store.bus import EventBus
    from fullhouse.store.stores import Stores


async def readiness_of(
    stores: Stores,
    bus: EventBus,
    registry: ConnectionRegistry,
    business_clock: BusinessClock,
    realtime: Realtime,
) -> Readiness:
    reasons, warnings = [], stores.warnings()
    if standing := stores.watch.standing:
        reasons.append(f"store: {standing.text(asyncio.get_running_loop().time())}")
    elif complaint := await _clock_complaint(business_clock):
        warnings.append(f"clock: {complaint}")
    if not bus.is_receiving:
        reasons.append("events: this node does not hear the store's events")
    warnings += [
        f"events: this node does not hear the events of {address}"
        for address in bus.silent_masters
    ]
    reasons += [
        f"{loop}: {rounds.behind_s:.0f} s late; this node has more rooms than it can look after"
        for loop, rounds in realtime.rounds.items()
        if rounds.behind_s > MOST_BEHIND_S
    ]
    if registry.is_stopping:
        reasons.append("draining: this node is going down")
    return Readiness(tuple(reasons), tuple(warnings))


async def _clock_complaint(business_clock: BusinessClock) -> str | None:
    with suppress(StoreUnavailable):  # the store has just failed: the next call reports that
        return await business_clock.complaint()
    return None
