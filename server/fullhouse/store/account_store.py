"""Accounts, quotes and ledgers in Redis: typed values, and one atomic step per method."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.account_limits import NO_LIMITS, AccountLimits
from fullhouse.domain.accounts import Account, AccountDeletion
from fullhouse.domain.errors import RateLimited
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.quotes import Quote
from fullhouse.domain.trail import LOGS
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.base_store import BaseStore
from fullhouse.store.due_accounts import DueAccounts
from fullhouse.store.durability import DurableScripts
from fullhouse.store.faults import store_faults
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.live_rooms import LiveRooms
from fullhouse.store.outbox import Outbox
from fullhouse.store.scripts import Observe, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.limit_names import LimitName
    from fullhouse.domain.webhooks import Message

# How long the last version of a deleted account is kept. Its quotes are kept for days. A new
# account of the same name may begin with a period of last year, and the charge of that period
# must not be mistaken for a paid charge of the deleted account.
VERSION_KEPT_MS = timedelta(days=800) // timedelta(milliseconds=1)

log = logging.getLogger(__name__)

READ_AT_ONCE = 100

_json = msgspec.json.Encoder()


class AccountStore(BaseStore):
    """Accounts, their quotes and their ledgers. Each method is one atomic step, safe to repeat.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        waits_for_disk: Whether the store has WAITAOF (`durability_of`). A renewal then returns
            only when it is on disk.
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
        self._rooms = LiveRooms(redis, keys, DurableScripts(redis, waits=waits_for_disk), instant)
        self._index = AccountIndex(redis, keys)
        self._due = DueAccounts(redis, keys)

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        """Store a new account. Returns the stored account, and whether it is the one given."""
        keys = self._keys.account(account.id)
        await self._index.add(account.id)
        await self._due.note([account])
        with store_faults():
            created, document = await self._scripts.put_account(
                keys=[keys.record], args=fields_of(account)
            )
        if created:  # a deletion of the last account of that name may have removed the name
            await self._index.add(account.id)
            await self._due.note([account])
        return msgspec.json.decode(document, type=Account), bool(created)

    async def find_account(self, account_id: str) -> Account | None:
        with store_faults():
            document = await self._redis.hget(self._keys.account(account_id).record, "doc")
        return msgspec.json.decode(document, type=Account) if document else None

    async def save_account(
        self, account: Account, *, seen_version: int, messages: Sequence[Message] = ()
    ) -> bool:
        """Replace an account if its version is still `seen_version`, and write its messages."""
        keys = self._keys.account(account.id)
        await self._due.note([account])
        async with self._outbox.writing(account.id, messages) as text:
            with store_faults():
                saved = await self._scripts.save_account(
                    keys=[keys.record, keys.outbox],
                    args=[seen_version, *fields_of(account), text],
                )
        await self._due.note([account])
        return bool(saved)

    async def renew_account(
        self,
        account: Account,
        *,
        seen_version: int,
        charges: Sequence[LedgerEntry],
        messages: Sequence[Message] = (),
    ) -> bool:
        """Begin a period, in all live rooms at once, if the version is still `seen_version`.

        Raises:
            Unavailable: rooms open and close too fast, or the disk is too slow. Safe to repeat.
        """
        keys = self._keys.account(account.id)
        documents = [as_json(charge) for charge in charges]
        await self._due.note([account])
        async with self._outbox.writing(account.id, messages, rooms=True) as text:
            outcome, *_ = await self._rooms.call(
                self._scripts.renew_account,
                keys.account_id,
                keys=[keys.record, keys.live_rooms, keys.ledger],
                args=[
                    seen_version,
                    *fields_of(account),
                    f"renewal-{account.period_start}",
                    len(documents),
                    text,
                    *documents,
                ],
            )
        await self._due.note([account])
        return outcome == b"renewed"

    async def read_ledger(
        self, account_id: str, first: int = 0, count: int | None = None
    ) -> list[LedgerEntry]:
        """Charges, oldest first: all, or at most `count` from place `first` on."""
        last = -1 if count is None else first + count - 1
        key = self._keys.account(account_id).ledger
        with store_faults():
            documents = await self._redis.lrange(key, first, last)
        return [msgspec.json.decode(document, type=LedgerEntry) for document in documents]

    async def accounts_named(self, names: Sequence[str]) -> list[Account]:
        """The accounts of these names that exist, in the order of `names`."""
        pipeline = self._redis.pipeline(transaction=False)
        for name in names:
            pipeline.hget(self._keys.account(name).record, "doc")
        with store_faults():
            documents = await pipeline.execute()
        # An account of the index may be missing: it was never written, or is lost.
        found = [_readable(name, doc) for name, doc in zip(names, documents, strict=True) if doc]
        return [account for account in found if account]

    async def accounts_of(self, part: int) -> list[Account]:
        """The accounts of one part of the index, from 0 to `INDEX_SETS` - 1."""
        names = await self._index.names_in(part)
        accounts: list[Account] = []
        for first in range(0, len(names), READ_AT_ONCE):  # other calls run in between
            accounts += await self.accounts_named(names[first : first + READ_AT_ONCE])
        return accounts

    async def deleted_version(self, account_id: str) -> int:
        """The last version of a deleted account of that name. 0: none is known."""
        with store_faults():
            version = await self._redis.get(self._keys.account(account_id).deleted_version)
        return int(version or 0)

    async def delete_account(self, account_id: str, *, with_ledger: bool) -> AccountDeletion:
        """Delete an account that has no rooms and no unsettled purchase.

        Args:
            account_id: The account.
            with_ledger: Whether to delete ledger, purchases and reversals too.
        """
        keys = self._keys.account(account_id)
        with store_faults():
            outcome = await self._scripts.delete_account(
                keys=[
                    keys.record,
                    keys.live_rooms,
                    keys.closed_rooms_unsorted,
                    keys.closed_rooms,
                    keys.under_way,
                    keys.deleted_version,
                    keys.outbox,
                    keys.given_up,
                    *map(keys.trail, LOGS),
                    keys.ledger,
                    keys.purchases,
                    keys.purchase_times,
                    keys.reversals,
                ],
                args=[int(with_ledger), VERSION_KEPT_MS],
            )
        if outcome == b"deleted":
            await self._index.remove(account_id)
            await self._forget_due(account_id)
        return cast("AccountDeletion", cast("bytes", outcome).decode())

    async def _forget_due(self, account_id: str) -> None:
        await self._due.drop(account_id)
        if account := await self.find_account(account_id):  # opened again in the meantime
            await self._due.note([account])

    async def time_ms(self) -> int:
        """The store's own clock, in Unix ms."""
        if instant := self._instant():
            return instant
        with store_faults():
            seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000

    async def checked_currency(self) -> str | None:
        """The catalogue currency of the last check of all accounts. None: no check yet."""
        with store_faults():
            currency = cast("bytes | None", await self._redis.get(self._keys.checked_catalogue))
        return currency.decode() if currency else None

    async def note_checked(self, currency: str) -> None:
        """Record that every account has its bought plan."""
        with store_faults():
            await self._redis.set(self._keys.checked_catalogue, currency)

    async def save_quote(
        self, quote: Quote, *, asked_by: str | None, valid_s: float, remembered_s: int
    ) -> None:
        """Store a quote for `valid_s` and then `remembered_s` seconds.

        Args:
            quote: The quote.
            asked_by: The person who asked for it. None: the platform.
            valid_s: How long its price is valid.
            remembered_s: How long it is kept after that, if the account keeps few quotes.

        Raises:
            RateLimited: the person or the account has too many open quotes.
        """
        keys, limits = self._keys.account(quote.account), self._limits
        with store_faults():
            outcome, *wait_ms = await self._scripts.save_quote(
                keys=[
                    keys.quote(quote.id),
                    keys.open_quotes,
                    keys.quotes_of(asked_by or ""),
                    keys.kept_quotes,
                ],
                args=[
                    self._instant(),
                    quote.id,
                    as_json(quote),
                    round(valid_s * 1000),
                    remembered_s * 1000,
                    limits.person_quotes if asked_by else 0,
                    limits.account_quotes,
                ],
            )
        if wait_ms:
            raise RateLimited(cast("LimitName", outcome.decode()), ceil(int(wait_ms[0]) / 1000))

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None:
        with store_faults():
            document = await self._redis.get(self._keys.account(account_id).quote(quote_id))
        return msgspec.json.decode(document, type=Quote) if document else None


def _readable(name: str, document: bytes) -> Account | None:
    """Decode an account. None, with a log entry: it is unreadable, but the others must go on."""
    try:
        return msgspec.json.decode(document, type=Account)
    except msgspec.MsgspecError as error:
        log.error("account.unreadable", extra={"account": name, "reason": str(error)})  # noqa: TRY400  # its words say all
        return None


def as_json(value: object) -> str:
    """A value as a JSON document for scripts."""
    return _json.encode(value).decode()


def fields_of(account: Account) -> list[str | int]:
    """The arguments for an account in scripts: ACCOUNT_FIELDS of lua/include/account.lua."""
    return [
        as_json(account),
        account.version,
        account.plan,
        account.seats,
        account.presenters,
        account.parallel_events,
    ]
