"""One account and its rooms on a real store: what there is to buy, and what buying left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from server.domain.ledger import LedgerEntry
from server.domain.plans import Plan
from server.domain.quotes import Quote, quote_of, upgrade_terms
from server.domain.rooms import RoomRef
from server.domain.upgrades import Purchase, Sale, purchase_of
from server.store.account_keys import AccountKeys
from server.store.account_store import AccountStore
from tests.accounts import LARGE, SMALL, START, an_account
from tests.hall import RULES, Hall

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from server.domain.accounts import Account
    from tests.fakes import FakeClock

ACCOUNT = an_account(parallel_events=2)


class Shop:
    """The account `acme` on the plan `small`, whose upgrades cost what the first day costs."""

    def __init__(self, redis: Redis, clock: FakeClock) -> None:
        self.redis = redis
        self.clock = clock
        self.keys = AccountKeys(ACCOUNT.id)
        self.store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms)

    async def open(self, account: Account = ACCOUNT, *, rooms: int = 0) -> list[Hall]:
        """The account, and that many live rooms of it."""
        await self.store.put_account(account)
        halls = [
            Hall(self.redis, self.clock, RoomRef(account.id, f"hall-{n + 1}"))
            for n in range(rooms)
        ]
        for hall in halls:
            await hall.rooms.open_room(hall.ref, "Hall", RULES)
        return halls

    def quote(self, *, target: Plan = LARGE, account: Account = ACCOUNT) -> Quote:
        terms = upgrade_terms(account, SMALL, target, currency="EUR", today=START)
        return quote_of(
            account,
            id_="q1",
            current=SMALL,
            target=target,
            terms=terms,
            expires_at=self.clock.now(),
        )

    def purchase(
        self, upgrade_id: str = "u1", *, target: Plan = LARGE, account: Account = ACCOUNT
    ) -> Purchase:
        """A quote for `target`, about to be bought."""
        quote = self.quote(target=target, account=account)
        return purchase_of(quote, account, id_=upgrade_id, now=self.clock.now(), today=START)

    async def buy(
        self, purchase: Purchase, key: str = "k1", *, seen_version: int = 1
    ) -> Sale | None:
        return await self.store.apply_plan(
            purchase, seen_version=seen_version, idempotency_key=key, fingerprint="q1"
        )

    async def ledger(self) -> list[LedgerEntry]:
        entries = cast("list[bytes]", await self.redis.lrange(self.keys.ledger, 0, -1))
        return [msgspec.json.decode(entry, type=LedgerEntry) for entry in entries]

    async def contents(self) -> dict[bytes, object]:
        """Everything the store keeps, for comparing two moments."""
        keys = cast("list[bytes]", await self.redis.keys())
        return {key: await self.redis.dump(key) for key in sorted(keys)}
