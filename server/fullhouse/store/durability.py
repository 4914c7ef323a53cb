"""When a write is on disk: how this store can tell, and how its answers wait for it.

Source: https://redis.io/docs/latest/commands/waitaof/.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from redis.exceptions import ResponseError

from fullhouse.domain.errors import Unavailable
from fullhouse.store.faults import store_faults
from fullhouse.store.scripts import Arguments, Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

# An append-only file is written through once a second; each wait stays within the deadline
# of one Redis call, and a busy disk gets three seconds in all.
DISK_WAIT_MS = 600
DISK_WAITS = 5


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


class Disk:
    """Calls scripts whose answer counts only once what they wrote is on disk.

    Args:
        redis: A client with `decode_responses=False`.
        waits: Whether the store knows WAITAOF (`durability_of`); otherwise it writes through
            before it answers, or nobody can tell.
    """

    def __init__(self, redis: Redis, *, waits: bool) -> None:
        self._redis = redis
        self._waits = waits

    async def call(self, script: Script, *, keys: Sequence[str], args: Arguments) -> Any:  # noqa: ANN401  # what a script answers is between it and its caller
        """The answer of a script once what it wrote, now or before, is on disk.

        WAITAOF speaks of the writes of the connection that it comes on. A connection that was
        lost is replaced silently, and on a new one there is nothing to wait for: hence the ids.

        Raises:
            Unavailable: the disk is too slow. Calling a script again is safe.
        """
        with store_faults():
            if not self._waits:
                return await script(keys=keys, args=args)
            async with self._redis.client() as connection:
                id_before = await connection.client_id()
                reply = await script(keys=keys, args=args, client=connection)
                on_disk = await _waited_for_disk(connection)
                if on_disk and await connection.client_id() == id_before:
                    return reply
        raise Unavailable("The store has not written this to disk yet.")


async def _waited_for_disk(connection: Redis) -> bool:
    for _ in range(DISK_WAITS):
        on_disk, _replicas = await connection.waitaof(1, 0, DISK_WAIT_MS)
        if on_disk:
            return True
    return False


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
