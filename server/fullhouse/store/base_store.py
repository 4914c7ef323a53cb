"""What the stores that call scripts have in common: client, keys, scripts and clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.room_calls import Heard, RoomCalls, nobody_listens
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis


class BaseStore:
    """A store that calls scripts.

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
        self._redis = redis
        self._keys = keys
        self._instant = instant
        self._scripts = Scripts.register(redis, observe, database=keys.database)


class BaseRoomStore(BaseStore):
    """A store that calls scripts of rooms. Takes the arguments of `BaseStore`, and one more.

    Args:
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
        super().__init__(redis, keys, instant=instant, observe=observe)
        self._calls = RoomCalls(keys, instant, heard)
