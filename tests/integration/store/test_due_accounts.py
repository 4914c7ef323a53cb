"""The index of accounts whose time has come: none is forgotten, and nobody reads the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.accounts import Due
from fullhouse.domain.dues import due_at
from fullhouse.domain.money import Money
from fullhouse.service.account_walk import AccountWalk
from fullhouse.service.accounts import AccountService
from fullhouse.service.due_accounts import DueAccountService, DueIndex
from fullhouse.service.dues import DueService
from fullhouse.store.due_accounts import CLAIM_MS, DueAccounts
from fullhouse.store.keys import DEFAULT_KEYS, INDEX_SETS, part_of
from fullhouse.store.walk import Walk
from tests.accounts import CATALOGUE, an_account
from tests.shop import ACCOUNT, Shop
from tests.unit.service.gateways import ScriptedGateway

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account, Claim
    from tests.fakes import FakeClock

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


@pytest.fixture
def index(redis: Redis, clock: FakeClock) -> DueAccounts:
    return DueAccounts(redis, instant=clock.now_ms)


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


def timer_of(shop: Shop, index: DueIndex, gateway: ScriptedGateway) -> DueAccountService:
    accounts = AccountService(shop.store, CATALOGUE, shop.clock)
    return DueAccountService(accounts, index, DueService(accounts, gateway))


async def names_of(index: DueAccounts) -> list[str]:
    return [claim.account for claim in await index.take(99)]


async def score_of(shop: Shop, account: str = ACCOUNT.id) -> float | None:
    return await shop.redis.zscore(DEFAULT_KEYS.due_accounts.of("any"), account)


def ms_of(instant: datetime) -> float:
    return instant.timestamp() * 1000


def at(clock: FakeClock, ms: int) -> datetime:
    """That many ms from now on."""
    return clock.now() + timedelta(milliseconds=ms)


def an_account_that_ends_later(clock: FakeClock) -> Account:
    return an_account(period_start=clock.now().date())


async def test_a_new_account_is_due_when_its_period_ends(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    account = an_account_that_ends_later(clock)
    await shop.store.put_account(account)
    last_ms = int(ms_of(due_at(account))) - 1

    clock.advance(ms=last_ms - clock.now_ms())
    before = await names_of(index)
    clock.advance(ms=1)

    assert (before, await names_of(index)) == ([], [account.id])


async def test_one_node_alone_gets_an_account_until_its_claim_ends(
    index: DueAccounts, clock: FakeClock
) -> None:
    await index.note([an_account()])
    clock.advance(ms=3650 * DAY_MS)

    first = await names_of(index)
    clock.advance(ms=CLAIM_MS - 1)
    second = await names_of(index)
    clock.advance(ms=1)

    assert (first, second, await names_of(index)) == (["acme"], [], ["acme"])


async def test_an_account_that_was_looked_after_rests_until_it_is_due_again(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    await index.note([replace(ACCOUNT, bought=None)])
    (claim,) = await index.take(1)
    later = at(clock, 5 * DAY_MS)

    await index.put_off(claim, later)

    assert await score_of(shop) == ms_of(later)


async def test_an_account_that_is_still_due_is_looked_at_when_the_claim_ends(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    """Otherwise a node whose clock is minutes behind would look without a pause."""
    await index.note([replace(ACCOUNT, bought=None)])
    (claim,) = await index.take(1)

    await index.put_off(claim, clock.now())

    assert await score_of(shop) == clock.now_ms() + CLAIM_MS


async def test_whoever_says_sooner_while_a_node_looks_is_heard(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    await index.note([replace(ACCOUNT, bought=None)])
    (claim,) = await index.take(1)
    due = Due("renewal-1", Money(100, "EUR"), since=clock.now(), try_at=clock.now())

    await index.note([replace(an_account_that_ends_later(clock), dues=(due,))])
    await index.put_off(claim, at(clock, DAY_MS))
    await index.forget(claim)

    assert await names_of(index) == ["acme"]


class ChangesMeanwhile:
    """An index on which somebody else does something just before a claim is released."""

    def __init__(self, index: DueAccounts, change: Callable[[], Awaitable[object]]) -> None:
        self._index = index
        self._change = change
        self.note = index.note
        self.take = index.take

    async def put_off(self, claim: Claim, due: datetime) -> None:
        await self._change()
        await self._index.put_off(claim, due)

    async def forget(self, claim: Claim) -> None:
        await self._change()
        await self._index.forget(claim)


async def test_a_payment_to_be_tried_soon_is_heard_while_a_node_looks(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    """It is later than the end of the claim, and sooner than what the node has seen."""
    account = an_account_that_ends_later(clock)
    await shop.store.put_account(account)
    await index.note([replace(account, bought=None)])
    soon = at(clock, 3_600_000)
    due = Due("renewal-1", Money(100, "EUR"), since=soon, try_at=soon)
    changed = replace(account, dues=(due,), version=account.version + 1)

    async def change() -> None:
        await shop.store.save_account(changed, seen_version=account.version)

    await timer_of(shop, ChangesMeanwhile(index, change), ScriptedGateway()).step()

    assert await score_of(shop) == ms_of(soon)


async def test_an_account_that_is_opened_while_a_node_forgets_it_is_renewed(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    account = an_account_that_ends_later(clock)
    await index.note([replace(account, bought=None)])

    async def change() -> None:
        await shop.store.put_account(account)

    await timer_of(shop, ChangesMeanwhile(index, change), ScriptedGateway()).step()

    assert await score_of(shop) == ms_of(due_at(account))


async def test_a_change_never_makes_an_account_later_than_it_was(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    account = an_account_that_ends_later(clock)
    await shop.store.put_account(account)

    await index.note([replace(account, period_start=account.period.end)])

    assert await score_of(shop) == ms_of(due_at(account))


async def test_each_write_of_an_account_says_when_it_is_due(shop: Shop, clock: FakeClock) -> None:
    account = an_account_that_ends_later(clock)
    await shop.store.put_account(account)
    scores = []
    for hours, save in ((9, shop.store.save_account), (3, None)):
        soon = at(clock, hours * 3_600_000)
        due = Due("renewal-1", Money(100, "EUR"), since=soon, try_at=soon)
        changed = replace(account, dues=(due,), version=account.version + 1)
        if save:
            assert await save(changed, seen_version=account.version)
        else:
            assert await shop.store.renew_account(
                changed, seen_version=account.version, charges=()
            )
        account = changed
        scores.append((await score_of(shop), ms_of(soon)))

    assert all(score == soon for score, soon in scores)


async def test_a_look_between_the_note_and_the_write_loses_nothing(
    shop: Shop, redis: Redis, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node reads the account as it still is, and puts it off to the end of its period."""
    account = an_account_that_ends_later(clock)
    await shop.store.put_account(account)
    soon = at(clock, 3_600_000)
    due = Due("renewal-1", Money(100, "EUR"), since=soon, try_at=soon)
    zadd, looks = redis.zadd, [{account.id: ms_of(due_at(account))}]

    async def zadd_then_look(*args: Any, **options: Any) -> object:  # noqa: ANN401  # as redis-py has it
        answer = await zadd(*args, **options)
        if looks:
            await zadd(DEFAULT_KEYS.due_accounts.of("any"), looks.pop())
        return answer

    monkeypatch.setattr(redis, "zadd", zadd_then_look)
    changed = replace(account, dues=(due,), version=account.version + 1)
    assert await shop.store.save_account(changed, seen_version=account.version)

    assert await score_of(shop) == ms_of(soon)


