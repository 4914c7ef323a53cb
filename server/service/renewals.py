"""Renewals on a timer: a period that ends while nobody asks is renewed all the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from server.domain.accounts import has_ended
from server.domain.errors import CallerError
from server.service.accounts import AccountService
from server.service.ports import AccountStore

log = logging.getLogger(__name__)


class RenewalService:
    """Renews accounts of which nobody asks. Every node may: each period is charged once.

    Args:
        accounts: Renews whatever it reads.
        store: Lists the accounts.
        parts: The parts of the index, without end, in the order in which to look at them.
    """

    def __init__(
        self, accounts: AccountService, store: AccountStore, parts: Iterator[int]
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._parts = parts

    async def step(self) -> None:
        """Renew the accounts of the next part whose period has ended.

        None while the clocks of node and store disagree. Accounts that a node of an earlier
        version wrote get the prices of what they bought.
        """
        if not await self._accounts.clock.agrees():
            return
        now = self._accounts.clock.unchecked()
        for account in await self._store.accounts_of(next(self._parts)):
            if account.bought is None or has_ended(account, now=now):
                await self._renew(account.id)

    async def _renew(self, account_id: str) -> None:
        try:
            await self._accounts.current(account_id)
        except CallerError as error:  # the next account may be luckier
            log.warning("renewal.put_off", extra={"account": account_id, "reason": str(error)})
