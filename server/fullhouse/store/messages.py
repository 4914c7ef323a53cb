"""The messages in the outbox of an account, and those that were given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.webhooks import GivenUp, Later, Taken, Webhook, oldest_ms
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

CLAIM_MS = 30_000
"""Of a node on an outbox: longer than an attempt. If the node dies, another one continues then."""

MOST_PAUSE_MS = 86_400_000
GIVEN_UP_KEPT = 1_000
GIVEN_UP_KEPT_MS = 30 * 86_400_000


class Messages(BaseStore):
    """Takes messages out of outboxes.

    Each call is one atomic step and safe to repeat, or raises `StoreUnavailable`.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of the installation.
        installation: Its id, a part of the ids of messages.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        installation: str = "",
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        super().__init__(redis, keys, instant=instant, observe=observe)
        self._installation = installation

    async def take(self, account_id: str, claim: str) -> Taken | Later | None:
        """The first message of an account. None: there is none.

        Args:
            account_id: The account.
            claim: The id of the caller's claim. Nobody else gets a message for `CLAIM_MS`.
        """
        with store_faults():
            kind, *values = await self._scripts.take_webhook(
                keys=[self._keys.account(account_id).outbox],
                args=[self._instant(), claim, CLAIM_MS, MOST_PAUSE_MS],
            )
        if kind == b"empty":
            return None
        if kind == b"later":
            now_ms, due_ms = map(int, values)
            return Later(max(due_ms - now_ms, 1))
        now_ms, number, text, attempt, pending, dropped = values
        webhook = self.read(account_id, int(number), text)
        counts = int(attempt), int(pending), int(dropped)
        return Taken(int(number), text, webhook, *counts, now_ms=int(now_ms))

    async def finish(self, account_id: str, taken: Taken) -> None:
        """The platform has received the message."""
        with store_faults():
            await self._scripts.finish_webhook(
                keys=[self._keys.account(account_id).outbox], args=[taken.number, taken.text]
            )

    async def release(
        self, account_id: str, claim: str, *, attempt: int = 0, due_ms: int = 0
    ) -> None:
        """End the claim. `attempt`: how many attempts of the first message have failed."""
        with store_faults():
            await self._scripts.release_webhook(
                keys=[self._keys.account(account_id).outbox], args=[claim, attempt, due_ms]
            )

    async def give_up(self, account_id: str, claim: str, *, now_ms: int, reason: str) -> int:
        """Give up the messages that are too old. Returns how many."""
        account = self._keys.account(account_id)
        keep = [GIVEN_UP_KEPT, GIVEN_UP_KEPT_MS]
        with store_faults():
            count = await self._scripts.give_up_webhooks(
                keys=[account.outbox, account.given_up],
                args=[claim, oldest_ms(now_ms), now_ms, reason, *keep],
            )
        return int(count)

    async def resend(self, account_id: str, given_up: Sequence[GivenUp]) -> int:
        """Put messages that were given up at the end of the outbox. Returns how many."""
        account = self._keys.account(account_id)
        with store_faults():
            count = await self._scripts.resend_webhooks(
                keys=[account.outbox, account.given_up],
                args=[self._instant(), *(each.document for each in given_up)],
            )
        return int(count)

    async def given_up(self, account_id: str) -> list[GivenUp]:
        """The messages that were given up, oldest first."""
        with store_faults():
            rows = await self._redis.lrange(self._keys.account(account_id).given_up, 0, -1)
        return [self._read_given_up(account_id, row) for row in cast("list[bytes]", rows)]

    async def erase(self, account_id: str, participant: str) -> int:
        """Delete the messages about a person that were given up. Returns how many."""
        key = self._keys.account(account_id).given_up
        named = [each for each in await self.given_up(account_id) if each.names(participant)]
        with store_faults():
            counts = [await self._redis.lrem(key, 0, each.document) for each in named]  # type: ignore[arg-type]  # redis-py's types
        return sum(counts)

    async def messages(self, account_id: str, count: int) -> list[Webhook]:
        """The first messages of an outbox, at most so many."""
        key = self._keys.account(account_id).outbox
        with store_faults():
            done, last = await self._redis.hmget(key, ["done", "last"])
            first = int(done or 0) + 1
            numbers = range(first, min(int(last or 0) + 1, first + count))
            rows = await self._redis.hmget(key, list(map(str, numbers))) if numbers else []
        texts = cast("list[bytes | None]", rows)
        return [
            self.read(account_id, number, text)
            for number, text in zip(numbers, texts, strict=True)
            if text
        ]

    async def lost_of(self, accounts: Sequence[str]) -> list[tuple[int, int]]:
        """How many messages were given up, and how many were dropped from a full outbox.

        Returns:
            A pair for each account, in their order.
        """
        pipeline = self._redis.pipeline(transaction=False)
        for account in map(self._keys.account, accounts):
            pipeline.llen(account.given_up)
            pipeline.hget(account.outbox, "dropped")
        with store_faults():
            counts = [int(count or 0) for count in await pipeline.execute()] if accounts else []
        return list(zip(counts[::2], counts[1::2], strict=True))

    def read(self, account_id: str, number: int, text: bytes) -> Webhook:
        """The message with that number, as it is stored in the outbox."""
        stamp, _, document = text.partition(b" ")
        stored = msgspec.json.decode(document, type=_Stored)
        at_ms, number = stored.again or (int(stamp), number)
        name = f"{self._installation}\n{account_id}\n{number}\n{at_ms}"
        id_ = f"msg_{sha256(name.encode()).hexdigest()[:32]}"
        return Webhook(id_, account_id, stored.type, at_ms, bytes(stored.data))

    def _read_given_up(self, account_id: str, document: bytes) -> GivenUp:
        row = msgspec.json.decode(document, type=_GivenUp)
        webhook = self.read(account_id, row.number, row.text.encode())
        return GivenUp(webhook, document, row.given_up_ms, row.reason)


class _Stored(msgspec.Struct):
    """`again`: time and number of the message when it was written first."""

    type: str
    data: msgspec.Raw
    again: tuple[int, int] | None = None


class _GivenUp(msgspec.Struct):
    number: int
    text: str
    given_up_ms: int
    reason: str
