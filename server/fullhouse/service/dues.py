"""Dues: renewals that are charged are collected from the payer, until they are paid."""

from __future__ import annotations

import asyncio
import logging

from fullhouse.domain.accounts import Account, Due
from fullhouse.domain.dues import attempted, charge_of, collectable
from fullhouse.domain.errors import CallerError
from fullhouse.domain.payments import Failed, PaymentResult
from fullhouse.service.accounts import AccountService
from fullhouse.service.payments import PaymentGateway

log = logging.getLogger(__name__)

AT_ONCE = 8  # gateways answer in a second or so, and limit how fast they may be asked


class DueService:
    """Collects what is due. Every node may: the gateway takes each charge once.

    Args:
        accounts: Reads and changes accounts, renewed.
        gateway: Takes the money.
    """

    def __init__(self, accounts: AccountService, gateway: PaymentGateway) -> None:
        self._accounts = accounts
        self._gateway = gateway
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def collect_from(self, account: Account) -> None:
        """Ask for all that the account owes and can be asked for now."""
        if not collectable(account, now=self._accounts.clock.unchecked()):
            return
        async with self._turns:
            for due in collectable(account, now=self._accounts.clock.unchecked()):
                await self._collect(account, due)

    async def _collect(self, account: Account, due: Due) -> None:
        result = await self._gateway.charge(charge_of(account, due))
        now = self._accounts.clock.unchecked()
        try:
            await self._accounts.change(
                account.id, lambda account: attempted(account, due, result, now=now)
            )
        except CallerError as error:  # the gateway tells the same again at the next look
            log.warning("due.put_off", extra={"account": account.id, "reason": str(error)})
        _log(account, due, result)


def _log(account: Account, due: Due, result: PaymentResult) -> None:
    said = {"account": account.id, "charge": due.entry, "attempt": due.attempt}
    if isinstance(result, Failed):
        log.warning("due.failed", extra={**said, "reason": result.reason})
    else:
        log.info("due.tried", extra={**said, "result": type(result).__name__})
