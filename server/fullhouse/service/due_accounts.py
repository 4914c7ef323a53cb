"""Accounts whose time has come: renewed, and what they owe is collected, though nobody asks."""

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

AT_ONCE = 16  # the payment gateway takes eight at once, and others who call have their turn

PATIENCE_S = 1.0  # then the next are renewed, while the payment gateway makes up its mind


class DueIndex(Protocol):
    """When each account is to be looked at. Each method is one atomic step."""

    async def note(self, accounts: Sequence[Account]) -> None:
        """Look at each no later than when it is due."""
        ...

    async def take(self, limit: int) -> list[Claim]:
        """At most so many accounts that are due, for this node alone until the claim ends."""
        ...

    async def put_off(self, claim: Claim, due: datetime) -> None:
        """Look at the account again at `due`, unless it was noted as due at once meanwhile."""
        ...

    async def forget(self, claim: Claim) -> None:
        """There is no such account any more."""
        ...


class DueAccountService:
    """Looks at accounts when they are due, and at no other. Every node may: each charge is one.

    Args:
        accounts: Renews whatever it reads.
        index: Which accounts are due.
        dues: Collects what they owe.
        patience_s: How long those who are due next wait for a payment gateway that is slow.
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
        """Renew what has ended, and collect what is owed and can be asked for now.

        Nothing while the clocks of node and store disagree: it would come years too early.
        """
        if not await self._accounts.clock.agrees():
            return
        while claims := await self._index.take(AT_ONCE):
            looks = [self._begin(claim) for claim in claims if claim.account not in self._in_hand]
            if looks:
                await asyncio.wait(looks, timeout=self._patience_s)

    def _begin(self, claim: Claim) -> asyncio.Task[None]:
        """A look may outlast its claim; this node begins no second one meanwhile."""
        look = asyncio.create_task(self._look_after(claim))
        self._in_hand[claim.account] = look
        look.add_done_callback(lambda _: self._in_hand.pop(claim.account))
        return look

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
        """What was said of the account while it was claimed is lost, unless it was due at once.

        Whoever changes it later says so after the release. Nothing where nobody has changed it:
        an account that is still due rests until its claim ends.
        """
        with suppress(NotFound):
            account = await self._accounts.current(account_id)
            if account.version != seen_version:
                await self._index.note([account])
