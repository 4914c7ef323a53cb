"""apply_plan: money, seats and calls in one step, once, in all live rooms of the account."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.purchases import Purchase, refunding
from fullhouse.domain.room_events import CapacityChange
from fullhouse.store.durability import DurableScripts
from fullhouse.store.keys import DEFAULT_KEYS
from tests.accounts import LARGE
from tests.event_room import LEASE_MS, RULES, STEP_MS
from tests.shop import ACCOUNT, LateListing, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account
    from tests.event_probe import Ear
    from tests.event_room import EventRoom
    from tests.fakes import FakeClock

# Rooms small enough to fill: from 2 to 5 seats, where nobody else is inside.
SMALL_ACCOUNT = replace(ACCOUNT, seats=2)
FIVE_SEATS = replace(LARGE, seats=5)


@pytest.fixture
def shop(redis: Redis, clock: FakeClock) -> Shop:
    return Shop(redis, clock)


async def raised(shop: Shop, account: Account = SMALL_ACCOUNT) -> Purchase | None:
    return await shop.buy(shop.purchase(target=FIVE_SEATS, account=account), account=account)


def crowd(size: int) -> list[str]:
    return [f"guest-{n}" for n in range(size)]


async def test_an_upgrade_is_charged_and_the_account_has_its_plan(shop: Shop) -> None:
    await shop.open()
    paid = await shop.pay(shop.purchase())
    application = shop.application(paid)

    applied = await shop.apply(paid)

    assert applied == application.purchase
    assert await shop.store.find_account("acme") == application.account
    assert await shop.ledger() == [application.charge]
    assert await shop.purchases.find_purchase("acme", "u1") == applied


async def test_every_live_room_is_raised_and_its_line_called_in_the_same_step(
    shop: Shop, ear: Ear
) -> None:
    first, second = await shop.open(SMALL_ACCOUNT, rooms=2)
    guests = await first.hello(*crowd(6))
    await second.hello("ada")
    await ear.heard()

    await raised(shop)

    events = {event.room: event for event in await ear.heard()}
    assert set(events) == {"hall-1", "hall-2"}
    change = CapacityChange(2, 5, "upgrade", "u1")
    assert [event.capacity for event in events.values()] == [change, change]
    call = events["hall-1"].call
    assert call is not None
    assert (call.called_from, call.called_to, call.count) == (
        guests[2].place.ticket,
        guests[4].place.ticket,
        3,
    )
    assert events["hall-2"].call is None
    state = await first.state()
    assert (state.capacity, state.occupied, state.held, state.waiting) == (5, 2, 3, 1)
    assert (state.plan, state.presenter_capacity) == ("large", LARGE.presenters)


async def test_one_event_a_room_raises_its_rev_by_one(shop: Shop, ear: Ear) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.hello(*crowd(4))
    before = await event_room.revision()
    await ear.heard()

    await raised(shop)

    event = await ear.heard_one()
    assert event.revision == await event_room.revision()
    assert (event.epoch, event.rev) == (before.epoch, before.rev + 1)


async def test_the_called_all_get_in(shop: Shop) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.hello(*crowd(5))

    await raised(shop)

    assert [(await event_room.claim(name)).kind for name in crowd(5)] == ["seated"] * 5


async def test_the_notice_goes_with_the_upgrade(shop: Shop, ear: Ear) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.hello(*crowd(2))
    notice = (await event_room.state()).notice
    await ear.heard()

    await raised(shop)

    cleared = (await ear.heard_one()).notice_cleared
    assert notice is not None
    assert cleared is not None
    assert (cleared.id, cleared.reason) == (notice.id, "upgraded")
    assert (await event_room.state()).notice is None


async def test_a_room_that_is_as_full_afterwards_gets_a_new_notice(shop: Shop, ear: Ear) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.hello(*crowd(9))
    before = (await event_room.state()).notice
    await ear.heard()

    await raised(shop)

    event = await ear.heard_one()
    assert event.notice_cleared is not None
    assert event.state.notice is not None
    assert before is not None
    assert event.state.notice.id != before.id


async def test_a_room_held_to_fewer_seats_gets_the_plan_but_no_seats(shop: Shop) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.set_seats(1)

    await raised(shop)

    state = await event_room.state()
    assert (state.plan, state.capacity) == ("large", 1)
    await event_room.set_seats("plan", "change-2")
    assert (await event_room.state()).capacity == 5


async def test_a_paused_room_is_raised_and_calls_nobody(shop: Shop) -> None:
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    await event_room.hello(*crowd(4))
    await event_room.set_paused(paused=True)

    await raised(shop)

    state = await event_room.state()
    assert (state.capacity, state.held, state.waiting) == (5, 0, 2)


async def test_a_closed_room_is_left_alone_and_opens_anew_on_the_new_plan(shop: Shop) -> None:
    first, second = await shop.open(SMALL_ACCOUNT, rooms=2)
    await second.rooms.close_room(second.ref)
    closed = await second.revision()

    await raised(shop)

    assert await second.revision() == closed
    assert (await first.state()).capacity == 5
    await second.rooms.open_room(second.ref, "Again", RULES)
    assert (await second.state()).capacity == 5


async def test_who_lapsed_before_is_not_called(shop: Shop) -> None:
    """The sweep comes with the upgrade: seats are for those who are still there."""
    (event_room,) = await shop.open(SMALL_ACCOUNT, rooms=1)
    inside, here = (await event_room.hello(*crowd(3)))[:2], (await event_room.hello("late"))[0]
    await event_room.wait(LEASE_MS - STEP_MS, keeping=[*inside, here])
    shop.clock.advance(ms=STEP_MS)  # the lease of guest-2 is over; nobody has swept since

    await raised(shop)

    assert set(await event_room.holders()) == {"guest-0", "guest-1", "late"}
    assert (await event_room.place("late")).called


async def test_a_purchase_is_applied_once(shop: Shop) -> None:
    (event_room,) = await shop.open(rooms=1)
    paid = await shop.pay(shop.purchase())
    applied = await shop.apply(paid)
    before, seen = await shop.contents(), await event_room.revision()

    again = await shop.apply(paid)

    assert again == applied
    assert await shop.contents() == before
    assert await event_room.revision() == seen


async def test_ten_nodes_that_apply_it_at_once_are_one_charge(
    shop: Shop, redis: Redis, clock: FakeClock
) -> None:
    (event_room,) = await shop.open(rooms=1)
    seen = await event_room.revision()
    paid = await shop.pay(shop.purchase())
    nodes = [shop, Shop(redis, clock)]

    answers = await asyncio.gather(*(nodes[n % 2].apply(paid) for n in range(10)))

    assert len({answer.step for answer in answers if answer}) == 1
    assert len(await shop.ledger()) == 1
    assert (await event_room.revision()).rev == seen.rev + 1


async def test_an_account_that_changed_meanwhile_is_not_overwritten(shop: Shop) -> None:
    await shop.open(rooms=1)
    paid = await shop.pay(shop.purchase())
    changed = replace(ACCOUNT, parallel_events=5, version=2)
    await shop.store.save_account(changed, seen_version=1)
    before = await shop.contents()

    assert await shop.apply(paid) is None
    assert await shop.contents() == before
    applied = await shop.apply(paid, account=changed)
    assert applied is not None
    assert applied.status == "applied"


async def test_a_purchase_whose_money_goes_back_is_not_applied(shop: Shop) -> None:
    await shop.open(rooms=1)
    paid = await shop.pay(shop.purchase())
    going = await shop.purchases.advance_purchase(refunding(paid))

    assert await shop.apply(paid) == going
    assert await shop.store.find_account("acme") == ACCOUNT
    assert await shop.ledger() == []


@pytest.fixture
def late(shop: Shop, redis: Redis) -> LateListing:
    late = LateListing(redis, DEFAULT_KEYS, DurableScripts(redis, waits=False), shop.clock.now_ms)
    shop.purchases._rooms = late
    return late


async def test_a_list_of_rooms_that_is_out_of_date_is_read_again(
    shop: Shop, late: LateListing
) -> None:
    late.late_listings = 4
    first, second = await shop.open(SMALL_ACCOUNT, rooms=2)

    await raised(shop)

    assert [(await event_room.state()).capacity for event_room in (first, second)] == [5, 5]
    assert len(await shop.ledger()) == 1


async def test_where_the_rooms_never_rest_nothing_is_applied(
    shop: Shop, late: LateListing
) -> None:
    late.late_listings = 1000
    await shop.open(rooms=2)
    paid = await shop.pay(shop.purchase())
    before = await shop.contents()

    with pytest.raises(Unavailable, match="open and close too fast"):
        await shop.apply(paid)
    assert await shop.contents() == before


async def test_rooms_that_open_and_close_meanwhile_have_the_seats_of_the_plan(
    shop: Shop,
) -> None:
    halls = await shop.open(SMALL_ACCOUNT, rooms=3)

    async def reopen(event_room: EventRoom) -> None:
        for _ in range(5):
            await event_room.rooms.close_room(event_room.ref)
            await event_room.rooms.open_room(event_room.ref, "Hall", RULES)

    await asyncio.gather(raised(shop), *map(reopen, halls[1:]))

    assert [(await event_room.state()).capacity for event_room in halls] == [5, 5, 5]


async def test_nothing_that_was_bought_expires(shop: Shop) -> None:
    await shop.open(rooms=1)
    await shop.buy(shop.purchase())

    permanent = [shop.keys.record, shop.keys.ledger, shop.keys.purchases]

    assert [await shop.redis.ttl(key) for key in permanent] == [-1, -1, -1]
