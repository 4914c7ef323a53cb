"""One rig for all faults: starting nodes is what takes long, and none may be worse for wear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.faults.event_room import EventRoom, an_event_room
from tests.faults.rig import Rig, running_rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SLOW_ENOUGH: dict[str, Any] = {
    "claim_s": 3,  # longer than the 2 s in which a missed call is made up for
    "window_ms_per_100": 40_000,  # so that a wave of ten takes longer than the claim
}


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def rig() -> AsyncIterator[Rig]:
    async with running_rig(**SLOW_ENOUGH) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="package")
async def event_room(rig: Rig) -> AsyncIterator[EventRoom]:
    async with an_event_room(rig) as event_room:
        yield event_room
