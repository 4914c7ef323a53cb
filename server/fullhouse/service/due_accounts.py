"""Renews due accounts and collects what they owe, in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from fullhouse.domain.accounts import Account, Claim
from fullhouse.domain.dues import due_at
from fullhouse.domain.errors import CallerError, NotFound
from fullhouse.service.accounts import AccountService
from fullhouse.service.dues import DueService

log = logging.getLogger(__name__)

AT_ONCE = 16  # eight wait for the payment gateway, and the others can be renewed meanwhile

PATIENCE_S = 1.0  # after this time the next accounts are taken, although a payment is under way


class DueIndex(Protocol):
    """The due time of each account. Each method is one atomic step."""

    async def note(self, accounts: Sequence[Account]) -> None:
        """Index the accounts, so that each is processed when it is due or earlier."""
        ...

    async def take(self, limit: int) -> list[Claim]:
        """Claim at most `limit` due accounts for this node alone, until the claim ends."""
        ...

    async def put_off(self, claim: Claim, due: datetime) -> None:
        """Release the account until `due`, unless it was noted meanwhile as due at once."""
        ...

    async def forget(self, claim: Claim) -> None:
        """Remove an account that no longer exists."""
        ...


class DueAccountService:
    """Processes accounts when they are due. All nodes may run it: each charge is made once.

    Args:
        accounts: Reads accounts and renews them.
        index: The index of due accounts.
        dues: Collects the dues of accounts.
        patience_s: How long the next due accounts wait for a slow payment gateway.
    """

    def __init__(
        self,
        accounts: AccountService,
        index: DueIndex,
        dues: DueService,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._accounts = accounts
        self._index = index
        self._dues = dues
        self._patience_s = patience_s
        self._in_hand: dict[str, asyncio.Task[None]] = {}

    async def step(self) -> None:
        """Renew the due accounts, and collect the dues whose time has come.

        Does nothing while the clocks of node and store disagree: with a wrong clock, charges
        could come years too early.
        """
        if not await self._accounts.clock.agrees():
            return
        while claims := await self._index.take(AT_ONCE):
            looks = [self._begin(claim) for claim in claims if claim.account not in self._in_hand]
            if looks:
                await asyncio.wait(looks, timeout=self._patience_s)

    def _begin(self, claim: Claim) -> asyncio.Task[None]:
        """Start to process an account. The node runs one task per account, even after a claim."""
        look = asyncio.create_task(self._look_after(claim))
        self._in_hand[claim.account] = look
        look.add_done_callback(lambda _: self._in_hand.pop(claim.account))
        return look

    async def _look_after(self, claim: Claim) -> None:
        """Process one account. Never raises, so that one account cannot hold up the others."""
        try:
            await self._renew_and_collect(claim)
        except CallerError as error:  # the account is due again when the claim ends
            extra = {"account": claim.account, "reason": str(error)}
            log.warning("account.put_off", extra=extra)
        except Exception:  # any error: the account is due again when the claim ends
            log.exception("account.look_failed", extra={"account": claim.account})

    async def _renew_and_collect(self, claim: Claim) -> None:
        version: int | None = None
        try:
            account = await self._accounts.current(claim.account)
            await self._dues.collect_from(account)
            account = await self._accounts.current(claim.account)
        except NotFound:
            await self._index.forget(claim)
        else:
            version = account.version
            await self._index.put_off(claim, due_at(account))
        await self._note_if_changed(claim.account, version)

    async def _note_if_changed(self, account_id: str, seen_version: int | None) -> None:
        """Index the account again if it changed during the claim.

        A due time noted during the claim is lost if it is after the end of the claim. Later
        changes are noted after the release. An account without a change that is still due rests
        until its claim ends.
        """
        with suppress(NotFound):
            account = await self._accounts.current(account_id)
            if account.version != seen_version:
                await self._index.note([account])
