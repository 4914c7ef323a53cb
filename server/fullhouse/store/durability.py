"""Waits until writes are on disk and at a replica, if the store can report it.

Source: https://redis.io/docs/latest/commands/waitaof/ and /wait/.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from redis.exceptions import ResponseError

from fullhouse.domain.errors import Unavailable
from fullhouse.store.faults import store_faults
from fullhouse.store.masters import master_of, masters_of
from fullhouse.store.scripts import Arguments, Script

if TYPE_CHECKING:
    from redis.asyncio import Redis

# The append-only file is flushed once a second. Each wait is shorter than the deadline of a Redis
# call, and all waits together give a busy disk three seconds.
WAIT_MS = 600
WAITS = 5
LAG_S = 5  # do not wait for a replica that was silent for longer than this


class Durability(StrEnum):
    """How safely an answer to a purchase is stored."""

    WAITS = "waits"  # WAITAOF: each answer waits until its write is on disk
    ALWAYS = "always"  # appendfsync always: no write is answered before it is on disk
    AT_RISK = "at_risk"  # a crash of the store's machine may lose its last second, or more


async def durability_of(redis: Redis) -> Durability:
    """How safely the store keeps a write. At risk if the masters of a cluster differ."""
    found = {await _durability_of(master) for master in masters_of(redis)}
    return found.pop() if len(found) == 1 else Durability.AT_RISK


async def _durability_of(redis: Redis) -> Durability:
    with store_faults():
        appendfsync = await _appendfsync(redis)
        if appendfsync == "no":  # there is no flush to wait for: WAITAOF would wait forever
            return Durability.AT_RISK
        if await _knows_waitaof(redis):
            return Durability.WAITS
    return Durability.ALWAYS if appendfsync == "always" else Durability.AT_RISK


class DurableScripts:
    """Calls scripts whose answer is valid only when their writes are safe.

    They are safe on disk, and at a replica if there is one that keeps up: a replica that is
    promoted without a purchase would forget it.

    Args:
        redis: A client with `decode_responses=False`.
        waits: Whether the store has WAITAOF (`durability_of`). If not, the store flushes before
            it answers, or cannot report a flush.
    """

    def __init__(self, redis: Redis, *, waits: bool) -> None:
        self._redis = redis
        self._waits = waits

    async def call(self, script: Script, *, keys: Sequence[str], args: Arguments) -> Any:  # noqa: ANN401  # what a script answers is between it and its caller
        """The answer of a script, when its writes of this and earlier calls are safe.

        WAIT and WAITAOF wait only for the writes of their own connection. The client silently
        replaces a lost connection, and a new one has no writes to wait for. The ids reveal a
        replacement.

        Raises:
            Unavailable: the disk or the replica is too slow, or the connection was lost. It is
                safe to call the script again.
        """
        with store_faults():
            async with master_of(self._redis, keys[0]).client() as connection:
                id_before = await connection.client_id()
                reply = await script(keys=keys, args=args, client=connection)
                if self._waits and not await _waited_for_disk(connection):
                    raise Unavailable("The store has not written this to disk yet.")
                if not await _waited_for_replica(connection):
                    raise Unavailable("The store has not copied this to its replica yet.")
                if await connection.client_id() == id_before:
                    return reply
        raise Unavailable("The connection to the store was lost before this was safe.")


async def _waited_for_disk(connection: Redis) -> bool:
    for _ in range(WAITS):
        on_disk, _replicas = await connection.waitaof(1, 0, WAIT_MS)
        if on_disk:
            return True
    return False


async def _waited_for_replica(connection: Redis) -> bool:
    info = await connection.info("replication")
    if not any(map(_keeps_up, info.values())):
        return True
    for _ in range(WAITS):
        if await connection.wait(1, WAIT_MS):
            return True
    return False


def _keeps_up(replica: object) -> bool:
    """Whether a value of INFO is about a replica that is in sync and answers."""
    return (
        isinstance(replica, dict)
        and replica.get("state") == "online"
        and replica.get("lag", 0) <= LAG_S
    )


async def _appendfsync(redis: Redis) -> str | None:
    """The setting. `no`: also without an append-only file. None: the store does not say."""
    try:
        settings = cast("dict[str, str]", await redis.config_get("appendonly", "appendfsync"))
    except ResponseError:  # hosted stores often refuse CONFIG GET
        return None
    return settings["appendfsync"] if settings["appendonly"] == "yes" else "no"


async def _knows_waitaof(redis: Redis) -> bool:
    try:
        await redis.waitaof(1, 0, 1)
    except ResponseError:  # older than 7.2, or without an append-only file
        return False
    return True
