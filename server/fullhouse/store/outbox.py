"""What is written into the outboxes of accounts, and the index of accounts with messages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.accounts import Claim
from fullhouse.domain.webhooks import Message
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import all_done, grouped, taken_from
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.messages import CLAIM_MS
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

ANNOUNCED_MS = 2_000  # from the announcement of a change to the change itself
READ_AT_ONCE = 256


class Outbox(BaseStore):
    """Which messages of accounts are written, and the index of accounts with messages.

    Each call is one atomic step and safe to repeat, or raises `StoreUnavailable`.

    Attributes:
        wanted: The types that are written. Empty: no message is written, and the index not used.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        wanted: The attribute of this name.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        wanted: frozenset[str] = frozenset(),
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        super().__init__(redis, keys, instant=instant, observe=observe)
        self._index = keys.webhooks
        self.wanted = wanted
        self._heard: set[str] = set()

    def text_of(self, messages: Iterable[Message]) -> str:
        """The wanted ones as an argument of scripts (lua/include/messages.lua)."""
        texts = [_json(each) for each in messages if each.type in self.wanted]
        if not texts:
            return ""
        return msgspec.json.encode({"now_ms": self._instant(), "messages": texts}).decode()

    def heard(self, account_id: str) -> None:
        """A script has written messages of this account. `note_heard` writes it to the index."""
        if self.wanted:
            self._heard.add(account_id)

    async def note_heard(self) -> bool:
        """Index the accounts of `heard`. Returns whether there were any."""
        heard, self._heard = self._heard, set()
        try:
            await self.note(heard)
        except BaseException:
            self._heard |= heard
            raise
        return bool(heard)

    async def note(self, accounts: Iterable[str], *, in_ms: int = 0) -> None:
        """Index accounts that are not in the index yet, so that they are due in so many ms."""
        names = list(accounts)
        if not names or not self.wanted:
            return
        due_ms = await self._now_ms() + in_ms
        parts = grouped((self._index.of(name), (name, due_ms)) for name in names)
        with store_faults():
            await all_done(
                self._redis.zadd(key, dict(rows), nx=True) for key, rows in parts.items()
            )

    async def announce(self, account_id: str) -> None:
        """Index an account before its change, so that its messages are found if this node dies."""
        await self.note([account_id], in_ms=ANNOUNCED_MS)

    @asynccontextmanager
    async def writing(
        self, account_id: str, messages: Iterable[Message], *, rooms: bool = False
    ) -> AsyncIterator[str]:
        """Around a script that writes these messages: the argument that it needs.

        The account is indexed before, and is due soon after even if this node dies.

        Args:
            account_id: The account.
            messages: About the account.
            rooms: Whether the script may write messages about rooms too.
        """
        text = self.text_of(messages)
        may_write = bool(text) or (rooms and bool(self.wanted))
        if may_write:
            await self.announce(account_id)
        yield text
        if may_write:
            await self._hasten(account_id)

    async def _hasten(self, account_id: str) -> None:
        """Make the account due at once, if the script has written messages."""
        if await self.pending(account_id):
            now_ms = await self._now_ms()
            with store_faults():
                await self._redis.zadd(self._index.of(account_id), {account_id: now_ms}, lt=True)

    async def take_accounts(self, limit: int) -> list[Claim]:
        """Claim at most `limit` due accounts. No other node gets them until the claim ends."""
        with store_faults():
            return await taken_from(self._index.all(), limit, self._take_accounts)

    async def _take_accounts(self, key: str, limit: int) -> list[Claim]:
        until_ms, names = await self._scripts.take_due(
            keys=[key], args=[self._instant(), CLAIM_MS, limit]
        )
        return [Claim(name.decode(), int(until_ms)) for name in cast("list[bytes]", names)]

    async def put_off(self, claim: Claim, wait_ms: int) -> None:
        """Release the account, so that it is due again in `wait_ms`."""
        await self._release(claim, await self._now_ms() + wait_ms)

    async def forget(self, claim: Claim) -> None:
        """Remove an account whose outbox is empty, unless a message was written meanwhile."""
        await self._release(claim, "")
        if await self.pending(claim.account):
            await self.note([claim.account])

    async def _release(self, claim: Claim, due_ms: int | str) -> None:
        with store_faults():
            await self._scripts.release_claim(
                keys=[self._index.of(claim.account)], args=[claim.account, claim.until_ms, due_ms]
            )

    async def pending(self, account_id: str) -> int:
        """How many messages of the account are not delivered yet."""
        return (await self.pending_of([account_id]))[account_id]

    async def pending_of(self, accounts: Sequence[str]) -> dict[str, int]:
        """How many messages of each of these accounts are not delivered yet."""
        pipeline = self._redis.pipeline(transaction=False)
        for name in accounts:
            pipeline.hmget(self._keys.account(name).outbox, ["done", "last"])
        with store_faults():
            rows = await pipeline.execute() if accounts else []
        counts = [int(last or 0) - int(done or 0) for done, last in rows]
        return dict(zip(accounts, counts, strict=True))

    async def walk(self, part: int) -> None:
        """Index the accounts of this part with messages, which a node that died has not noted."""
        names = await AccountIndex(self._redis, self._keys).names_in(part)
        for first in range(0, len(names), READ_AT_ONCE):
            counts = await self.pending_of(names[first : first + READ_AT_ONCE])
            await self.note(name for name, count in counts.items() if count)

    async def _now_ms(self) -> int:
        if instant := self._instant():
            return instant
        with store_faults():
            seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000


def _json(message: Message) -> str:
    return msgspec.json.encode({"type": message.type, "data": message.data}).decode()
