"""The time that money depends on: the node's, as long as the store's clock agrees with it.

One machine's clock must not decide about money: a node whose clock is a year ahead would renew
every account twelve times. Source: docs/money.md, "Clocks".
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from fullhouse.clock import Clock
from fullhouse.domain.errors import ClocksDisagree
from fullhouse.service.ports import AccountStore

log = logging.getLogger(__name__)

# As far as Kerberos and the signatures of webhooks let clocks differ. A day that begins five
# minutes early or late costs nobody more than a day of the difference between two plans.
TOLERANCE = timedelta(minutes=5)

_TOLERANCE_MS = TOLERANCE // timedelta(milliseconds=1)
_WARN_AGAIN_MS = 60_000


class BusinessClock:
    """Compares the clocks of this node and of the store whenever the time matters.

    Args:
        clock: Of this node.
        store: Has the other one.
    """

    def __init__(self, clock: Clock, store: AccountStore) -> None:
        self._clock = clock
        self._store = store
        self._warned_at_ms: int | None = None

    def unchecked(self) -> datetime:
        """The node's own time, for a first look that changes nothing."""
        return self._clock.now()

    async def now(self) -> datetime:
        """The node's time, which is the store's too.

        Raises:
            ClocksDisagree: it is not.
        """
        ahead_ms = await self._ahead_ms()
        if abs(ahead_ms) > _TOLERANCE_MS:
            self._warn(ahead_ms)
            raise ClocksDisagree(round(ahead_ms / 1000))
        return self._clock.now()

    async def agrees(self) -> bool:
        """Whether `now` would answer."""
        return await self.complaint() is None

    async def complaint(self) -> str | None:
        """What is wrong with the clocks, a sentence for the operator; None while they agree."""
        try:
            await self.now()
        except ClocksDisagree as error:
            return error.reason
        return None

    async def _ahead_ms(self) -> int:
        return self._clock.now_ms() - await self._store.time_ms()

    def _warn(self, ahead_ms: int) -> None:
        """Once a minute, and at once where the clock has jumped back."""
        now_ms, before = self._clock.now_ms(), self._warned_at_ms
        if before is None or not 0 <= now_ms - before < _WARN_AGAIN_MS:
            self._warned_at_ms = now_ms
            log.error("clock.disagrees", extra={"ahead_s": round(ahead_ms / 1000)})
