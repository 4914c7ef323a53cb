"""The index of the instants at which accounts are due to be renewed or asked to pay."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, cast

from fullhouse.domain.accounts import Account, Claim
from fullhouse.domain.dues import due_at
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import all_done, grouped, taken_from

if TYPE_CHECKING:
    from datetime import datetime


CLAIM_MS = 60_000
"""Length of a claim. If a node dies, its claimed accounts are due again after this time."""


class DueAccounts(BaseStore):
    """An index of accounts by the instant at which they are due, outside their slots.

    An entry may be too early, which costs one extra look, but it must not be too late. So it is
    written twice. The write before the account is for a node that dies. The write after it is for
    a node that processed the account in between. The walk over all accounts finds lost entries.

    Each call is one atomic step and safe to repeat, or raises `StoreUnavailable`.
    """

    async def note(self, accounts: Sequence[Account]) -> None:
        """Index the accounts, so that each is processed when it is due or earlier."""
        if accounts:
            scores = {account.id: _unix_ms(due_at(account)) for account in accounts}
            parts = grouped(
                (self._keys.due_accounts.of(id_), (id_, ms)) for id_, ms in scores.items()
            )
            with store_faults():
                await all_done(
                    self._redis.zadd(key, dict(rows), lt=True) for key, rows in parts.items()
                )

    async def take(self, limit: int) -> list[Claim]:
        """Claim at most `limit` due accounts. No other node gets them until the claim ends."""
        with store_faults():
            return await taken_from(self._keys.due_accounts.all(), limit, self._take)

    async def _take(self, key: str, limit: int) -> list[Claim]:
        until_ms, names = await self._scripts.take_due(
            keys=[key], args=[self._instant(), CLAIM_MS, limit]
        )
        return [Claim(name.decode(), int(until_ms)) for name in cast("list[bytes]", names)]

    async def put_off(self, claim: Claim, due: datetime) -> None:
        """Release the account until `due`, unless it was noted meanwhile as due at once.

        An instant noted during the claim is lost if it is after the end of the claim. So read the
        account again afterwards. If `due` is already past, the account is due when the claim ends.
        """
        due_ms = _unix_ms(due)
        if due_ms > claim.until_ms:
            await self._release(claim, due_ms)

    async def forget(self, claim: Claim) -> None:
        """Remove an account that no longer exists. If it was opened again, note it afterwards."""
        await self._release(claim, "")

    async def drop(self, account_id: str) -> None:
        """Remove a deleted account."""
        with store_faults():
            await self._redis.zrem(self._keys.due_accounts.of(account_id), account_id)

    async def _release(self, claim: Claim, due_ms: int | str) -> None:
        with store_faults():
            await self._scripts.release_claim(
                keys=[self._keys.due_accounts.of(claim.account)],
                args=[claim.account, claim.until_ms, due_ms],
            )


def _unix_ms(instant: datetime) -> int:
    return ceil(instant.timestamp() * 1000)
