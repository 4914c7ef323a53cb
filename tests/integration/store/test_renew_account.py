"""renew_account: a new period, its charges and the plan of all live rooms in one step, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.renewals import renewed
from fullhouse.domain.room_events import CapacityChange
from fullhouse.store.durability import DurableScripts
from fullhouse.store.keys import DEFAULT_KEYS
from tests.accounts import CATALOGUE, LARGE, SMALL, START, a_downgrade, an_account, codes
from tests.shop import LateListing, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account
    from fullhouse.domain.ledger import LedgerEntry
    from tests.event_probe import Ear
    from tests.fakes import FakeClock


CATALOGUE_OF_TWO = replace(CATALOGUE, plans=(replace(SMALL, seats=2), replace(LARGE, seats=4)))
BIG = an_account(CATALOGUE_OF_TWO.plan("large"), parallel_events=2, promo_codes=codes(15))
LEAVING = replace(BIG, downgrades=(a_downgrade("scheduled", plan=CATALOGUE_OF_TWO.plan("small")),))


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


def renewal_of(account: Account, *, days: int = 30) -> tuple[Account, tuple[LedgerEntry, ...]]:
    return renewed(account, today=START + timedelta(days=days))


async def renew(shop: Shop, account: Account, *, days: int = 30) -> bool:
    renewal, charges = renewal_of(account, days=days)
    return await shop.store.renew_account(renewal, seen_version=account.version, charges=charges)


async def test_a_renewed_account_is_kept_with_its_charges_in_their_order(shop: Shop) -> None:
    await shop.open(BIG)

    assert await renew(shop, BIG, days=60)

    renewal, charges = renewal_of(BIG, days=60)
    assert len(charges) == 2
    assert await shop.store.find_account("acme") == renewal
    assert await shop.store.read_ledger("acme") == list(charges)


async def test_later_charges_come_after_earlier_ones(shop: Shop) -> None:
    await shop.open(BIG)
    first, _ = renewal_of(BIG, days=60)

    await renew(shop, BIG, days=60)
    await renew(shop, first, days=90)

    assert [charge.id for charge in await shop.store.read_ledger("acme")] == [
        "renewal-2026-03-31",
        "renewal-2026-04-30",
        "renewal-2026-05-30",
    ]


async def test_a_renewal_by_many_nodes_at_once_is_charged_once(shop: Shop) -> None:
    await shop.open(BIG, rooms=2)

    renewals = await asyncio.gather(*(renew(shop, BIG) for _ in range(10)))

    assert all(renewals)  # the very same renewal, by whomever it was made
    assert await shop.store.read_ledger("acme") == list(renewal_of(BIG)[1])


async def test_a_renewal_of_an_account_that_has_changed_changes_nothing(shop: Shop) -> None:
    (event_room,) = await shop.open(LEAVING, rooms=1)
    staying = replace(LEAVING, downgrades=(a_downgrade("withdrawn"),), version=2)
    await shop.store.save_account(staying, seen_version=1)
    before = await shop.contents()

    assert not await renew(shop, LEAVING)

    assert await shop.contents() == before
    assert (await event_room.state()).capacity == 4


async def test_a_smaller_plan_reaches_all_live_rooms_in_the_same_step(
    shop: Shop, ear: Ear
) -> None:
    halls = await shop.open(LEAVING, rooms=2)
    await ear.heard()

    await renew(shop, LEAVING)

    change = CapacityChange(4, 2, "downgrade", "renewal-2026-03-31")
    events = await ear.heard()
    assert [event.capacity for event in events] == [change, change]
    assert {event.room for event in events} == {event_room.ref.room for event_room in halls}
    for event_room in halls:
        state = await event_room.state()
        assert (state.plan, state.capacity) == ("small", 2)
        assert state.presenter_capacity == SMALL.presenters


async def test_nobody_inside_loses_a_seat_and_the_room_drains(shop: Shop) -> None:
    (event_room,) = await shop.open(LEAVING, rooms=1)
    guests = await event_room.hello("ada", "bob", "cleo", "dan")

    await renew(shop, LEAVING)

    state = await event_room.state()
    assert (state.level, state.occupied, state.capacity) == ("draining", 4, 2)
    assert await event_room.seated() == {"ada", "bob", "cleo", "dan"}
    assert (await event_room.claim("eve")).kind == "waiting"
    await event_room.leave(*guests[:2])
    assert (await event_room.claim("eve")).kind == "waiting"  # 2 of 2 seats are taken
    await event_room.leave(guests[2])
    assert (await event_room.claim("eve")).kind == "seated"


async def test_who_was_called_before_may_still_come_in(shop: Shop) -> None:
    (event_room,) = await shop.open(LEAVING, rooms=1)
    guests = await event_room.hello("ada", "bob", "cleo", "dan", "eve")
    await event_room.leave(guests[0])

    await renew(shop, LEAVING)

    assert (await event_room.state()).held == 1
    assert (await event_room.claim("eve")).kind == "seated"


async def test_a_cheaper_plan_with_more_seats_calls_the_line(shop: Shop) -> None:
    """What makes a downgrade is the price."""
    roomy = replace(BIG, downgrades=(a_downgrade("scheduled", plan=replace(SMALL, seats=5)),))
    (event_room,) = await shop.open(roomy, rooms=1)
    await event_room.hello("ada", "bob", "cleo", "dan", "eve")
    renewal, charges = renewed(roomy, today=START + timedelta(days=30))

    await shop.store.renew_account(renewal, seen_version=1, charges=charges)

    assert (await event_room.state()).held == 1


async def test_a_renewal_on_the_same_plan_is_not_felt_in_the_rooms(shop: Shop, ear: Ear) -> None:
    (event_room,) = await shop.open(BIG, rooms=1)
    await event_room.hello("ada")
    before = await event_room.revision()
    await ear.heard()

    await renew(shop, BIG)

    assert await event_room.revision() == before
    assert await ear.heard() == []


async def test_a_room_held_to_fewer_seats_stays_so(shop: Shop) -> None:
    (event_room,) = await shop.open(LEAVING, rooms=1)
    await event_room.set_seats(1)

    await renew(shop, LEAVING)

    assert (await event_room.state()).capacity == 1
    await event_room.set_seats("plan", "change-2")
    assert (await event_room.state()).capacity == 2


async def test_a_room_opened_after_it_has_the_smaller_plan(shop: Shop) -> None:
    await shop.open(LEAVING)
    await renew(shop, LEAVING)

    (event_room,) = await shop.open(LEAVING, rooms=1)

    assert (await event_room.state()).capacity == 2


async def test_rooms_that_open_and_close_meanwhile_have_the_seats_of_the_plan(shop: Shop) -> None:
    halls = await shop.open(LEAVING, rooms=3)

    async def reopen() -> None:
        for _ in range(5):
            await halls[0].rooms.close_room(halls[0].ref)
            await shop.open(LEAVING, rooms=1)

    await asyncio.gather(renew(shop, LEAVING), reopen())

    assert [(await event_room.state()).capacity for event_room in halls] == [2, 2, 2]
    assert len(await shop.store.read_ledger("acme")) == 1


async def test_a_list_of_rooms_that_is_out_of_date_is_read_again(shop: Shop, redis: Redis) -> None:
    late = LateListing(redis, DEFAULT_KEYS, DurableScripts(redis, waits=False), shop.clock.now_ms)
    late.late_listings = 4
    shop.store._rooms = late
    halls = await shop.open(LEAVING, rooms=2)

    await renew(shop, LEAVING)

    assert [(await event_room.state()).capacity for event_room in halls] == [2, 2]
    assert len(await shop.store.read_ledger("acme")) == 1


async def test_a_repeat_after_a_lost_answer_does_not_undo_a_later_upgrade(shop: Shop) -> None:
    """The client library sends again what it got no answer to, however much happened since."""
    (event_room,) = await shop.open(LEAVING, rooms=1)
    await renew(shop, LEAVING)
    small, _ = renewal_of(LEAVING)
    later = replace(small, plan="large", seats=4, version=small.version + 1)
    await shop.store.renew_account(later, seen_version=small.version, charges=())
    before = await shop.contents()

    assert not await renew(shop, LEAVING)

    assert await shop.contents() == before
    assert (await event_room.state()).capacity == 4


async def test_an_account_without_charges_has_an_empty_ledger(shop: Shop) -> None:
    await shop.open(BIG)

    assert await shop.store.read_ledger("acme") == []


async def test_each_account_is_in_one_part_of_the_index(shop: Shop) -> None:
    accounts = [replace(BIG, id=f"acme-{n}") for n in range(50)]
    for account in accounts:
        await shop.store.put_account(account)

    parts = [await shop.store.accounts_of(part) for part in range(64)]

    found = [account for part in parts for account in part]
    assert sorted(found, key=lambda account: account.id) == sorted(
        accounts, key=lambda account: account.id
    )
    assert sum(map(bool, parts)) > 20  # spread, so that no part takes long


async def test_a_name_without_an_account_is_passed_over(shop: Shop) -> None:
    await shop.open(BIG)
    await shop.redis.delete(shop.keys.record)

    parts = [await shop.store.accounts_of(part) for part in range(64)]

    assert not any(parts)
