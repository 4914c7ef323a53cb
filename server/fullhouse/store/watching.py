"""Notes who of the people in line watches the stream of the room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import NOTHING_SEEN, Answer, RoomRef
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.room_calls import Heard, RoomCalls, nobody_listens
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Watching:
    """Writes who watches. The number of them is a part of the room's state.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
        heard: Called with the account after a script has written messages for the platform.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
        heard: Heard = nobody_listens,
    ) -> None:
        self._scripts = Scripts.register(redis, observe, database=keys.database)
        self._calls = RoomCalls(keys, instant, heard)

    async def note_watching(self, ref: RoomRef, watchers: Iterable[tuple[str, bool]]) -> Answer:
        """Note whether each of these people watches from now on, in this order.

        Nothing is noted of people who are not in line, and in a room that is not open.
        """
        script = self._scripts.note_watching
        told = [part for name, watches in watchers for part in (name, int(watches))]
        return await self._calls.run(Answer, script, ref, NOTHING_SEEN, *told)
