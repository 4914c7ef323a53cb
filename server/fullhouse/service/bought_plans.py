"""Completes, at the start of a node, the accounts of earlier versions, which kept no prices."""

from __future__ import annotations

import logging
from collections import Counter

from fullhouse.domain.plans import Catalogue, InvalidCatalogue
from fullhouse.service.accounts import AccountService
from fullhouse.service.ports import AccountStore

log = logging.getLogger(__name__)


class BoughtPlanCheck:
    """Adds prices to accounts of earlier versions, which kept only the id of their plan.

    When all accounts have their prices, later starts skip the check of the accounts.

    Args:
        accounts: Completes accounts.
        store: Lists the accounts.
        catalogue: The plans for sale now.
        parts: The number of parts of the index of accounts.
    """

    def __init__(
        self, accounts: AccountService, store: AccountStore, catalogue: Catalogue, parts: int
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._catalogue = catalogue
        self._parts = parts

    async def run(self) -> None:
        """Check that the prices of all accounts are known, and complete the accounts.

        Raises:
            InvalidCatalogue: the price of a plan is stored nowhere, and the catalogue does not
                list the plan. The text names the plan and the number of its accounts.
        """
        before, now = await self._store.checked_currency(), self._catalogue.currency
        if before is None:
            await self._complete_all()
        elif before != now:
            # Accounts keep their own currency. Nothing is on sale to them in another currency.
            log.warning("catalogue.currency_changed", extra={"before": before, "now": now})
        await self._store.note_checked(now)

    async def _complete_all(self) -> None:
        unknown: Counter[str] = Counter()
        for part in range(self._parts):
            for account in await self._store.accounts_of(part):
                if account.bought is None:
                    completed = await self._accounts.completed(account)
                    unknown[account.plan] += completed.bought is None
        self._refuse(+unknown)

    def _refuse(self, unknown: Counter[str]) -> None:
        for plan, accounts in unknown.most_common(1):
            raise InvalidCatalogue(
                f"plan {plan!r} is not listed, but {accounts} account(s) have it and an earlier "
                "version kept no prices with them. List it again with on_sale = false; after "
                "one start it may go."
            )
