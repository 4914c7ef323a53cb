"""Purchases in Redis: typed values, and one atomic step per method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.account_limits import NO_LIMITS, AccountLimits
from fullhouse.domain.account_messages import messages_of_purchase
from fullhouse.domain.errors import CallerError, ChangeInProgress, QuoteStale, RateLimited
from fullhouse.domain.purchases import Application, Order, Purchase, Watch, watch_of
from fullhouse.store.account_store import as_json, fields_of
from fullhouse.store.base_store import BaseStore
from fullhouse.store.durability import DurableScripts
from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import taken_from
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.live_rooms import LiveRooms
from fullhouse.store.outbox import Outbox
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
ORDER_KEPT_MS = timedelta(days=30) // timedelta(milliseconds=1)

# The node that began a purchase settles it within this time. Otherwise the purchase waits for the
# payer or a bank, or the node has died.
LOOK_AFTER_MS = 3_000
LOOK_AT_LEAST_MS = 600_000
TAKEN_AT_ONCE = 20


class PurchaseStore(BaseStore):
    """Purchases and their effects. Each method is one atomic step, safe to repeat.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        waits_for_disk: Whether the store has WAITAOF (`durability_of`).
        instant: Returns the current instant of rooms in Unix ms. 0: use the store's clock.
        observe: Called with the duration of each script call.
        outbox: Of the messages about accounts. None: there are none.
        limits: Limits of each account.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        waits_for_disk: bool,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
        outbox: Outbox | None = None,
        limits: AccountLimits = NO_LIMITS,
    ) -> None:
        super().__init__(redis, keys, instant=instant, observe=observe)
        self._limits = limits
        self._outbox = outbox or Outbox(redis, keys)
        self._durable = DurableScripts(redis, waits=waits_for_disk)
        self._rooms = LiveRooms(redis, keys, self._durable, instant)

    async def recall_order(self, account_id: str, idempotency_key: str) -> Order | None:
        """The order that the key began, with its stored purchase, on disk."""
        account = self._keys.account(account_id)
        keys = [account.order(idempotency_key), account.purchases]
        args = [ORDER_KEPT_MS]
        with store_faults():
            known = await self._scripts.recall_order(keys=keys, args=args)
        if known is None:  # the common case has nothing to wait for
            return None
        return _order(await self._durable.call(self._scripts.recall_order, keys=keys, args=args))

    async def start_purchase(
        self, purchase: Purchase, *, idempotency_key: str, fingerprint: str
    ) -> Order:
        """Begin `purchase`, unless the key has begun one.

        The result may not be on disk yet. No money moves before the next step, which is on disk.

        Raises:
            ChangeInProgress: another purchase of the account is not settled yet.
            QuoteStale: the account has changed since the quote.
            RateLimited: the account has begun too many purchases in the last 24 hours.
        """
        watch = watch_of(purchase)
        with store_faults():
            # Written first: after a crash, a purchase without this entry would never be settled.
            await self._redis.zadd(
                self._keys.watched.of(watch.account),
                {_name_of(watch): watch.since_ms + LOOK_AFTER_MS},
            )
            outcome, *known = await self._start(purchase, idempotency_key, fingerprint)
        if outcome != b"ordered":
            await self.let_go(watch)
            raise _refusal(outcome, known, purchase)
        order = _order(known)
        if order.purchase.id != purchase.id:
            await self.let_go(watch)
        return order

    async def find_purchase(self, account_id: str, purchase_id: str) -> Purchase | None:
        with store_faults():
            document = await self._redis.hget(
                self._keys.account(account_id).purchases, purchase_id
            )
        return _purchase(cast("bytes", document)) if document else None

    async def advance_purchase(self, purchase: Purchase) -> Purchase:
        """Store the next step of a purchase, on disk unless the gateway could report it again.

        Returns:
            The stored purchase. It has another step if another caller was faster.
        """
        account = self._keys.account(purchase.account)
        keys = [account.purchases, account.under_way, account.outbox]
        if _gateway_can_tell(purchase):
            with store_faults():
                document = await self._scripts.advance_purchase(
                    keys=keys, args=[*_step_args(purchase), ""]
                )
            return _purchase(document)
        messages = messages_of_purchase(purchase)
        if not messages:
            return _purchase(await self._advance(keys, purchase, ""))
        async with self._outbox.writing(account.account_id, messages) as text:
            return _purchase(await self._advance(keys, purchase, text))

    async def _advance(self, keys: Sequence[str], purchase: Purchase, messages: str) -> bytes:
        args = [*_step_args(purchase), messages]
        script = self._scripts.advance_purchase
        return cast("bytes", await self._durable.call(script, keys=keys, args=args))

    async def apply_plan(self, application: Application, *, seen_version: int) -> Purchase | None:
        """Apply a paid purchase exactly once, in all live rooms of the account at the same time.

        Returns:
            The stored purchase, on disk. None: the account has changed meanwhile.

        Raises:
            Unavailable: rooms open and close too fast, or the disk is too slow.
        """
        account = self._keys.account(application.account.id)
        writing = self._outbox.writing(account.account_id, application.messages, rooms=True)
        async with writing as text:
            outcome, *document = await self._rooms.call(
                self._scripts.apply_plan,
                account.account_id,
                keys=[
                    account.record,
                    account.live_rooms,
                    account.ledger,
                    account.purchases,
                    account.under_way,
                ],
                args=[
                    seen_version,
                    *_application_args(application),
                    text,
                    _bought(application.purchase),
                ],
            )
        return _purchase(document[0]) if outcome == b"stands" else None

    async def take_purchases(self, now_ms: int) -> list[Watch]:
        """Take the due purchases, so that this node alone follows them up now.

        Until it is settled, each purchase is due again, younger ones sooner than older ones.
        """

        async def take(key: str, limit: int) -> list[Watch]:
            args = [now_ms, LOOK_AFTER_MS, LOOK_AT_LEAST_MS, limit]
            names = await self._scripts.take_purchases(keys=[key], args=args)
            return [_watch_named(name) for name in names]

        with store_faults():
            return await taken_from(self._keys.watched.all(), TAKEN_AT_ONCE, take)

    async def let_go(self, watch: Watch) -> None:
        """Remove the entry: the purchase needs no further attention."""
        with store_faults():
            await self._redis.zrem(self._keys.watched.of(watch.account), _name_of(watch))

    async def _start(
        self, purchase: Purchase, idempotency_key: str, fingerprint: str
    ) -> list[bytes]:
        account = self._keys.account(purchase.account)
        reply: list[bytes] = await self._scripts.start_purchase(
            keys=[
                account.record,
                account.under_way,
                account.purchases,
                account.order(idempotency_key),
                account.purchase_times,
            ],
            args=[
                purchase.quote.account_version,
                purchase.id,
                purchase.step,
                as_json(purchase),
                fingerprint,
                ORDER_KEPT_MS,
                watch_of(purchase).since_ms,
                self._limits.purchases_per_day,
                DAY_MS,
            ],
        )
        return reply


