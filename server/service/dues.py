"""Dues: renewals that are charged are collected from the payer, until they are paid."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from server.domain.accounts import Account, Due
from server.domain.dues import attempted, charge_of, collectable
from server.domain.errors import CallerError
from server.domain.payments import Failed, PaymentResult
from server.service.accounts import AccountService
from server.service.payments import PaymentGateway
from server.service.ports import AccountStore

log = logging.getLogger(__name__)

AT_ONCE = 8  # gateways answer in a second or so, and limit how fast they may be asked


class DueService:
    """Collects what is due. Every node may: the gateway takes each charge once.

    Args:
        accounts: Reads and changes accounts, renewed.
        store: Lists the accounts.
        gateway: Takes the money.
        parts: The parts of the index, without end, in the order in which to look at them.
    """

    def __init__(
        self,
        accounts: AccountService,
        store: AccountStore,
        gateway: PaymentGateway,
        parts: Iterator[int],
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._gateway = gateway
        self._parts = parts
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def step(self) -> None:
        """Collect what the accounts of the next part owe and can be asked for now.

        Nothing while the clocks of node and store disagree: attempts would come years too early.
        """
        if not await self._accounts.clock.agrees():
            return
        accounts = await self._store.accounts_of(next(self._parts))
        async with asyncio.TaskGroup() as group:
            for account in accounts:
                if collectable(account, now=self._accounts.clock.unchecked()):
                    group.create_task(self._collect_from(account))

    async def _collect_from(self, account: Account) -> None:
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