async def test_accounts_of_an_earlier_version_are_found_by_the_walk(
    shop: Shop, index: DueAccounts, redis: Redis, clock: FakeClock
) -> None:
    accounts = [replace(ACCOUNT, id=f"acme-{n}") for n in range(150)]
    for account in accounts:
        await shop.store.put_account(account)
    await redis.delete(DEFAULT_KEYS.due_accounts.of("any"))
    parts = Walk(redis, DEFAULT_KEYS.accounts_walk, instant=clock.now_ms)

    await AccountWalk(shop.store, index, parts).step()

    assert await redis.zcard(DEFAULT_KEYS.due_accounts.of("any")) == len(accounts)
    assert await parts.take() is None


async def test_an_account_that_cannot_be_read_keeps_no_other_from_being_found(
    shop: Shop, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    other = next(f"b{n}" for n in range(999) if part_of(f"b{n}") == part_of(ACCOUNT.id))
    for account in (ACCOUNT, replace(ACCOUNT, id=other)):
        await shop.store.put_account(account)
    await redis.hset(DEFAULT_KEYS.account(ACCOUNT.id).record, "doc", "{}")

    found = await shop.store.accounts_of(part_of(ACCOUNT.id))

    assert [account.id for account in found] == [other]
    assert [(record.message, record.account) for record in caplog.records] == [  # type: ignore[attr-defined]  # as extra
        ("account.unreadable", ACCOUNT.id)
    ]


async def test_a_deleted_account_is_forgotten_at_the_next_look(
    shop: Shop, index: DueAccounts, redis: Redis
) -> None:
    await index.note([replace(ACCOUNT, bought=None)])

    await timer_of(shop, index, ScriptedGateway()).step()

    assert not await redis.exists(DEFAULT_KEYS.due_accounts.of("any"))


async def test_an_account_that_cannot_be_read_keeps_nobody_else_waiting(
    shop: Shop, index: DueAccounts, redis: Redis, clock: FakeClock
) -> None:
    ends = an_account_that_ends_later(clock)
    accounts = [replace(ends, id=f"acme-{n}") for n in range(3)]
    for account in accounts:
        await shop.store.put_account(account)
    await redis.hset(DEFAULT_KEYS.account("acme-1").record, "doc", "{}")
    clock.advance(ms=31 * DAY_MS)

    await timer_of(shop, index, ScriptedGateway()).step()

    renewed = await shop.store.find_account("acme-0")
    assert renewed
    next_end = ms_of(due_at(renewed))
    scores = [await score_of(shop, account.id) for account in accounts]
    assert scores == [next_end, clock.now_ms() + CLAIM_MS, next_end]


async def calls_while(redis: Redis, timer: DueAccountService, *, steps: int) -> int:
    """How many commands the store runs for so many steps of a timer."""
    await redis.config_resetstat()
    for _ in range(steps):
        await timer.step()
    stats = await redis.info("commandstats")
    return sum(row["calls"] for row in stats.values())


async def test_accounts_that_are_not_due_cost_nothing(
    shop: Shop, index: DueAccounts, redis: Redis, clock: FakeClock
) -> None:
    """Ten thousand of them are read by nobody, every second, on every node."""
    timer = timer_of(shop, index, ScriptedGateway())
    await timer.step()  # the store knows the script now
    without = await calls_while(redis, timer, steps=INDEX_SETS)
    for n in range(100):
        account = replace(an_account_that_ends_later(clock), id=f"acme-{n}")
        await shop.store.put_account(account)

    assert await calls_while(redis, timer, steps=INDEX_SETS) == without


async def test_only_what_is_due_is_renewed(
    shop: Shop, index: DueAccounts, clock: FakeClock
) -> None:
    ends = an_account_that_ends_later(clock)
    goes_on = replace(ends, id="other", billing_period="year")
    for account in (ends, goes_on):
        await shop.store.put_account(account)
    clock.advance(ms=31 * DAY_MS)

    await timer_of(shop, index, ScriptedGateway()).step()

    renewed = await shop.store.find_account(ends.id)
    assert renewed
    assert (renewed.period.start, renewed.dues) == (ends.period.end, ())
    assert await score_of(shop) == ms_of(
        datetime.combine(renewed.period.end, datetime.min.time(), UTC)
    )
    assert await shop.store.find_account("other") == goes_on
