"""Carries purchases from step to step until they are settled. Any node may do the next step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from fullhouse.domain.account_messages import messages_of_upgrade
from fullhouse.domain.accounts import local_date
from fullhouse.domain.errors import CallerError
from fullhouse.domain.instants import unix_ms
from fullhouse.domain.payments import Failed, PaymentResult, Prepared, Unknown
from fullhouse.domain.purchases import (
    NOT_CONFIRMED,
    WITHDRAWN,
    Purchase,
    UpgradeStatus,
    Watch,
    after_payment,
    application_of,
    fits,
    refunded,
    refunding,
    watch_of,
)
from fullhouse.service.accounts import AccountService
from fullhouse.service.payments import PaymentGateway
from fullhouse.service.ports import IdSource, PurchaseStore

log = logging.getLogger(__name__)

Settled = Callable[[UpgradeStatus], None]


def untold(_status: UpgradeStatus) -> None:
    """The default of `settled`: does nothing."""


# A node can freeze just before it begins a purchase, but not for this long.
BEGUN_WITHIN_MS = timedelta(hours=1) // timedelta(milliseconds=1)


class PurchaseService:
    """Charges, applies and refunds purchases. Any number of nodes may do it at once.

    Args:
        accounts: Reads accounts and renews them.
        store: Stores each step before the next one begins.
        gateway: Takes the money.
        new_id: Makes the tokens of attempts.
        settled: Called with the status of each settled purchase, once, by the node that settled
            it.
    """

    def __init__(
        self,
        accounts: AccountService,
        store: PurchaseStore,
        gateway: PaymentGateway,
        *,
        new_id: IdSource,
        settled: Settled = untold,
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._gateway = gateway
        self._new_id = new_id
        self._settled = settled

    async def take_on(self, purchase: Purchase) -> Purchase:
        """Carry a purchase as far as possible now.

        Returns:
            The stored purchase: settled, or waiting for the payer, a bank or the gateway.
        """
        while not purchase.is_settled:
            taken = await self._next_step(purchase)
            if taken.step == purchase.step or taken.awaits_payer:
                return taken
            purchase = taken
        await self._store.let_go(watch_of(purchase))
        return purchase

    async def settle(self, account_id: str, purchase_id: str) -> Purchase | None:
        """Carry on the purchase with that id. None: there is none."""
        purchase = await self._store.find_purchase(account_id, purchase_id)
        return await self.take_on(purchase) if purchase else None

    async def withdraw(self, purchase: Purchase) -> Purchase:
        """Withdraw a purchase that is not paid yet.

        Returns:
            The stored purchase: `failed`, or a later state if the withdrawal came too late.
        """
        if purchase.state != "pending":
            return await self.take_on(purchase)
        given_up = await self._learn(purchase, await self._given_up(purchase, WITHDRAWN))
        return given_up if given_up.state == "pending" else await self.take_on(given_up)

    async def look_after(self) -> None:
        """Carry on purchases that are not settled: their node died, or their payer was slow."""
        if not await self._accounts.clock.agrees():
            return  # a clock a year ahead would make purchases due again a year too late
        now_ms = unix_ms(self._accounts.clock.unchecked())
        for watch in await self._store.take_purchases(now_ms):
            await self._look_after(watch, now_ms)

    async def _look_after(self, watch: Watch, now_ms: int) -> None:
        """Never raises: a purchase that cannot be read must not delay the others."""
        extra = {"account": watch.account, "purchase": watch.purchase}
        try:
            await self._settle_watched(watch, now_ms)
        except CallerError as error:  # the purchase is due again later
            log.warning("purchase.postponed", extra={**extra, "reason": str(error)})
        except Exception:  # any error: the purchase is due again later
            log.exception("purchase.look_failed", extra=extra)

    async def _settle_watched(self, watch: Watch, now_ms: int) -> None:
        purchase = await self.settle(watch.account, watch.purchase)
        if purchase is None and now_ms >= watch.since_ms + BEGUN_WITHIN_MS:
            await self._store.let_go(watch)

    async def _next_step(self, purchase: Purchase) -> Purchase:
        if purchase.state == "pending":
            return await self._learn(purchase, await self._payment(purchase))
        if purchase.state == "paid":
            return await self._apply(purchase)
        return await self._refund(purchase)

    async def _learn(self, purchase: Purchase, result: Prepared | PaymentResult) -> Purchase:
        """The pending purchase with the gateway's answer stored."""
        if isinstance(result, Unknown):
            _log("payment.unknown", purchase, logging.WARNING, reason=result.reason)
        news = after_payment(purchase, result)
        return purchase if news is purchase else await self._advance(news)

    async def _payment(self, purchase: Purchase) -> Prepared | PaymentResult:
        """The gateway's present answer. The payment of an overdue payer is canceled."""
        if purchase.is_overdue(await self._accounts.clock.now()):
            return await self._given_up(purchase, NOT_CONFIRMED)
        if purchase.reference is None:
            return await self._gateway.prepare(purchase.charge)
        if purchase.awaits_payer:  # only the payer may confirm: do not charge, look up
            return await self._gateway.look_up(purchase.charge) or Unknown("no trace of it")
        return await self._gateway.charge(purchase.charge)

    async def _given_up(self, purchase: Purchase, reason: str) -> PaymentResult:
        """The result of a payment that is canceled."""
        if purchase.reference is None:
            # Money is taken only after a reference is stored, so none was or will be taken.
            return Failed(reason)
        return await self._gateway.call_off(purchase.charge) or Failed(reason)

    async def _apply(self, purchase: Purchase) -> Purchase:
        """Apply the purchase if it still fits the account. If not, begin the refund."""
        while True:
            account = await self._accounts.current(purchase.account)
            now = await self._accounts.clock.now()
            today = local_date(account.time_zone, now)
            if not fits(purchase, account, today=today):
                return await self._advance(refunding(purchase))
            application = application_of(self._by_me(purchase), account, now=now, today=today)
            messages = messages_of_upgrade(account, application)
            application = replace(application, messages=messages)
            stands = await self._store.apply_plan(application, seen_version=account.version)
            if stands is not None:
                return self._told(stands, application.purchase)

    async def _refund(self, purchase: Purchase) -> Purchase:
        if await self._gateway.refund(purchase.charge):
            return await self._advance(refunded(purchase))
        _log("refund.unknown", purchase, logging.WARNING)
        return purchase

    async def _advance(self, purchase: Purchase) -> Purchase:
        taken = self._by_me(purchase)
        return self._told(await self._store.advance_purchase(taken), taken)

    def _by_me(self, purchase: Purchase) -> Purchase:
        return replace(purchase, stepped_by=self._new_id())

    def _told(self, stands: Purchase, taken: Purchase) -> Purchase:
        """The stored purchase. Logged and counted only if this attempt's step was stored.

        Simultaneous callers try the same step, and all of them get the one that was stored.
        """
        if stands.stepped_by == taken.stepped_by:
            _log(f"purchase.{stands.state}", stands)
            if stands.is_settled:
                self._settled(stands.status)
        return stands


def _log(event: str, purchase: Purchase, level: int = logging.INFO, **more: str) -> None:
    extra = {"account": purchase.account, "upgrade": purchase.id, "plan": purchase.quote.target.id}
    log.log(level, event, extra={**extra, **more})
