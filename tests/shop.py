"""One account and its rooms on a real store: what there is to buy, and what buying left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.payments import Paid
from fullhouse.domain.plans import Plan
from fullhouse.domain.purchases import Application, Order, Purchase, after_payment, application_of
from fullhouse.domain.quotes import Quote, quote_of, upgrade_terms
from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.account_store import AccountStore
from fullhouse.store.live_rooms import LiveRooms
from fullhouse.store.purchase_store import PurchaseStore
from tests.accounts import LARGE, SMALL, START, an_account
from tests.event_room import RULES, EventRoom

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account
    from tests.fakes import FakeClock

ACCOUNT = an_account(parallel_events=2)


class Shop:
    """The account `acme` on the plan `small`, whose upgrades cost what the first day costs."""

    def __init__(self, redis: Redis, clock: FakeClock) -> None:
        self.redis = redis
        self.clock = clock
        self.keys = AccountKeys(ACCOUNT.id)
        self.store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms)
        self.purchases = PurchaseStore(redis, waits_for_disk=False, instant=clock.now_ms)

    async def open(self, account: Account = ACCOUNT, *, rooms: int = 0) -> list[EventRoom]:
        """The account, and that many live rooms of it."""
        await self.store.put_account(account)
        halls = [
            EventRoom(self.redis, self.clock, RoomRef(account.id, f"hall-{n + 1}"))
            for n in range(rooms)
        ]
        for event_room in halls:
            await event_room.rooms.open_room(event_room.ref, "Hall", RULES)
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
        return Purchase(upgrade_id, quote, account.payment, self.clock.now())

    def application(self, purchase: Purchase, account: Account = ACCOUNT) -> Application:
        """What applying a paid purchase makes of `account`."""
        return application_of(purchase, account, now=self.clock.now(), today=START)

    async def begin(self, purchase: Purchase, key: str = "k1") -> Order:
        return await self.purchases.start_purchase(purchase, idempotency_key=key, fingerprint="q1")

    async def pay(self, purchase: Purchase, key: str = "k1") -> Purchase:
        """A purchase begun and paid, its seats still to come."""
        order = await self.begin(purchase, key)
        return await self.purchases.advance_purchase(after_payment(order.purchase, Paid()))

    async def buy(
        self, purchase: Purchase, key: str = "k1", *, account: Account = ACCOUNT
    ) -> Purchase | None:
        """All of it: begun, paid and applied, if `account` is as it was."""
        return await self.apply(await self.pay(purchase, key), account=account)

    async def apply(self, purchase: Purchase, *, account: Account = ACCOUNT) -> Purchase | None:
        return await self.purchases.apply_plan(
            self.application(purchase, account), seen_version=account.version
        )

    async def ledger(self) -> list[LedgerEntry]:
        entries = cast("list[bytes]", await self.redis.lrange(self.keys.ledger, 0, -1))
        return [msgspec.json.decode(entry, type=LedgerEntry) for entry in entries]

    async def contents(self) -> dict[bytes, object]:
        """Everything the store keeps, for comparing two moments."""
        keys = cast("list[bytes]", await self.redis.keys())
        return {key: await self.redis.dump(key) for key in sorted(keys)}


class LateListing(LiveRooms):
    """A node that lists the rooms of the account before some of them open or close."""

    late_listings = 0

    async def names(self, account_id: str) -> list[str]:
        rooms = await super().names(account_id)
        if self.late_listings:
            self.late_listings -= 1
            return rooms[:-1] if self.late_listings % 2 else [*rooms[:-1], "another"]
        return rooms
