"""The host's message to everybody in the line of a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import NOTHING_SEEN, RoomRef, Snapshot
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.room_calls import Heard, RoomCalls, nobody_listens
from fullhouse.store.room_replies import RoomReply, checked_snapshot
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis


class HostMessages:
    """Writes the message. It is a part of the room's state, which every snapshot and event has.

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

    async def set_message(self, ref: RoomRef, change: str, text: str | None) -> Snapshot:
        """Replace the message, or withdraw it with None. Returns the room after it.

        Args:
            ref: The room.
            change: The id of this change. The same id a second time changes nothing.
            text: The message, not empty.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        script = self._scripts.set_message
        reply = await self._calls.run(RoomReply, script, ref, NOTHING_SEEN, change, text or "")
        return checked_snapshot(ref, reply)
