"""The outbox of an account: written with the change, taken in order, bounded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Role, RoomRules
from fullhouse.domain.webhooks import TYPES, Later, Message, Taken, room_types_text
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.account_store import AccountStore
from fullhouse.store.messages import CLAIM_MS, Messages
from fullhouse.store.outbox import Outbox
from fullhouse.store.scripts import Scripts
from tests.event_room import REF, RULES, EventRoom
from tests.fakes import FakeClock
from tests.shop import ACCOUNT, Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

ALL = room_types_text(frozenset(TYPES))
ACME = REF.account


def messages_of(event_room: EventRoom) -> Messages:
    return Messages(event_room.redis, instant=event_room.clock.now_ms)


def outbox_of(event_room: EventRoom) -> Outbox:
    clock = event_room.clock
    return Outbox(event_room.redis, wanted=frozenset(TYPES), instant=clock.now_ms)


async def told(event_room: EventRoom) -> list[tuple[str, dict[str, Any]]]:
    """All messages in the outbox, which are removed."""
    messages, found = messages_of(event_room), []
    while isinstance(taken := await messages.take(ACME, "test"), Taken):
        found.append((taken.webhook.type, msgspec.json.decode(taken.webhook.data)))
        await messages.finish(ACME, taken)
    await messages.release(ACME, "test")
    return found


def people(messages: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, ...]]:
    """Type, participant, role and reason of messages about people."""
    names = ("participant", "role", "reason")
    return [
        (type_.removeprefix("participant."), *(data[name] for name in names if name in data))
        for type_, data in messages
        if type_.startswith("participant.")
    ]


async def test_without_webhooks_nothing_is_written(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a, _ = await event_room.hello("a", "b")
    await event_room.leave(a)
    await event_room.rooms.close_room(REF)

    assert "outbox" not in await event_room.contents_names()
    assert await event_room.redis.hexists(event_room.rooms._keys.room(REF).room, "webhooks") == 0


async def test_the_life_of_a_room_is_told_in_order(event_room: EventRoom) -> None:
    types = room_types_text(frozenset({t for t in TYPES if t.startswith("room.")}))
    await event_room.open(seats=5, webhooks=types)
    await event_room.set_seats(4, "fewer")
    await event_room.hello("a", "b", "c")
    await event_room.hello("d", "e")
    await event_room.rooms.close_room(REF)

    messages = await told(event_room)

    assert [type_ for type_, _ in messages] == [
        "room.opened",
        "room.capacity_changed",
        "room.nearly_full",
        "room.full",
        "room.closed",
    ]
    opened, changed, nearly, full, closed = (data for _, data in messages)
    assert (opened["account"], opened["room"], opened["title"]) == ("acme", "hall", "Hall")
    assert (changed["from"], changed["to"], changed["cause"]) == (5, 4, "platform")
    assert (nearly["occupied"], nearly["capacity"], nearly["level"]) == (3, 4, "nearly_full")
    assert (full["occupied"], full["waiting"], full["notice"][-2:]) == (4, 1, "-2")
    assert (closed["reason"], closed["occupied"]) == ("closed", 0)
    assert closed["at_close"] == {"occupied": 4, "held": 0, "waiting": 1, "presenters": 0}
    assert [data["rev"] for _, data in messages] == sorted(data["rev"] for _, data in messages)


async def test_a_notice_that_hosts_do_not_want_is_told_to_the_platform(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2, webhooks=",room.full,")
    await event_room.hello("a")
    notice = (await event_room.state()).notice
    assert notice
    await event_room.rooms.dismiss_notice(REF, notice.id, rest=True)

    await event_room.hello("b")

    assert [type_ for type_, _ in await told(event_room)] == ["room.full"]


async def test_everybody_who_comes_and_goes_is_told_once(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=1, webhooks=ALL)
    a, _, _ = await event_room.hello("a", "b", "c")
    await event_room.hello("p", role=Role.PRESENTER)
    await event_room.hello("boss", role=Role.HOST)
    await event_room.leave(a)
    await event_room.leave(a)
    await event_room.claim("b")
    await event_room.rooms.remove_participant(REF, "b")
    await event_room.rooms.remove_participant(REF, "boss")
    await event_room.rooms.close_room(REF)

    messages = await told(event_room)

    assert people(messages) == [
        ("seated", "a", "attendee"),
        ("waiting", "b", "attendee"),
        ("waiting", "c", "attendee"),
        ("seated", "p", "presenter"),
        ("left", "a", "attendee", "left"),
        ("seated", "b", "attendee"),
        ("left", "b", "attendee", "removed"),
        ("left", "p", "presenter", "room_closed"),
        ("left", "c", "attendee", "room_closed"),
    ]


async def test_the_counts_of_a_message_are_those_after_its_change(event_room: EventRoom) -> None:
    await event_room.open(seats=2, webhooks=",participant.seated,participant.left,")
    _, b, _ = await event_room.hello("a", "b", "c")
    await event_room.leave(b)

    counts = [
        (type_, data["occupied"], data["held"], data["waiting"], data["capacity"])
        for type_, data in await told(event_room)
    ]

    assert counts == [
        ("participant.seated", 2, 0, 1, 2),
        ("participant.seated", 2, 0, 1, 2),
        ("participant.left", 1, 1, 0, 2),
    ]


async def test_who_expires_has_left(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=1, webhooks=",participant.left,")
    await event_room.drop(*await event_room.hello("a", "b"))
    await event_room.drop(*await event_room.hello("p", role=Role.PRESENTER))

    await event_room.wait(80_000)

    assert sorted(people(await told(event_room))) == [
        ("left", "a", "attendee", "expired"),
        ("left", "b", "attendee", "expired"),
        ("left", "p", "presenter", "expired"),
    ]


async def test_a_change_of_role_leaves_one_place_and_takes_another(event_room: EventRoom) -> None:
    await event_room.open(seats=2, webhooks=ALL)
    await event_room.hello("a")
    await told(event_room)

    await event_room.hello("a", role=Role.PRESENTER)

    assert people(await told(event_room)) == [
        ("left", "a", "attendee", "left"),
        ("seated", "a", "presenter"),
    ]


async def test_what_is_wanted_stays_as_it_was_at_the_opening(event_room: EventRoom) -> None:
    await event_room.open(webhooks=",room.closed,")
    await event_room.open(webhooks=ALL)
    await event_room.rooms.close_room(REF)

    assert [type_ for type_, _ in await told(event_room)] == ["room.closed"]


async def test_a_forgotten_room_that_opens_again_keeps_what_is_wanted(
    event_room: EventRoom,
) -> None:
    await event_room.open(webhooks=",room.opened,room.closed,", forgotten_ms=1_000)
    await event_room.wait(1_000)
    assert await event_room.rooms.close_forgotten(REF)

    await event_room.hello("a")

    messages = await told(event_room)
    assert [type_ for type_, _ in messages] == ["room.opened", "room.closed", "room.opened"]
    assert messages[1][1]["reason"] == "forgotten"


async def test_an_account_is_told_with_its_change_and_only_then(
    event_room: EventRoom, redis: Redis, clock: FakeClock
) -> None:
    outbox = outbox_of(event_room)
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms, outbox=outbox)
    await store.put_account(ACCOUNT)
    newer = replace(ACCOUNT, version=ACCOUNT.version + 1)
    said = [Message("downgrade.requested", {"account": ACME})]

    for _ in range(2):  # the client library repeats a call whose answer was lost
        assert await store.save_account(newer, seen_version=ACCOUNT.version, messages=said)
    stale = await store.save_account(
        replace(newer, seats=9), seen_version=ACCOUNT.version, messages=said
    )

    assert not stale
    assert await told(event_room) == [("downgrade.requested", {"account": ACME})]


async def test_an_unwanted_type_is_not_written(redis: Redis, clock: FakeClock) -> None:
    outbox = Outbox(redis, wanted=frozenset({"account.renewed"}), instant=clock.now_ms)

    assert outbox.text_of([Message("downgrade.requested", {})]) == ""
    assert outbox.text_of([Message("account.renewed", {})]) != ""


async def test_an_upgrade_is_told_before_what_it_does_to_rooms(
    shop: Shop, event_room: EventRoom
) -> None:
    hall = EventRoom(shop.redis, shop.clock)
    await hall.rooms.open_room(REF, "Hall", rules(ALL))
    await told(event_room)
    shop.purchases._outbox = outbox_of(event_room)
    application = shop.application(await shop.pay(shop.purchase()))
    said = (Message("account.upgraded", {"account": ACME}),)

    for _ in range(2):
        await shop.purchases.apply_plan(
            replace(application, messages=said), seen_version=ACCOUNT.version
        )

    types = [type_ for type_, _ in await told(event_room)]
    assert types == ["account.upgraded", "room.capacity_changed"]


def rules(types: str) -> RoomRules:
    return replace(RULES, webhooks=types)


async def test_only_one_node_has_a_message_until_its_claim_ends(event_room: EventRoom) -> None:
    await event_room.open(webhooks=ALL)
    messages = messages_of(event_room)
    first = await messages.take(ACME, "one")
    assert isinstance(first, Taken)
    assert await messages.take(ACME, "one") == first

    assert await messages.take(ACME, "two") == Later(CLAIM_MS)
    event_room.clock.advance(ms=CLAIM_MS)
    second = await messages.take(ACME, "two")

    assert isinstance(second, Taken)
    assert (second.number, second.webhook) == (first.number, first.webhook)


async def test_a_node_that_was_stopped_for_long_changes_nothing_of_the_next_one(
    event_room: EventRoom,
) -> None:
    await event_room.open(webhooks=ALL)
    messages = messages_of(event_room)
    stopped = await messages.take(ACME, "one")
    event_room.clock.advance(ms=CLAIM_MS)
    await event_room.hello("a")
    assert isinstance(await messages.take(ACME, "two"), Taken)

    await messages.release(ACME, "one", attempt=7, due_ms=event_room.clock.now_ms() + 9_000)
    assert await messages.give_up(ACME, "one", now_ms=1 << 52, reason="late") == 0
    again = await messages.take(ACME, "two")
    assert isinstance(again, Taken)
    assert again.attempt == 0
    assert isinstance(stopped, Taken)
    await messages.finish(ACME, stopped)  # the platform has received it
    await messages.finish(ACME, again)  # and again

    after = await messages.take(ACME, "two")
    assert isinstance(after, Taken)
    assert (after.number, after.webhook.type) == (stopped.number + 1, "participant.seated")


async def test_a_claim_ends_with_the_last_message(event_room: EventRoom) -> None:
    await event_room.open(webhooks=",room.opened,room.closed,")
    messages = messages_of(event_room)
    taken = await messages.take(ACME, "one")
    assert isinstance(taken, Taken)
    await messages.finish(ACME, taken)
    assert await messages.take(ACME, "one") is None

    await event_room.rooms.close_room(REF)

    assert isinstance(await messages.take(ACME, "two"), Taken)


async def test_a_pause_holds_for_all_nodes_and_a_wrong_clock_does_not_prolong_it(
    event_room: EventRoom,
) -> None:
    await event_room.open(webhooks=ALL)
    messages, clock = messages_of(event_room), event_room.clock
    await messages.take(ACME, "one")
    await messages.release(ACME, "one", attempt=1, due_ms=clock.now_ms() + 5_000)

    assert await messages.take(ACME, "two") == Later(5_000)
    clock.advance(ms=-7 * 86_400_000)
    taken = await messages.take(ACME, "two")

    assert isinstance(taken, Taken)
    assert taken.attempt == 1


async def test_a_full_outbox_drops_its_oldest_messages_and_counts_them(
    event_room: EventRoom, redis: Redis
) -> None:
    store = AccountStore(redis, waits_for_disk=False, outbox=outbox_of(event_room))
    await store.put_account(ACCOUNT)
    text = '{"now_ms":5,"messages":[' + ",".join(['"{}"'] * 10_003) + "]}"
    script = Scripts.register(redis).save_account
    args: list[str | int] = [ACCOUNT.version, "doc", 2, "p", 1, 1, 1, text]
    keys = AccountKeys(ACME)

    await script(keys=[keys.record, keys.outbox], args=args)

    outbox, messages = outbox_of(event_room), messages_of(event_room)
    assert await outbox.pending(ACME) == 10_000
    assert await messages.lost_of([ACME, "other"]) == [(0, 3), (0, 0)]
    assert await redis.hlen(keys.outbox) == 10_003  # with last, done and dropped
    assert await redis.hget(keys.outbox, "4") == b"5 {}"


async def test_dropped_messages_are_told_once(event_room: EventRoom, redis: Redis) -> None:
    await event_room.open(webhooks=ALL)
    await redis.hset(AccountKeys(ACME).outbox, "dropped", "3")
    messages = messages_of(event_room)

    counts = [await messages.take(ACME, "one") for _ in range(2)]

    assert [taken.dropped for taken in counts if isinstance(taken, Taken)] == [3, 0]


async def test_old_messages_are_given_up_and_may_be_sent_again_with_their_id(
    event_room: EventRoom,
) -> None:
    await event_room.open(webhooks=",room.opened,room.closed,")
    messages, clock = messages_of(event_room), event_room.clock
    opened = await messages.take(ACME, "one")
    assert isinstance(opened, Taken)
    clock.advance(ms=86_400_000)
    await event_room.rooms.close_room(REF)

    count = await messages.give_up(ACME, "one", now_ms=clock.now_ms(), reason="status 500")
    (given_up,) = await messages.given_up(ACME)
    closed = await messages.take(ACME, "one")
    assert isinstance(closed, Taken)
    for _ in range(2):
        await messages.resend(ACME, [given_up])
    await messages.finish(ACME, closed)
    again = await messages.take(ACME, "one")

    assert (count, given_up.webhook, given_up.reason) == (1, opened.webhook, "status 500")
    assert closed.webhook.type == "room.closed"
    assert isinstance(again, Taken)
    assert again.webhook == opened.webhook
    assert await messages.given_up(ACME) == []
    await messages.finish(ACME, again)
    assert await messages.take(ACME, "one") is None


async def test_only_so_many_given_up_messages_are_kept_and_not_for_ever(
    event_room: EventRoom, redis: Redis
) -> None:
    await event_room.open(webhooks=ALL)
    outbox, messages = outbox_of(event_room), messages_of(event_room)
    for n in range(12):
        await event_room.hello(*(f"p{n}-{k}" for k in range(100)))
    await messages.take(ACME, "one")
    later_ms = event_room.clock.now_ms() + 2 * 86_400_000

    while await messages.give_up(ACME, "one", now_ms=later_ms, reason="gone"):
        pass

    kept = await messages.given_up(ACME)
    assert len(kept) == 1_000
    assert await outbox.pending(ACME) == 0
    assert await redis.pttl(AccountKeys(ACME).given_up) > 0


async def test_a_deleted_account_leaves_no_messages(
    event_room: EventRoom, redis: Redis, clock: FakeClock
) -> None:
    outbox, messages = outbox_of(event_room), messages_of(event_room)
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms, outbox=outbox)
    await store.put_account(ACCOUNT)
    newer = replace(ACCOUNT, version=2)
    await store.save_account(
        newer, seen_version=1, messages=[Message("payment.failed", {"account": ACME})]
    )

    assert await store.delete_account(ACME, with_ledger=False) == "deleted"

    assert await messages.take(ACME, "one") is None
    assert not {"outbox", "given_up"} & set(await event_room.contents_names())


async def test_an_index_entry_is_removed_only_when_nothing_was_written_meanwhile(
    event_room: EventRoom,
) -> None:
    await event_room.open(webhooks=",room.opened,")
    outbox = outbox_of(event_room)
    await outbox.note([ACME])
    (claim,) = await outbox.take_accounts(5)
    assert await outbox.take_accounts(5) == []

    await outbox.forget(claim)
    (again,) = await outbox.take_accounts(5)
    await told(event_room)
    await outbox.forget(again)

    assert await outbox.take_accounts(5) == []


async def test_what_a_dead_node_has_not_noted_is_found_by_the_walk(
    event_room: EventRoom, redis: Redis, clock: FakeClock
) -> None:
    await AccountStore(redis, waits_for_disk=False, instant=clock.now_ms).put_account(ACCOUNT)
    await event_room.open(webhooks=ALL)
    outbox = outbox_of(event_room)
    assert await outbox.take_accounts(5) == []

    await outbox.walk(outbox._keys.part_of(ACME))

    assert [claim.account for claim in await outbox.take_accounts(5)] == [ACME]


async def test_a_node_hears_which_accounts_have_messages(
    event_room: EventRoom, redis: Redis
) -> None:
    heard: list[str] = []
    await event_room.open(webhooks=",participant.waiting,", seats=1)
    event_room.rooms._calls._heard = heard.append
    a, _ = await event_room.hello("a", "b")
    assert heard == [ACME]
    await event_room.renew([a])
    assert heard == [ACME]

    event_room.clock.advance(ms=1)
    await event_room.rooms.sweep_rooms([(REF, NOTHING_SEEN, True)])
    await event_room.rooms.close_room(REF)

    assert heard == [ACME]


@pytest.mark.parametrize(("wanted", "expected"), [(",room.opened,", [ACME]), ("", [])])
async def test_a_node_hears_of_a_room_that_it_opens_again(
    event_room: EventRoom, wanted: str, expected: list[str]
) -> None:
    heard: list[str] = []
    await event_room.open(webhooks=wanted, forgotten_ms=1_000)
    await event_room.wait(1_000)
    assert await event_room.rooms.close_forgotten(REF)
    event_room.rooms._reopening._heard = heard.append

    await event_room.hello("a")

    assert heard == expected


@pytest.mark.parametrize("title", ['"outbox":true', '\\"outbox\\":true'])
async def test_a_title_does_not_look_like_a_message(event_room: EventRoom, title: str) -> None:
    heard: list[str] = []
    event_room.rooms._calls._heard = heard.append
    await event_room.has_account(seats=2)

    await event_room.rooms.open_room(REF, title, rules(""))

    assert heard == []
