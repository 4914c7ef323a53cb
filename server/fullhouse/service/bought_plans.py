"""Completes accounts of earlier versions, which kept no prices, at the start of a node."""

from __future__ import annotations

import logging
from collections import Counter

from fullhouse.domain.plans import Catalogue, InvalidCatalogue
from fullhouse.service.accounts import AccountService
from fullhouse.service.ports import AccountStore

log = logging.getLogger(__name__)


class BoughtPlanCheck:
    """Writes prices into accounts of earlier versions, which kept only the id of their plan.

    Once all of them have their prices, later starts do not look at any account.

    Args:
        accounts: Completes accounts.
        store: Lists the accounts.
        catalogue: What is for sale now.
        parts: How many parts the index of accounts has.
    """

    def __init__(
        self, accounts: AccountService, store: AccountStore, catalogue: Catalogue, parts: int
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._catalogue = catalogue
        self._parts = parts

    async def run(self) -> None:
        """Check the catalogue against what accounts have.

        Raises:
            InvalidCatalogue: it does not list a plan whose price only it could tell; the text
                names the plan and how many accounts have it.
        """
        before, now = await self._store.checked_currency(), self._catalogue.currency
        if before is None:
            await self._complete_all()
        elif before != now:
            # Accounts go on in their own currency; nothing is on sale to them in another one.
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
