"""The time for decisions about money: the node's clock, checked against the store's clock.

A single clock must not decide about money. A node whose clock is a year ahead would renew every
account twelve times. Source: docs/money.md, "Clocks".
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from fullhouse.clock import Clock
from fullhouse.domain.errors import ClocksDisagree
from fullhouse.service.ports import AccountStore

log = logging.getLogger(__name__)

# Kerberos and the signatures of webhooks allow the same difference. If a day begins five minutes
# early or late, a buyer pays at most one day of the difference between two plans too much.
TOLERANCE = timedelta(minutes=5)

_TOLERANCE_MS = TOLERANCE // timedelta(milliseconds=1)
_WARN_AGAIN_MS = 60_000


class BusinessClock:
    """Compares the clocks of this node and of the store each time that money depends on them.

    Args:
        clock: The clock of this node.
        store: Reads the clock of the store.
    """

    def __init__(self, clock: Clock, store: AccountStore) -> None:
        self._clock = clock
        self._store = store
        self._warned_at_ms: int | None = None

    def unchecked(self) -> datetime:
        """The node's own time, for decisions that change nothing."""
        return self._clock.now()

    async def now(self) -> datetime:
        """The node's time, if the clock of the store agrees.

        Raises:
            ClocksDisagree: the clocks differ by more than `TOLERANCE`.
        """
        ahead_ms = await self._ahead_ms()
        if abs(ahead_ms) > _TOLERANCE_MS:
            self._warn(ahead_ms)
            raise ClocksDisagree(round(ahead_ms / 1000))
        return self._clock.now()

    async def agrees(self) -> bool:
        """Whether the clocks agree."""
        return await self.complaint() is None

    async def complaint(self) -> str | None:
        """A sentence for the operator about the difference of the clocks. None: they agree."""
        try:
            await self.now()
        except ClocksDisagree as error:
            return error.reason
        return None

    async def _ahead_ms(self) -> int:
        return self._clock.now_ms() - await self._store.time_ms()

    def _warn(self, ahead_ms: int) -> None:
        """Log at most once a minute, and at once if the clock has jumped back."""
        now_ms, before = self._clock.now_ms(), self._warned_at_ms
        if before is None or not 0 <= now_ms - before < _WARN_AGAIN_MS:
            self._warned_at_ms = now_ms
            log.error("clock.disagrees", extra={"ahead_s": round(ahead_ms / 1000)})
