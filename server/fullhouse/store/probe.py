"""Checks once a second that the store serves a script: a write and an event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.store.faults import store_faults
from fullhouse.store.masters import tags_of

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Script
    from fullhouse.store.watch import Reconnection, StoreWatch

KEPT_MS = 60_000


class StoreProbe:
    """Probes the store, or each master of a cluster, with a script.

    PING is not enough: a replica, a full store and a store without rights answer it too.

    Args:
        redis: The store.
        script: A script that writes as a transition does.
        keys: The names of this installation.
        watch: Receives the result.
        reconnection: Replaces connections if that may help.

    Attributes:
        failing: Of a cluster, the addresses of the masters that refuse calls while others serve
            them, and why.
    """

    def __init__(
        self,
        redis: Redis,
        script: Script,
        keys: KeySpace,
        watch: StoreWatch,
        reconnection: Reconnection,
    ) -> None:
        self._redis = redis
        self._script = script
        self._keys = keys
        self._watch = watch
        self._reconnection = reconnection
        self.failing: dict[str, str] = {}

    async def step(self) -> bool:
        """Run the probe. Returns whether the store, or some master of it, served it."""
        servers = tags_of(self._redis)
        errors = await asyncio.gather(*map(self._probed, servers))
        failed = {
            address: error
            for address, error in zip(servers.values(), errors, strict=True)
            if error is not None
        }
        serves = len(failed) < len(servers)
        self._watch.probed(None if serves else next(iter(failed.values())))
        self.failing = {address: each.reason for address, each in failed.items()} if serves else {}
        await self._reconnection.step(self._watch.take_suspicion())
        return self._watch.standing is None

    async def _probed(self, tag: str) -> StoreUnavailable | None:
        try:
            with store_faults():
                await self._script(
                    keys=[self._keys.probe(tag)], args=[KEPT_MS, self._keys.probe_channel(tag)]
                )
        except StoreUnavailable as error:
            return error
        return None
