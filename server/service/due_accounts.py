"""Accounts whose time has come: renewed, and what they owe is collected, though nobody asks."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Protocol

from server.domain.accounts import Claim
from server.domain.dues import due_at
from server.domain.errors import CallerError, NotFound
from server.service.accounts import AccountService
from server.service.dues import DueService

log = logging.getLogger(__name__)

AT_ONCE = 64


class DueIndex(Protocol):
    """When each account is to be looked at. Each method is one atomic step."""

    async def take(self, limit: int) -> list[Claim]:
        """At most so many accounts that are due, for this node alone until the claim ends."""
        ...

    async def put_off(self, claim: Claim, due: datetime) -> None:
        """Look at the account again at `due`, unless somebody has said sooner meanwhile."""
        ...

    async def forget(self, claim: Claim) -> None:
        """There is no such account any more, unless somebody has opened one meanwhile."""
        ...


class DueAccountService:
    """Looks at accounts when they are due, and at no other. Every node may: each charge is one.

    Args:
        accounts: Renews whatever it reads.
        index: Which accounts are due.
        dues: Collects what they owe.
    """

    def __init__(self, accounts: AccountService, index: DueIndex, dues: DueService) -> None:
        self._accounts = accounts
        self._index = index
        self._dues = dues

    async def step(self) -> None:
        """Renew what has ended, and collect what is owed and can be asked for now.

        Nothing while the clocks of node and store disagree: it would come years too early.
        """
        if not await self._accounts.clock.agrees():
            return
        while claims := await self._index.take(AT_ONCE):
            async with asyncio.TaskGroup() as group:
                for claim in claims:
                    group.create_task(self._look_after(claim))

    async def _look_after(self, claim: Claim) -> None:
        """Never raises: an account that cannot be read keeps no other waiting."""
        try:
            await self._renew_and_collect(claim)
        except CallerError as error:  # due again when the claim ends
            extra = {"account": claim.account, "reason": str(error)}
            log.warning("account.put_off", extra=extra)
        except Exception:  # likewise, whatever it was
            log.exception("account.look_failed", extra={"account": claim.account})

    async def _renew_and_collect(self, claim: Claim) -> None:
        try:
            account = await self._accounts.current(claim.account)
            await self._dues.collect_from(account)
            account = await self._accounts.current(claim.account)
        except NotFound:
            await self._index.forget(claim)
        else:
            await self._index.put_off(claim, due_at(account))
