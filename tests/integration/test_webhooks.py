"""Webhooks from the outbox of an account to a receiver that verifies them."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from fullhouse.clock import SystemClock
from fullhouse.domain.addresses import AllowedAddresses
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import RoomRef
from fullhouse.domain.webhooks import TYPES, Failure, Webhook, room_types_text
from fullhouse.edge.closed_reports import ClosedReports
from fullhouse.edge.report_objects import report_object
from fullhouse.edge.webhook_examples import EXAMPLES
from fullhouse.service.reports import ReportService
from fullhouse.service.webhooks import HOLD_S, LOOK_EVERY, PARALLEL, WebhookDelivery
from fullhouse.store.messages import CLAIM_MS, Messages
from fullhouse.store.outbox import Outbox
from fullhouse.store.reports import Reports
from fullhouse.webhooks.sender import body_of, webhook_sender
from tests.accounts import CATALOGUE, an_account
from tests.event_room import EventRoom
from tests.fakes import FakeClock
from tests.receivers import (
    BROKEN,
    OTHER_SECRET,
    SECRET,
    Receiver,
    running_receiver,
)
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account

LOCAL = AllowedAddresses.parse(["127.0.0.0/8"])
WANTED = room_types_text(frozenset(TYPES))
FULL = msgspec.json.encode(EXAMPLES["room.full"].data)  # type: ignore[attr-defined]  # made by a table
HOOK = Webhook("msg_1", "acme", "room.full", 1_700_000_000_123, FULL)


@dataclass
class Figures:
    """What a node would count."""

    delivered: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    dropped: int = 0

    def webhook_delivered(self, type_: str, age_s: float) -> None:
        self.delivered[type_] += 1

    def webhook_failed(self, kind: str) -> None:
        self.failed[kind] += 1

    def webhooks_given_up(self, count: int) -> None:
        self.given_up += count

    def webhooks_dropped(self, count: int) -> None:
        self.dropped += count


@dataclass
class Accounts:
    """Every account exists.

    Attributes:
        failures: What the next calls raise.
        asked: The number of calls.
    """

    failures: list[StoreUnavailable] = field(default_factory=list)
    asked: int = 0

    async def current(self, account_id: str) -> Account:
        self.asked += 1
        if self.failures:
            raise self.failures.pop()
        return an_account(id=account_id)


@dataclass
class Node:
    """The part of a node that delivers, on the clock of the test."""

    redis: Redis
    clock: FakeClock
    outbox: Outbox
    messages: Messages
    delivery: WebhookDelivery
    figures: Figures
    accounts: Accounts
    reports: ReportService

    def hall(self, account: str = "acme", room: str = "hall") -> EventRoom:
        event_room = EventRoom(self.redis, self.clock, RoomRef(account, room))
        event_room.rooms._calls._heard = self.outbox.heard
        return event_room

    async def look(self) -> None:
        """What the node does until nothing is due."""
        for _ in range(LOOK_EVERY):
            await self.delivery.step()
        await self.delivery.idle()


@asynccontextmanager
async def a_node(
    redis: Redis, clock: FakeClock, receiver: Receiver, *, secrets: tuple[str, ...] = (SECRET,)
) -> AsyncIterator[Node]:
    ids = count(1)
    name = f"{id(receiver)}-{secrets}-{id(ids)}"
    outbox = Outbox(redis, wanted=frozenset(TYPES), instant=clock.now_ms)
    messages = Messages(redis, installation="i", instant=clock.now_ms)
    figures, accounts = Figures(), Accounts()
    reports = ReportService(Reports(redis, instant=clock.now_ms), accounts, CATALOGUE)
    async with webhook_sender(
        receiver.url, secrets, LOCAL, SystemClock(), parallel=PARALLEL
    ) as sender:
        delivery = WebhookDelivery(
            outbox,
            messages,
            sender,
            figures,
            complete=ClosedReports(reports).add_to,
            new_id=lambda: f"{name}-{next(ids)}",
            chance=lambda: 1.0,
        )
        try:
            yield Node(redis, clock, outbox, messages, delivery, figures, accounts, reports)
        finally:
            await delivery.stop(0)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with running_receiver() as receiver:
        yield receiver


@pytest.fixture
async def node(redis: Redis, clock: FakeClock, receiver: Receiver) -> AsyncIterator[Node]:
    async with a_node(redis, clock, receiver) as node:
        yield node


async def test_an_event_arrives_in_order_and_signed(node: Node, receiver: Receiver) -> None:
    hall = node.hall()
    await hall.open(seats=2, webhooks=WANTED)
    await hall.hello("a", "b", "c")
    await hall.rooms.close_room(hall.ref)

    await node.look()

    assert receiver.types[0] == "room.opened"
    assert receiver.types[-1] == "room.closed"
    assert sorted(receiver.types[1:-1]) == sorted(
        ["participant.seated"] * 2
        + ["participant.waiting", "room.full"]
        + ["participant.left"] * 3
    )
    headers, opened = receiver.requests[0]
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert set(opened) == {"type", "timestamp", "data"}
    assert opened["timestamp"] == "2023-11-14T22:13:20.000Z"
    assert receiver.accepted[-1]["data"]["opened_at"] == "2023-11-14T22:13:20.000Z"
    assert len(set(receiver.ids)) == len(receiver.ids) == sum(node.figures.delivered.values())
    assert await node.outbox.take_accounts(9) == []


async def close_a_hall_with_waits(node: Node) -> EventRoom:
    """Two people got the seats, one gave up after a minute, one waited to the end."""
    hall = node.hall()
    await hall.open(seats=2, webhooks=WANTED)
    await hall.hello("a", "b")
    _, ben = await hall.hello("ann", "ben")
    node.clock.advance(ms=60_000)
    await hall.leave(ben)
    await hall.rooms.close_room(hall.ref)
    return hall


async def test_the_end_of_an_event_brings_its_report(node: Node, receiver: Receiver) -> None:
    hall = await close_a_hall_with_waits(node)

    await node.look()

    report = receiver.accepted[-1]["data"]["report"]
    expected = report_object(hall.ref, await node.reports.of(hall.ref))
    assert report == msgspec.json.decode(msgspec.json.encode(expected))
    assert (report["status"], report["arrivals"], report["waits"]["people"]) == ("closed", 4, 2)
    assert (report["waits"]["left"], report["waits"]["still_waiting"]) == (1, 1)
    assert report["waits"]["times_to_give_up"]["median_s"] == 60


async def test_a_later_attempt_brings_the_report_with_the_same_id(
    node: Node, receiver: Receiver
) -> None:
    await node.hall().open(webhooks=",room.closed,")
    await node.hall().rooms.close_room(node.hall().ref)
    receiver.answers.append(BROKEN)
    await node.look()
    node.clock.advance(ms=2_000)
    await node.look()

    (_, first), (_, second) = receiver.requests
    assert receiver.ids[0] == receiver.ids[1]
    assert first["data"]["report"]["now"] < second["data"]["report"]["now"]
    first["data"]["report"]["now"] = second["data"]["report"]["now"]
    assert first == second


async def test_a_room_that_was_opened_again_or_deleted_has_no_report(
    node: Node, receiver: Receiver
) -> None:
    again = await close_a_hall_with_waits(node)
    gone = node.hall(room="gone")
    await gone.open(webhooks=",room.closed,")
    await gone.rooms.close_room(gone.ref)
    node.clock.advance(ms=1)
    await again.open(webhooks=WANTED)
    await gone.closed.delete(gone.ref)

    await node.look()

    ends = [each["data"] for each in receiver.accepted if each["type"] == "room.closed"]
    assert [(end["room"], end["report"]) for end in ends] == [("hall", None), ("gone", None)]
    assert ends[0]["at_close"]["waiting"] == 1


async def test_each_end_has_the_report_of_its_own_opening(node: Node, receiver: Receiver) -> None:
    hall = await close_a_hall_with_waits(node)
    node.clock.advance(ms=1)
    await hall.open(webhooks=WANTED)
    await hall.rooms.close_room(hall.ref)

    await node.look()

    first, second = (each["data"] for each in receiver.accepted if each["type"] == "room.closed")
    assert first["report"] is None
    assert second["report"]["arrivals"] == 0


async def test_an_end_waits_for_a_store_that_cannot_give_the_report(
    node: Node, receiver: Receiver
) -> None:
    await node.hall().open(webhooks=",room.closed,")
    await node.hall().rooms.close_room(node.hall().ref)
    node.accounts.failures.append(StoreUnavailable())
    await node.look()
    assert receiver.requests == []
    assert node.figures.failed == {}

    node.clock.advance(ms=CLAIM_MS)
    await node.look()

    assert receiver.types == ["room.closed"]
    assert receiver.accepted[0]["data"]["report"]["status"] == "closed"


async def test_a_report_that_took_too_long_is_read_again_under_a_new_claim(
    node: Node, receiver: Receiver
) -> None:
    """By then another node may have the message."""
    await node.hall().open(webhooks=",room.closed,")
    await node.hall().rooms.close_room(node.hall().ref)
    node.delivery._now_s = lambda: HOLD_S + 1 if node.accounts.asked else 0.0

    await node.look()

    assert node.accounts.asked == 2
    assert receiver.types == ["room.closed"]


async def test_a_failed_message_is_sent_again_later_before_all_others(
    node: Node, receiver: Receiver
) -> None:
    receiver.answers.extend([BROKEN, "302 Found", "410 Gone"])
    hall = node.hall()
    await hall.open(seats=9, webhooks=WANTED)
    await hall.hello("a")

    for pause_ms in (2_000, 4_000, 8_000):
        await node.look()
        node.clock.advance(ms=pause_ms - 1)
        await node.look()
        node.clock.advance(ms=1)
    await node.look()

    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2] == receiver.ids[3]
    assert len(receiver.requests) == 5
    assert receiver.types == ["room.opened", "participant.seated"]
    assert node.figures.failed == {"status": 3}


async def test_the_receiver_may_ask_for_a_longer_pause(node: Node, receiver: Receiver) -> None:
    receiver.answers.append("503 Busy")
    receiver.more_headers = "retry-after: 120\r\n"
    await node.hall().open(webhooks=WANTED)
    await node.look()

    node.clock.advance(ms=119_000)
    await node.look()
    assert receiver.types == []
    node.clock.advance(ms=1_000)
    await node.look()

    assert receiver.types == ["room.opened"]


async def test_a_lost_answer_repeats_the_message_with_its_id(
    node: Node, receiver: Receiver
) -> None:
    receiver.answers.append("")
    await node.hall().open(webhooks=WANTED)
    await node.look()
    node.clock.advance(ms=2_000)
    await node.look()

    assert receiver.types == ["room.opened"] * 2
    assert len(set(receiver.ids)) == 1


async def test_a_message_is_given_up_after_a_day_and_the_next_ones_follow(
    node: Node, receiver: Receiver
) -> None:
    receiver.answers.extend([BROKEN, BROKEN])
    hall = node.hall()
    await hall.open(seats=9, webhooks=WANTED)
    await node.look()
    node.clock.advance(ms=86_400_000)
    await hall.hello("a")
    await node.look()
    assert node.figures.given_up == 1

    node.clock.advance(ms=600_000)
    await node.look()
    (given_up,) = await node.messages.given_up("acme")
    await node.messages.resend("acme", [given_up])
    await node.outbox.note(["acme"])
    await node.look()

    assert receiver.types == ["participant.seated", "room.opened"]
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[3]


async def test_a_slow_account_delays_no_other_and_has_one_request_at_a_time(
    redis: Redis, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.slow = {"slow"}
    async with a_node(redis, clock, receiver) as one, a_node(redis, clock, receiver) as two:
        await one.hall("slow").open(webhooks=WANTED)
        await two.hall("slow", "other").has_account(seats=2, parallel_events=1)
        await two.hall("slow").hello("a")
        await one.hall("quick").open(webhooks=WANTED)

        for node in (one, two, one, two):
            await node.delivery.step()
            clock.advance(ms=1)
        await wait_until(lambda: len(receiver.requests) == 2)
        await two.look()
        assert [each["data"]["account"] for each in receiver.accepted] == ["quick"]

        receiver.gate.set()
        await one.look()

    assert receiver.types.count("participant.seated") == 1
    assert receiver.most_at_once == 1


async def test_a_node_that_stops_ends_with_the_message_in_hand(
    redis: Redis, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.slow = {"acme"}
    async with a_node(redis, clock, receiver) as stopping, a_node(redis, clock, receiver) as next_:
        hall = stopping.hall()
        await hall.open(seats=9, webhooks=WANTED)
        await hall.hello("a")
        await stopping.delivery.step()
        await wait_until(lambda: len(receiver.requests) == 1)

        stopped = asyncio.create_task(stopping.delivery.stop(9))
        await wait_until(lambda: stopping.delivery._is_stopping)
        receiver.gate.set()
        await stopped
        assert receiver.types == ["room.opened"]
        await next_.look()

    assert receiver.types == ["room.opened", "participant.seated"]


async def test_a_node_knows_how_old_the_oldest_message_is(node: Node, receiver: Receiver) -> None:
    receiver.answers.append(BROKEN)
    await node.hall().open(webhooks=WANTED)
    node.clock.advance(ms=3_600_000)
    await node.look()
    assert 3_600 <= node.delivery.oldest_s < 3_700

    node.clock.advance(ms=2_000)
    await node.look()

    assert node.delivery.oldest_s == 0


async def test_many_failing_accounts_leave_room_for_others(
    redis: Redis, clock: FakeClock, receiver: Receiver
) -> None:
    names = [f"slow-{n}" for n in range(PARALLEL)]
    async with a_node(redis, clock, receiver) as node:
        receiver.answers.extend([BROKEN] * PARALLEL)
        for name in names:
            await node.hall(name).open(webhooks=WANTED)
        await node.look()
        receiver.slow = set(names)
        clock.advance(ms=2_000)
        for _ in range(LOOK_EVERY):
            await node.delivery.step()
        await wait_until(lambda: len(receiver.requests) == PARALLEL + PARALLEL // 2)

        await node.hall("quick").open(webhooks=WANTED)
        await node.delivery.step()
        await wait_until(lambda: receiver.types == ["room.opened"])

    assert receiver.accepted[0]["data"]["account"] == "quick"


async def test_another_node_takes_over_from_one_that_died(
    redis: Redis, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.slow = {"acme"}
    async with a_node(redis, clock, receiver) as alive:
        async with a_node(redis, clock, receiver) as dead:
            hall = dead.hall()
            await hall.open(seats=9, webhooks=WANTED)
            await hall.hello("a")
            await dead.delivery.step()
            await wait_until(lambda: len(receiver.requests) == 1)
        receiver.slow.clear()
        await alive.look()
        assert len(receiver.requests) == 1  # the claim of the dead node still holds

        clock.advance(ms=CLAIM_MS)
        await alive.look()

    assert receiver.ids[0] == receiver.ids[1]
    assert [document["type"] for _, document in receiver.requests[1:]] == [
        "room.opened",
        "participant.seated",
    ]


async def test_the_first_secret_signs(redis: Redis, clock: FakeClock, receiver: Receiver) -> None:
    receiver.secret = OTHER_SECRET
    async with a_node(redis, clock, receiver, secrets=(OTHER_SECRET, SECRET)) as node:
        await node.hall().open(webhooks=WANTED)
        await node.look()
    ((headers, _),) = receiver.requests

    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body_of(HOOK), headers)
    assert receiver.types == ["room.opened"]


async def test_what_was_written_under_the_old_secret_is_signed_with_the_new_one(
    redis: Redis, clock: FakeClock, receiver: Receiver
) -> None:
    receiver.answers.append(BROKEN)
    async with a_node(redis, clock, receiver) as before:
        await before.hall().open(webhooks=WANTED)
        await before.look()
    receiver.secret = OTHER_SECRET
    clock.advance(ms=2_000)
    async with a_node(redis, clock, receiver, secrets=(OTHER_SECRET, SECRET)) as after:
        await after.look()

    assert receiver.types == ["room.opened"]


async def attempt(url: str, allowed: AllowedAddresses = LOCAL) -> Failure | None:
    async with webhook_sender(url, [SECRET], allowed, SystemClock(), parallel=1) as sender:
        return await sender.send(HOOK)


NOBODY = AllowedAddresses()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
async def test_no_request_goes_to_a_private_address(receiver: Receiver, host: str) -> None:
    failure = await attempt(receiver.url.replace("127.0.0.1", host), NOBODY)

    assert failure is not None
    assert failure.kind == "refused_address"
    assert receiver.requests == []


async def test_a_name_is_checked_by_its_address_and_kept_in_the_request(
    receiver: Receiver,
) -> None:
    named = receiver.url.replace("127.0.0.1", "localhost")

    assert await attempt(named, AllowedAddresses.parse(["127.0.0.1"])) is None

    ((headers, _),) = receiver.requests
    assert headers["host"] == f"localhost:{receiver.port}"


async def test_an_address_of_ipv6_is_reached() -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "::1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await attempt(f"http://[::1]:{port}/", AllowedAddresses.parse(["::1"])) is None

    ((headers, _),) = receiver.requests
    assert headers["host"] == f"[::1]:{port}"


async def test_a_name_that_does_not_exist_is_a_failure() -> None:
    failure = await attempt("http://nobody.invalid/")

    assert failure is not None
    assert failure.kind == "connection"


async def test_a_redirect_is_a_failure_and_not_followed(receiver: Receiver) -> None:
    receiver.answers.append("307 Elsewhere")
    receiver.more_headers = f"location: {receiver.url}\r\n"

    failure = await attempt(receiver.url)

    assert failure == Failure("status", "status 307")
    assert len(receiver.requests) == 1


async def test_who_is_not_there_is_told_apart() -> None:
    failure = await attempt("http://127.0.0.1:1/")

    assert failure == Failure("connection", "ConnectError")


async def test_a_long_answer_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                sent += 65_536
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert await attempt(url) is None

    assert sent < 50_000_000