def _refusal(outcome: bytes, facts: Sequence[bytes], purchase: Purchase) -> CallerError:
    """Why a purchase was not begun."""
    match outcome:
        case b"busy":
            return ChangeInProgress()
        case b"too_many":
            return RateLimited("account_purchases", ceil(int(facts[0]) / 1000))
    return QuoteStale(purchase.quote.id)


def _gateway_can_tell(purchase: Purchase) -> bool:
    """Whether the step may get lost without harm: the gateway would give the same answer again."""
    return purchase.awaits_payer or purchase.state == "paid"


def _step_args(purchase: Purchase) -> list[str | int]:
    return [
        purchase.id,
        purchase.step - 1,
        purchase.step,
        _document(purchase),
        int(purchase.is_settled),
    ]


def _application_args(application: Application) -> list[str | int]:
    purchase = application.purchase
    return [
        *fields_of(application.account),
        as_json(application.charge),
        purchase.id,
        purchase.step - 1,
        _document(purchase),
    ]


def _document(purchase: Purchase) -> str:
    """A settled purchase names nobody: it is kept for years, and the history has the buyer."""
    return as_json(replace(purchase, bought_by="") if purchase.is_settled else purchase)


def _bought(purchase: Purchase) -> str:
    price = purchase.quote.terms.due_now
    by = {"by": purchase.bought_by} if purchase.bought_by else {}
    return as_json({"amount": price.amount, "currency": price.currency, **by})


def _purchase(document: bytes) -> Purchase:
    return msgspec.json.decode(document, type=Purchase)


def _order(reply: Sequence[bytes]) -> Order:
    fingerprint, document = reply
    return Order(fingerprint.decode(), _purchase(document))


def _name_of(watch: Watch) -> str:
    # Ids have no colons.
    return f"{watch.since_ms}:{watch.account}:{watch.purchase}"


def _watch_named(name: bytes) -> Watch:
    since_ms, account, purchase = name.decode().split(":")
    return Watch(account, purchase, int(since_ms))
