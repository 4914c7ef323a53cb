"""Checks once a second that the store serves a script: a write and an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Script
    from fullhouse.store.watch import Reconnection, StoreWatch

KEPT_MS = 60_000


class StoreProbe:
    """Probes the store with a script.

    PING is not enough: a replica, a full store and a store without rights answer it too.

    Args:
        script: A script that writes as a transition does.
        keys: The names of this installation.
        watch: Receives the result.
        reconnection: Replaces connections if that may help.
    """

    def __init__(
        self, script: Script, keys: KeySpace, watch: StoreWatch, reconnection: Reconnection
    ) -> None:
        self._script = script
        self._keys = keys
        self._watch = watch
        self._reconnection = reconnection

    async def step(self) -> bool:
        """Run the probe. Returns whether the store served it."""
        try:
            with store_faults():
                await self._script(
                    keys=[self._keys.probe], args=[KEPT_MS, self._keys.probe_channel]
                )
            self._watch.probed(None)
        except StoreUnavailable as error:
            self._watch.probed(error)
        await self._reconnection.step(self._watch.take_suspicion())
        return self._watch.standing is None
