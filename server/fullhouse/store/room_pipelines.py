"""Calls of one script for many rooms in one pipeline, as every node sends them all the time.

The client library takes longer to pack a call than the store takes to serve it, and most of a call
is the keys of its room (include/room.lua). So the keys are packed once and kept, and so is the
last call of each room: while nothing happens in a room, its next call is the same. The frames use
the library's own connection, which authenticates, encrypts and reconnects as for any other call.

A pipeline begins with a question: which run of the store is this (include/store_run.lua)? A script
could ask as well, but that would take as long as the rest of its fast path. So each call has the
run of the pipeline before. If the store was restarted in between, the calls of one pipeline have
the old run. Then a fast path advances a room's clock once more before the doubt is settled.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.room_keys import RoomKeys

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.connection import AbstractConnection

ATTEMPTS = 2  # the first may find that its connection is gone; every script is safe to repeat
ROOMS_KEPT = 50_000  # 40 MB of packed keys, and for each script as much again
MOST_KEPT_BYTES = 2_000  # a call for many people takes longer to serve than to pack

UNKNOWN_RUN = b""

Argument = str | int | bytes
CallArguments = Sequence[tuple[RoomKeys, Sequence[Argument]]]
"""For each call, the keys of its room and its arguments."""


class RoomPipelines:
    """Sends pipelines of one script, a call for each room, to one server.

    Args:
        redis: The client of the server, whose connections are used.
        digest: Of the script.
        deadline_s: Seconds within which all answers of a pipeline must have come.
    """

    def __init__(self, redis: Redis, digest: str, deadline_s: float) -> None:
        self._redis = redis
        self._command = _packed("EVALSHA") + _packed(digest)
        self._deadline_s = deadline_s
        self._run = UNKNOWN_RUN
        self._last: dict[RoomKeys, tuple[Sequence[Argument], bytes]] = {}

    async def send(self, calls: CallArguments) -> list[object]:
        """The answer to each call, in their order; an error of the script is one too.

        Each call gets one more argument: the run of the store.

        Raises:
            RedisConnectionError, RedisTimeoutError: not all answers came.
        """
        frames = [_WHICH_RUN, *(self._frame(room, [*args, self._run]) for room, args in calls)]
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._answers(frames)
            except RedisConnectionError:
                continue
        return await self._answers(frames)

    async def _answers(self, frames: Sequence[bytes]) -> list[object]:
        run, *answers = await self._replies(frames)
        self._run = _run_in(run)
        return answers

    def _frame(self, room: RoomKeys, args: Sequence[Argument]) -> bytes:
        last = self._last.get(room)
        if last and last[0] == args:
            return last[1]
        frame = self._packed_call(room, args)
        if len(self._last) >= ROOMS_KEPT:
            self._last.clear()  # most are of rooms that are not here any more
        if len(frame) <= MOST_KEPT_BYTES:
            self._last[room] = args, frame
        return frame

    def _packed_call(self, room: RoomKeys, args: Sequence[Argument]) -> bytes:
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
    """How many keys a call for a room has, and the packed arguments: this number and the keys."""
    keys: list[Argument] = [*room.all(), *room.last_keys]
    return len(keys), b"".join(map(_packed, [len(keys), *keys]))


def _packed(argument: Argument) -> bytes:
    """Source: the Redis serialization protocol, bulk strings."""
    data = argument if isinstance(argument, bytes) else str(argument).encode()
    return b"$%d\r\n%b\r\n" % (len(data), data)


_WHICH_RUN = b"*2\r\n" + _packed("INFO") + _packed("replication")
_run_id = re.compile(rb"master_replid:([0-9a-f]+)")


def _run_in(info: object) -> bytes:
    """The id of a run of the store. Unknown if the store may not be asked."""
    found = _run_id.search(info) if isinstance(info, bytes) else None
    return found[1] if found else UNKNOWN_RUN
