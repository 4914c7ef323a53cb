"""When a write is on disk: how this store can tell, found out once at the start.

Source: https://redis.io/docs/latest/commands/waitaof/.
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
        appendfsync = await _appendfsync(redis)
        if appendfsync == "no":  # nobody knows when the disk has it: WAITAOF would wait for ever
            return Durability.AT_RISK
        if await _knows_waitaof(redis):
            return Durability.WAITS
    return Durability.ALWAYS if appendfsync == "always" else Durability.AT_RISK


async def _appendfsync(redis: Redis) -> str | None:
    """The setting, `no` without an append-only file, None where the store does not say."""
    try:
        settings = cast("dict[str, str]", await redis.config_get("appendonly", "appendfsync"))
    except ResponseError:  # hosted stores keep their configuration to themselves
        return None
    return settings["appendfsync"] if settings["appendonly"] == "yes" else "no"


async def _knows_waitaof(redis: Redis) -> bool:
    try:
        await redis.waitaof(1, 0, 1)
    except ResponseError:  # older than 7.2, or no append-only file to wait for
        return False
    return True
