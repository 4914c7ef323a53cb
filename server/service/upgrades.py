"""Upgrades: a quote is bought once, however often and on however many nodes it is asked for."""

from __future__ import annotations

import logging

from server.clock import Clock
from server.domain.accounts import Account, local_date
from server.domain.errors import CallerError, IdempotencyMismatch, NotFound, QuoteStale
from server.domain.quotes import Quote, check_holds, check_payable
from server.domain.upgrades import Purchase, Sale, Upgrade, purchase_of
from server.service.accounts import AccountService
from server.service.fingerprints import fingerprint
from server.service.ports import AccountStore, IdSource

log = logging.getLogger(__name__)


class UpgradeService:
    """Sells upgrades on account: the ledger entry is the invoice.

    Args:
        accounts: Reads accounts, renewed.
        store: Applies the plan and remembers the sale, in one step.
        clock: Where `now` comes from.
        new_id: Where upgrade ids come from; the same id names the change in every room.
    """

    def __init__(
        self, accounts: AccountService, store: AccountStore, clock: Clock, *, new_id: IdSource
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._clock = clock
        self._new_id = new_id

    async def buy(self, account_id: str, quote_id: str, *, idempotency_key: str) -> Upgrade:
        """Buy what the quote offers. The same key and quote again get the same answer.

        Raises:
            IdempotencyMismatch: the key has bought another quote.
            NotFound: there is no such account or quote.
            QuoteExpired, QuoteStale: the price no longer holds.
            PastDue: the account owes a renewal.
            Unavailable: the store did not confirm in time; ask again with the same key.
        """
        request = fingerprint({"quote": quote_id})
        sale = await self._store.recall_sale(account_id, idempotency_key)
        if sale is None:
            sale = await self._sell_once(account_id, quote_id, idempotency_key, request)
        if sale.fingerprint != request:
            raise IdempotencyMismatch
        return sale.upgrade

    async def find(self, account_id: str, upgrade_id: str) -> Upgrade:
        """The upgrade, as it stands.

        Raises:
            NotFound: there is no such account, or it has no such upgrade.
        """
        await self._accounts.current(account_id)
        upgrade = await self._store.find_upgrade(account_id, upgrade_id)
        if upgrade is None:
            raise NotFound("upgrade", upgrade_id)
        return upgrade

    async def _sell_once(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str
    ) -> Sale:
        """Sell; where that is refused because the same key has just sold, that sale."""
        try:
            return await self._sell(account_id, quote_id, idempotency_key, request)
        except CallerError:
            sale = await self._store.recall_sale(account_id, idempotency_key)
            if sale is None:
                raise
            return sale

    async def _sell(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str
    ) -> Sale:
        account = await self._accounts.current(account_id)
        quote = await self._store.find_quote(account_id, quote_id)
        if quote is None:
            raise NotFound("quote", quote_id)
        purchase = self._purchase(quote, account)
        sale = await self._store.apply_plan(
            purchase,
            seen_version=account.version,
            idempotency_key=idempotency_key,
            fingerprint=request,
        )
        if sale is None:
            raise QuoteStale(quote_id)
        _log_sale(account_id, sale)
        return sale

    def _purchase(self, quote: Quote, account: Account) -> Purchase:
        check_payable(account)
        now = self._clock.now()
        check_holds(quote, account, now=now)
        today = local_date(account.time_zone, now)
        return purchase_of(quote, account, id_=self._new_id(), now=now, today=today)


def _log_sale(account_id: str, sale: Sale) -> None:
    upgrade = sale.upgrade
    log.info(
        "upgrade.applied",
        extra={"account": account_id, "plan": upgrade.plan, "upgrade": upgrade.id},
    )
