"""When each account is to be renewed or asked to pay: nobody reads the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING, cast

from fullhouse.domain.accounts import Account, Claim
from fullhouse.domain.dues import due_at
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, Scripts, unobserved

if TYPE_CHECKING:
    from datetime import datetime

    from redis.asyncio import Redis

CLAIM_MS = 60_000
"""A node that dies with accounts in hand loses none: they are due again by then."""


class DueAccounts:
    """An index of accounts by the instant at which they are due, outside their slots.

    An entry may come too early, which costs one look. So that none comes too late, it is written
    before the account, in case the writer dies, and after it, in case somebody has looked in
    between. The walk over all accounts finds what was lost all the same.

    Each call is one atomic step, safe to repeat, or raises `StoreUnavailable`.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        instant: The instant in Unix ms that scripts take for now; 0 is the store's own time.
        observe: Told how long each call of a script took.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._redis = redis
        self._key = keys.due_accounts
        self._scripts = Scripts.register(redis, observe, database=keys.database)
        self._instant = instant

    async def note(self, accounts: Sequence[Account]) -> None:
        """Look at each of these no later than when it is due."""
        if accounts:
            scores = {account.id: _unix_ms(due_at(account)) for account in accounts}
            with store_faults():
                await self._redis.zadd(self._key, scores, lt=True)

    async def take(self, limit: int) -> list[Claim]:
        """At most so many accounts that are due; nobody else gets them until the claim ends."""
        with store_faults():
            until_ms, names = await self._scripts.take_due(
                keys=[self._key], args=[self._instant(), CLAIM_MS, limit]
            )
        return [Claim(name.decode(), int(until_ms)) for name in cast("list[bytes]", names)]

    async def put_off(self, claim: Claim, due: datetime) -> None:
        """Look at the account again at `due`, unless it was noted as due at once meanwhile.

        What was noted meanwhile for an instant after the end of the claim is lost: read the
        account again afterwards. Where `due` has come already, as by a clock that is behind, the
        account is looked at when the claim ends.
        """
        due_ms = _unix_ms(due)
        if due_ms > claim.until_ms:
            await self._release(claim, due_ms)

    async def forget(self, claim: Claim) -> None:
        """There is no such account any more. If one is opened meanwhile, note it afterwards."""
        await self._release(claim, "")

    async def drop(self, account_id: str) -> None:
        """The account was deleted."""
        with store_faults():
            await self._redis.zrem(self._key, account_id)

    async def _release(self, claim: Claim, due_ms: int | str) -> None:
        with store_faults():
            await self._scripts.release_claim(
                keys=[self._key], args=[claim.account, claim.until_ms, due_ms]
            )


def _unix_ms(instant: datetime) -> int:
    return ceil(instant.timestamp() * 1000)
