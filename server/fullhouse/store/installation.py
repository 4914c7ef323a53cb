"""The id of an installation, which marks its data in systems outside its store."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, cast

from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.keys import KeySpace

log = logging.getLogger(__name__)

ID_BYTES = 12


async def installation_id(redis: Redis, keys: KeySpace) -> str:
    """The id in the store, created when the first node of an installation starts.

    Raises:
        StoreUnavailable: the store cannot be asked.
    """
    with store_faults():
        known = await redis.get(keys.installation)
        if known is None:  # write only if needed: a node must start on a full store too
            await redis.set(keys.installation, secrets.token_urlsafe(ID_BYTES), nx=True)
            known = await redis.get(keys.installation)
    return cast("bytes", known).decode()


class Installation:
    """Keeps the id in the store, even if the store loses its data while a node runs.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        id_: The id that the node read at its start.
    """

    def __init__(self, redis: Redis, keys: KeySpace, id_: str) -> None:
        self._redis = redis
        self._key = keys.installation
        self.id = id_

    async def keep(self) -> None:
        """Write the id again if the store has lost it. Call this regularly.

        Pending payments contain the id. A node that starts later must use the same id.

        Raises:
            StoreUnavailable: the store cannot be asked.
        """
        with store_faults():
            await self._redis.set(self._key, self.id, nx=True)
            stored = cast("bytes", await self._redis.get(self._key)).decode()
        if stored != self.id:
            remedy = "another installation's data was restored under this node: restart it"
            log.error("installation.differs", extra={"remedy": remedy})
