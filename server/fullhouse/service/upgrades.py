"""Sells upgrades. A quote is bought once, even if many requests on many nodes ask for it."""

from __future__ import annotations

from collections.abc import Callable

from fullhouse.domain.errors import CallerError, IdempotencyMismatch, NotFound, PaymentFailed
from fullhouse.domain.purchases import Order, Purchase
from fullhouse.domain.quotes import check_holds, check_payable
from fullhouse.service.accounts import AccountService
from fullhouse.service.fingerprints import fingerprint
from fullhouse.service.ports import AccountStore, PurchaseStore
from fullhouse.service.purchases import PurchaseService

ID_CHARACTERS = 32  # 128 bits


def _nothing() -> None:
    """Nobody wants to know."""


class UpgradeService:
    """Sells upgrades.

    Args:
        accounts: Reads accounts and renews them.
        quotes: Reads quotes.
        store: Reads and begins purchases.
        purchases: Carries a purchase on after it has begun.
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

    async def buy(
        self,
        account_id: str,
        quote_id: str,
        *,
        idempotency_key: str,
        by: str = "",
        on_repeat: Callable[[], None] = _nothing,
    ) -> Purchase:
        """Buy the plan of the quote. The same key and quote always get the same purchase.

        Args:
            account_id: The account.
            quote_id: The quote.
            idempotency_key: Names the purchase, also if the request is repeated.
            by: The participant who buys, for the histories of rooms. Empty: the platform.
            on_repeat: Called if the key has already begun the purchase.

        Returns:
            The stored purchase, on disk. It may still be pending.

        Raises:
            IdempotencyMismatch: the key was used with another quote.
            NotFound: there is no such account or quote.
            QuoteExpired, QuoteStale: the price is no longer valid.
            ChangeInProgress: another purchase of the account is not settled yet.
            PastDue: the account owes a renewal.
            PaymentFailed: no money was taken.
            Unavailable: the store did not confirm in time, or its clock and this node's disagree.
                Ask again with the same key.
        """
        request = fingerprint({"quote": quote_id})
        order = await self._store.recall_order(account_id, idempotency_key)
        is_repeated = order is not None
        if order is None:
            order = await self._begin_once(account_id, quote_id, idempotency_key, request, by)
        if order.fingerprint != request:
            raise IdempotencyMismatch
        if is_repeated:
            on_repeat()
        purchase = await self._purchases.take_on(order.purchase)
        if purchase.state == "failed":
            raise PaymentFailed(purchase.reason)
        if purchase.reference is None and not purchase.is_settled:
            await self._store.recall_order(account_id, idempotency_key)  # waits for the disk
        return purchase

    async def find(self, account_id: str, upgrade_id: str) -> Purchase:
        """The stored upgrade.

        Raises:
            NotFound: there is no such account, or the account has no such upgrade.
        """
        await self._accounts.current(account_id)
        purchase = await self._store.find_purchase(account_id, upgrade_id)
        if purchase is None:
            raise NotFound("upgrade", upgrade_id)
        return purchase

    async def withdraw(self, account_id: str, upgrade_id: str) -> Purchase:
        """Withdraw an upgrade that is not paid yet, so that the account can buy another.

        Returns:
            The stored upgrade: `failed`, or another state if the withdrawal came too late.

        Raises:
            NotFound: there is no such account, or the account has no such upgrade.
        """
        return await self._purchases.withdraw(await self.find(account_id, upgrade_id))

    async def _begin_once(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str, by: str
    ) -> Order:
        """Begin an order. If the same key has just begun one, return that order."""
        try:
            return await self._begin(account_id, quote_id, idempotency_key, request, by)
        except CallerError:
            order = await self._store.recall_order(account_id, idempotency_key)
            if order is None:
                raise
            return order

    async def _begin(
        self, account_id: str, quote_id: str, idempotency_key: str, request: str, by: str
    ) -> Order:
        account = await self._accounts.current(account_id)
        quote = await self._quotes.find_quote(account_id, quote_id)
        if quote is None:
            raise NotFound("quote", quote_id)
        now = await self._accounts.clock.now()
        check_payable(account)
        check_holds(quote, account, now=now)
        id_ = purchase_id(account_id, idempotency_key, quote_id)
        purchase = Purchase(id_, quote, account.payment, started_at=now, bought_by=by)
        return await self._store.start_purchase(
            purchase, idempotency_key=idempotency_key, fingerprint=request
        )


def purchase_id(account_id: str, idempotency_key: str, quote_id: str) -> str:
    """The id of the purchase, of its change in every room, and of its payment at the gateway.

    A repeated request gets the same id, even if the store has lost the first one. So the gateway
    recognizes the payment.
    """
    request = {"account": account_id, "key": idempotency_key, "quote": quote_id}
    return fingerprint(request)[:ID_CHARACTERS]
