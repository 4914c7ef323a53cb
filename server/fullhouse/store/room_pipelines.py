"""Calls of one script for many rooms in one pipeline, as every node sends them all the time.

The client library takes longer to pack a call than the store takes to serve it, and most of a call
is the twelve keys of its room. So the keys are packed once and kept. The frames use the library's
own connection, which authenticates, encrypts and reconnects as for any other call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.keys import RoomKeys

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.connection import AbstractConnection

ATTEMPTS = 2  # the first may find that its connection is gone; every script is safe to repeat
ROOMS_KEPT = 50_000  # 40 MB of packed keys

Argument = str | int | bytes


class RoomPipelines:
    """Sends pipelines of one script, a call for each room.

    Args:
        redis: The client whose connections are used.
        digest: Of the script.
        deadline_s: Seconds within which all answers of a pipeline must have come.
    """

    def __init__(self, redis: Redis, digest: str, deadline_s: float) -> None:
        self._redis = redis
        self._command = _packed("EVALSHA") + _packed(digest)
        self._deadline_s = deadline_s

    async def send(self, calls: Sequence[tuple[RoomKeys, Sequence[Argument]]]) -> list[object]:
        """The answer to each call, in their order; an error of the script is one too.

        Raises:
            RedisConnectionError, RedisTimeoutError: not all answers came.
        """
        frames = [self._frame(room, args) for room, args in calls]
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._replies(frames)
            except RedisConnectionError:
                continue
        return await self._replies(frames)

    def _frame(self, room: RoomKeys, args: Sequence[Argument]) -> bytes:
        count, keys = _packed_keys(room)
        head = b"*%d\r\n" % (3 + count + len(args))
        return b"".join((head, self._command, keys, *map(_packed, args)))

    async def _replies(self, frames: Sequence[bytes]) -> list[object]:
        pool = self._redis.connection_pool
        connection = await pool.get_connection()  # type: ignore[no-untyped-call]  # redis-py's
        try:
            async with asyncio.timeout(self._deadline_s):
                await connection.send_packed_command([b"".join(frames)], check_health=False)
                return [await _reply(connection) for _ in frames]
        except TimeoutError as error:
            # redis-py has closed the connection: unread answers would reach the next call.
            raise RedisTimeoutError("a pipeline was not answered in time") from error
        finally:
            await pool.release(connection)


async def _reply(connection: AbstractConnection) -> object:
    try:
        return await connection.read_response(disable_decoding=True, timeout=inf)
    except ResponseError as error:
        return error


@lru_cache(maxsize=ROOMS_KEPT)
def _packed_keys(room: RoomKeys) -> tuple[int, bytes]:
    """The number of keys of a room, and the packed arguments: this number and the keys."""
    keys: list[Argument] = [*room.all()]
    return len(keys), b"".join(map(_packed, [len(keys), *keys]))


def _packed(argument: Argument) -> bytes:
    """Source: the Redis serialization protocol, bulk strings."""
    data = argument if isinstance(argument, bytes) else str(argument).encode()
    return b"$%d\r\n%b\r\n" % (len(data), data)
