"""Reads where one person is, for the gate of a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.domain.gates import GateAnswer
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.room_calls import RoomCalls
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.rooms import RoomRef


class Gates:
    """The gates of rooms.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._script = Scripts.register(redis, observe, database=keys.database).gate
        self._calls = RoomCalls(keys, instant)
        self._instant = instant

    async def gate(self, ref: RoomRef, participant: str, *, is_host: bool) -> GateAnswer:
        """Where the person is now. A host needs no place."""
        arguments = (self._instant(), participant, "host" if is_host else "")
        return await self._calls.read(GateAnswer, self._script, ref, *arguments)
