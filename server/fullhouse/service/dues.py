"""Dues: charged renewals are collected from the payer until they are paid."""

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

AT_ONCE = 8  # a gateway answers in about a second, and limits the rate of requests


class DueService:
    """Collects dues. All nodes may run it: the gateway takes each charge once.

    Args:
        accounts: Reads, renews and changes accounts.
        gateway: Takes the money.
    """

    def __init__(self, accounts: AccountService, gateway: PaymentGateway) -> None:
        self._accounts = accounts
        self._gateway = gateway
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def collect_from(self, account: Account) -> None:
        """Ask the gateway for the dues of the account whose time has come."""
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
        except CallerError as error:  # the next attempt gets the same answer from the gateway
            log.warning("due.put_off", extra={"account": account.id, "reason": str(error)})
        _log(account, due, result)


def _log(account: Account, due: Due, result: PaymentResult) -> None:
    said = {"account": account.id, "charge": due.entry, "attempt": due.attempt}
    if isinstance(result, Failed):
        log.warning("due.failed", extra={**said, "reason": result.reason})
    else:
        log.info("due.tried", extra={**said, "result": type(result).__name__})
