"""When a write is on disk: how this store can tell, found out once at the start.

Source: docs/decisions, "Acknowledged only when it is on disk"; https://redis.io/commands/waitaof.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, cast

from redis.exceptions import ResponseError

from server.store.faults import store_faults

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Durability(StrEnum):
    """What stands behind the answer to a purchase."""

    WAITS = "waits"  # WAITAOF: each answer waits until its write is on disk
    ALWAYS = "always"  # appendfsync always: no write is answered before it is on disk
    AT_RISK = "at_risk"  # a crash of the store's machine may lose its last second, or more


async def durability_of(redis: Redis) -> Durability:
    """How far the store behind `redis` can be trusted with money."""
    with store_faults():
        if await _knows_waitaof(redis):
            return Durability.WAITS
        return await _without_waitaof(redis)


async def _knows_waitaof(redis: Redis) -> bool:
    try:
        await redis.waitaof(1, 0, 1)
    except ResponseError:  # older than 7.2, or no append-only file to wait for
        return False
    return True


async def _without_waitaof(redis: Redis) -> Durability:
    try:
        settings = cast("dict[str, str]", await redis.config_get("appendonly", "appendfsync"))
    except ResponseError:  # a managed store may keep its configuration to itself
        return Durability.AT_RISK
    kept = settings.get("appendonly") == "yes" and settings.get("appendfsync") == "always"
    return Durability.ALWAYS if kept else Durability.AT_RISK
