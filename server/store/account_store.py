"""Accounts, quotes and sales in Redis: one method a step, typed values in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import msgspec

from server.domain.accounts import Account
from server.domain.errors import Unavailable
from server.domain.ledger import LedgerEntry
from server.domain.quotes import Quote
from server.domain.rooms import RoomRef
from server.domain.upgrades import Purchase, Sale, Upgrade
from server.store.account_keys import AccountKeys, index_key, index_of
from server.store.faults import store_faults
from server.store.keys import RoomKeys
from server.store.scripts import Arguments, Observe, Script, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

SALE_KEPT_MS = timedelta(days=30) // timedelta(milliseconds=1)

# An append-only file is written through once a second; each wait stays within the deadline
# of one Redis call, and a busy disk gets three seconds in all.
DISK_WAIT_MS = 600
DISK_WAITS = 5

# Rooms open and close while a plan is brought to them; an account whose rooms change faster than
# they can be listed is told to come again.
LISTINGS = 10

_json = msgspec.json.Encoder()


class AccountStore:
    """Accounts and all that is bought. Each method is one atomic step, safe to repeat.

    Args:
        redis: A client with `decode_responses=False`.
        waits_for_disk: Whether the store knows WAITAOF (`durability_of`): a sale is then
            answered only when it is on disk.
        instant: The instant in Unix ms that rooms take for now; 0 is the store's own time.
        observe: Told how long each call of a script took.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        waits_for_disk: bool,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._redis = redis
        self._scripts = Scripts.register(redis, observe)
        self._waits_for_disk = waits_for_disk
        self._instant = instant

    async def put_account(self, account: Account) -> tuple[Account, bool]:
        """Keep a new account. Returns what is kept now, and whether it is the one given."""
        keys = AccountKeys(account.id)
        with store_faults():
            await self._redis.sadd(index_of(account.id), account.id)
            created, document = await self._scripts.put_account(
                keys=[keys.record], args=_fields(account)
            )
        return msgspec.json.decode(document, type=Account), bool(created)

    async def find_account(self, account_id: str) -> Account | None:
        with store_faults():
            document = await self._redis.hget(AccountKeys(account_id).record, "doc")
        return msgspec.json.decode(document, type=Account) if document else None

    async def save_account(self, account: Account, *, seen_version: int) -> bool:
        """Replace an account, unless somebody else changed it."""
        with store_faults():
            saved = await self._scripts.save_account(
                keys=[AccountKeys(account.id).record], args=[seen_version, *_fields(account)]
            )
        return bool(saved)

    async def renew_account(
        self, account: Account, *, seen_version: int, charges: Sequence[LedgerEntry]
    ) -> bool:
        """Begin a period in all live rooms at once, unless somebody else changed the account.

        Raises:
            Unavailable: rooms come and go too fast, or the disk is too slow. Asking again is safe.
        """
        keys = AccountKeys(account.id)
        documents = [_text(charge) for charge in charges]
        outcome, *_ = await self._in_live_rooms(
            self._scripts.renew_account,
            keys.account_id,
            keys=[keys.record, keys.live_rooms, keys.ledger],
            args=[
                seen_version,
                *_fields(account),
                f"renewal-{account.period_start}",
                len(documents),
                *documents,
            ],
        )
        return outcome == b"renewed"

    async def read_ledger(self, account_id: str) -> list[LedgerEntry]:
        """Every charge, oldest first."""
        with store_faults():
            documents = await self._redis.lrange(AccountKeys(account_id).ledger, 0, -1)
        return [msgspec.json.decode(document, type=LedgerEntry) for document in documents]

    async def accounts_of(self, part: int) -> list[Account]:
        """The accounts of one part of the index, from 0 to `INDEX_SETS` - 1."""
        with store_faults():
            names = cast("set[bytes]", await self._redis.smembers(index_key(part)))
            pipeline = self._redis.pipeline(transaction=False)
            for name in sorted(names):
                pipeline.hget(AccountKeys(name.decode()).record, "doc")
            documents = await pipeline.execute()
        # A name without an account is one whose account was never written, or is lost.
        return [msgspec.json.decode(doc, type=Account) for doc in documents if doc]

    async def save_quote(self, quote: Quote, *, keep_s: int) -> None:
        """Keep a quote for `keep_s` seconds."""
        with store_faults():
            await self._redis.set(
                AccountKeys(quote.account).quote(quote.id), _text(quote), ex=keep_s
            )

    async def find_quote(self, account_id: str, quote_id: str) -> Quote | None:
        with store_faults():
            document = await self._redis.get(AccountKeys(account_id).quote(quote_id))
        return msgspec.json.decode(document, type=Quote) if document else None

    async def find_upgrade(self, account_id: str, upgrade_id: str) -> Upgrade | None:
        with store_faults():
            document = await self._redis.hget(AccountKeys(account_id).upgrades, upgrade_id)
        return msgspec.json.decode(document, type=Upgrade) if document else None

    async def recall_sale(self, account_id: str, idempotency_key: str) -> Sale | None:
        """What that key has bought, on disk."""
        account = AccountKeys(account_id)
        keys = [account.sale(idempotency_key), account.upgrades]
        with store_faults():
            known = await self._scripts.recall_sale(keys=keys, args=[SALE_KEPT_MS])
        if known is None:  # the common case has nothing to wait for
            return None
        return _sale(
            await self._on_disk(self._scripts.recall_sale, keys=keys, args=[SALE_KEPT_MS])
        )

    async def apply_plan(
        self, purchase: Purchase, *, seen_version: int, idempotency_key: str, fingerprint: str
    ) -> Sale | None:
        """Charge for a plan and open its seats in all live rooms, once; on disk.

        Returns:
            What the key has bought, now or before; None if the account changed meanwhile.

        Raises:
            Unavailable: rooms come and go too fast, or the disk is too slow. Asking again
                with the same key is safe.
        """
        keys = AccountKeys(purchase.account.id)
        sale = keys.sale(idempotency_key)
        outcome, *sold = await self._in_live_rooms(
            self._scripts.apply_plan,
            keys.account_id,
            keys=[keys.record, keys.live_rooms, keys.ledger, keys.upgrades, sale],
            args=[seen_version, *_purchase_args(purchase, fingerprint)],
        )
        return _sale(sold) if outcome == b"sold" else None

    async def _in_live_rooms(
        self, script: Script, account_id: str, *, keys: Sequence[str], args: Arguments
    ) -> list[bytes]:
        """The answer of a script that reaches all live rooms of the account, once on disk."""
        for _ in range(LISTINGS):
            rooms = await self._live_rooms(AccountKeys(account_id))
            room_keys = [
                key for room in rooms for key in RoomKeys(RoomRef(account_id, room)).all()
            ]
            reply = await self._on_disk(
                script,
                keys=[*keys, *room_keys],
                args=[self._instant(), *args, *rooms],
            )
            if reply[0] != b"rooms_changed":
                return reply
        raise Unavailable("Rooms of the account open and close too fast.")

    async def _live_rooms(self, keys: AccountKeys) -> list[str]:
        with store_faults():
            names = cast("set[bytes]", await self._redis.smembers(keys.live_rooms))
        return sorted(name.decode() for name in names)

    async def _on_disk(
        self, script: Script, *, keys: Sequence[str], args: Arguments
    ) -> list[bytes]:
        """The answer of a script once what it wrote, now or before, is on disk.

        WAITAOF speaks of the writes of the connection that it comes on. A connection that was
        lost is replaced silently, and on a new one there is nothing to wait for: hence the ids.
        """
        with store_faults():
            if not self._waits_for_disk:
                return cast("list[bytes]", await script(keys=keys, args=args))
            async with self._redis.client() as connection:
                id_before = await connection.client_id()
                reply = await script(keys=keys, args=args, client=connection)
                on_disk = await _waited_for_disk(connection)
                if on_disk and await connection.client_id() == id_before:
                    return cast("list[bytes]", reply)
        raise Unavailable("The store has not written this to disk yet.")


async def _waited_for_disk(connection: Redis) -> bool:
    for _ in range(DISK_WAITS):
        on_disk, _replicas = await connection.waitaof(1, 0, DISK_WAIT_MS)
        if on_disk:
            return True
    return False


def _text(value: object) -> str:
    return _json.encode(value).decode()


def _fields(account: Account) -> list[str | int]:
    """In the order of ACCOUNT_FIELDS (lua/prelude/account.lua)."""
    return [
        _text(account),
        account.version,
        account.plan,
        account.seats,
        account.presenters,
        account.parallel_events,
    ]


def _purchase_args(purchase: Purchase, fingerprint: str) -> list[str | int]:
    upgrade = purchase.upgrade
    return [
        *_fields(purchase.account),
        _text(purchase.charge),
        upgrade.id,
        _text(upgrade),
        fingerprint,
        SALE_KEPT_MS,
    ]


def _sale(reply: Sequence[bytes]) -> Sale:
    fingerprint, upgrade = reply
    return Sale(fingerprint.decode(), msgspec.json.decode(upgrade, type=Upgrade))
