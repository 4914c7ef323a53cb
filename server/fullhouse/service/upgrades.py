"""Upgrades: a quote is bought once, however often and on however many nodes it is asked for."""

from __future__ import annotations

from fullhouse.domain.errors import CallerError, IdempotencyMismatch, NotFound, PaymentFailed
from fullhouse.domain.purchases import Order, Purchase
from fullhouse.domain.quotes import check_holds, check_payable
from fullhouse.service.accounts import AccountService
from fullhouse.service.fingerprints import fingerprint
from fullhouse.service.ports import AccountStore, PurchaseStore
from fullhouse.service.purchases import PurchaseService

ID_CHARACTERS = 32  # 128 bits


class UpgradeService:
    """Sells upgrades.

    Args:
        accounts: Reads accounts, renewed.
        quotes: Where quotes are kept.
        store: Where purchases are kept.
        purchases: Takes a purchase on, once it has begun.
    """

    def __init__(
        self,
        accounts: AccountService,
        quotes: AccountStore,
        store: PurchaseStore,
        purchases: PurchaseService,
    ) -> None:
        self._accounts = accounts
        self._quotes = quotes
        self._store = store
        self._purchases = purchases

    async def buy(self, account_id: str, quote_id: str, *, idempotency_key: str) -> Purchase:
        """Buy what the quote offers. The same key and quote again get the same answer.

        Returns:
            The purchase as it stands, on disk: perhaps still pending.

        Raises:
            IdempotencyMismatch: the key was used with another quote.
            NotFound: there is no such account or quote.
            QuoteExpired, QuoteStale: the price no longer holds.
            ChangeInProgress: the account is buying something else.
            PastDue: the account owes a renewal.
            PaymentFailed: no money was taken.
            Unavailable: the store did not confirm in time, or its clock and this node's disagree;
                ask again with the same key.
        """
        request = fingerprint({"quote": quote_id})
        order = await self._store.recall_order(account_id, idempotency_key)
        if order is None:
            order = await self._begin_once(account_id, quote_id, idempotency_key, request)
        if order.fingerprint != request:
            raise IdempotencyMismatch
        purchase = await self._purchases.take_on(order.purchase)
        if purchase.state == "failed":
            raise PaymentFailed(purchase.reason)
        if purchase.reference is None and not purchase.is_settled:
            await self._store.recall_order(account_id, idempotency_key)  # its beginning, on disk
        return purchase

    async def find(self, account_id: str, upgrade_id: str) -> Purchase:
        """The upgrade, as it stands.

        Raises:
            NotFound: there is no such account, or it has no such upgrade.
        """
        await self._accounts.current(account_id)
        purchase = await self._store.find_purchase(account_id, upgrade_id)
        if purchase is None:
            raise NotFound("upgrade", upgrade_id)
        return purchase

    async def withdraw(self, account_id: str, upgrade_id: str) -> Purchase:
        """Give up an upgrade that is not paid yet: the account may buy something else then.

        Returns:
            The upgrade as it stands: `failed`, or as it was where that came too late.

        Raises:
            NotFound: there is no such account, or it has no such upgrade.
        """
        return await self._purchases.withdraw(await self.find(account_id, upgrade_id))

    async def _begin_once(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str
    ) -> Order:
        """Begin; where that is refused because the same key has just begun, that order."""
        try:
            return await self._begin(account_id, quote_id, idempotency_key, request)
        except CallerError:
            order = await self._store.recall_order(account_id, idempotency_key)
            if order is None:
                raise
            return order

    async def _begin(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str
    ) -> Order:
        account = await self._accounts.current(account_id)
        quote = await self._quotes.find_quote(account_id, quote_id)
        if quote is None:
            raise NotFound("quote", quote_id)
        now = await self._accounts.clock.now()
        check_payable(account)
        check_holds(quote, account, now=now)
        id_ = purchase_id(account_id, idempotency_key, quote_id)
        purchase = Purchase(id_, quote, account.payment, started_at=now)
        return await self._store.start_purchase(
            purchase, idempotency_key=idempotency_key, fingerprint=request
        )


def purchase_id(account_id: str, idempotency_key: str, quote_id: str) -> str:
    """Names the change in every room, and the payment at the gateway.

    The same for a repetition that the store has forgotten, so that the gateway knows its payment.
    """
    request = {"account": account_id, "key": idempotency_key, "quote": quote_id}
    return fingerprint(request)[:ID_CHARACTERS]
