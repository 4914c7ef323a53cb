"""What a node does for how many people, as counts that no machine changes.

Times are the benchmark's. A change that makes the node do more for the same shows here.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn

from fullhouse import app
from fullhouse.domain.rooms import Role, Visitor
from fullhouse.edge.draining import DrainingServer
from fullhouse.edge.ws.connection import Connection
from fullhouse.edge.ws.keepalive import ALIVE, PING
from fullhouse.settings import Settings
from fullhouse.store.keys import DEFAULT_KEYS
from tests import raw
from tests.clients import room_token
from tests.event_probe import ear_on
from tests.event_room import REF, EventRoom
from tests.fakes import FakeClock
from tests.integration.http.face import Hearing, exchange, scope_of
from tests.nodes import KEY, SECRET
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from fullhouse.realtime.ports import Topic
    from tests.integration.http.answers import Answer

PEOPLE, BATCHES = 1000, 4  # a call that admits takes 256 people
PARKED = 40
LOOPS_AT_WORK = 3  # some of the node's own loops may have a step under way
QUIET: dict[str, Any] = {
    "beat_s": 250.0,
    "lease_s": 600.0,
    "grace_s": 600.0,
    "wait_grace_s": 600.0,
}


@dataclass(slots=True)
class Guest:
    """One connection without a socket, and all it was sent."""

    name: str
    frames: dict[str, list[bytes]] = field(default_factory=dict)
    is_open = True
    was_sent_out = False
    may_buy = False
    role = Role.ATTENDEE

    @property
    def visitor(self) -> Visitor:
        return Visitor(REF, self.name, Role.ATTENDEE, may_buy=False)

    def send(self, frame: bytes, topic: Topic) -> None:
        self.frames.setdefault(topic, []).append(frame)

    def close(self, code: int, reason: str, cause: str = "") -> None:
        raise AssertionError((code, reason))

    def send_away(self, after_ms: int) -> None: ...


class ConnectionRegistry:
    """A node in this process whose loops do nothing by themselves that would be counted."""

    def __init__(self, node: app.Node) -> None:
        self.upgrade_handler = node.upgrade_handler
        self.app = node.app
        self.hub = node.realtime.hub
        self.lease_renewal = node.realtime.lease_renewal

    def calls(self, script: str) -> int:
        """How often a script was called."""
        sample = f'fullhouse_script_seconds_count{{script="{script}"}} '
        lines = self.upgrade_handler.registry.metrics.text().decode().splitlines()
        return sum(int(float(line.split()[-1])) for line in lines if line.startswith(sample))

    async def polled(self, name: str) -> Answer:
        """Somebody without a WebSocket asks."""
        hearing = Hearing()
        headers = {"authorization": f"Bearer {room_token(REF.account, name)}"}
        await exchange(self.app, hearing, scope_of("POST", "/v1/poll", headers), [])
        return hearing.answer

    async def hears(self) -> None:
        """People may come: until the node hears events it tells them to come again."""
        first = Guest("first")
        while "place" not in first.frames:
            first.frames.clear()
            self.hub.enter(first.visitor, first)
            await wait_until(lambda: first.frames)

    async def fills(self) -> list[Guest]:
        """So many people speak before any of them is answered."""
        guests = [Guest(f"guest-{number}") for number in range(PEOPLE)]
        for guest in guests:
            self.hub.enter(guest.visitor, guest)
        await wait_until(lambda: all("place" in guest.frames for guest in guests))
        return guests


def _event_room(redis: Redis) -> EventRoom:
    """By the store's own time, as nodes have it."""
    return EventRoom(redis, FakeClock(0))


@asynccontextmanager
async def registry_on(redis: Redis, url: str) -> AsyncIterator[ConnectionRegistry]:
    """A node, and a room without a free seat."""
    event_room = _event_room(redis)
    await event_room.open(seats=PEOPLE, lease_ms=600_000)
    await event_room.set_seats(0)
    settings = Settings(redis_url=url, api_keys=(KEY,), token_secret=SECRET, **QUIET)
    async with app.node(settings) as node:
        yield ConnectionRegistry(node)


async def test_a_thousand_joins_are_four_script_calls_and_as_many_events(
    redis: Redis, redis_url: str
) -> None:
    async with registry_on(redis, redis_url) as registry:
        await registry.hears()
        calls = registry.calls("admit")

        async with ear_on(redis, REF.account) as ear:
            await registry.fills()

            assert len(await ear.heard()) == BATCHES
        assert registry.calls("admit") - calls == BATCHES


async def test_a_thousand_polls_of_one_room_are_a_few_script_calls(
    redis: Redis, redis_url: str
) -> None:
    """However many people poll, a call of the store takes as many as have come by then.

    On a machine that is busy some calls leave before they are full.
    """
    async with registry_on(redis, redis_url) as registry:
        answers = await asyncio.gather(*(registry.polled(f"guest-{n}") for n in range(PEOPLE)))

        assert [answer.status for answer in answers] == [200] * PEOPLE
        assert BATCHES <= registry.calls("poll") <= 2 * BATCHES
        assert registry.calls("admit") == registry.calls("snapshot") == 0


async def test_a_beat_renews_a_thousand_people_and_one_in_two_script_calls(
    redis: Redis, redis_url: str
) -> None:
    async with registry_on(redis, redis_url) as registry:
        await registry.hears()
        await registry.fills()
        await (
            registry.lease_renewal.renew_all()
        )  # a store that does not know the script is asked again
        calls = registry.calls("renew")

        await registry.lease_renewal.renew_all()

        assert registry.calls("renew") - calls == 2


async def test_a_broadcast_is_one_message_of_the_store_and_one_frame_for_everybody(
    redis: Redis, redis_url: str
) -> None:
    """One encoding and one framing: everybody is sent the very same bytes."""
    async with registry_on(redis, redis_url) as registry:
        await registry.hears()
        guests = await registry.fills()

        async with ear_on(redis, REF.account) as ear:
            await _event_room(redis).set_seats(10, "more")
            await wait_until(lambda: all("refresh" in guest.frames for guest in guests))

            assert len(await ear.heard()) == 1
        frames = [frame for guest in guests for frame in guest.frames["refresh"]]
        assert len(frames) == PEOPLE
        assert len({id(frame) for frame in frames}) == 1


async def test_a_node_hears_an_account_once_however_many_are_there(
    redis: Redis, redis_url: str
) -> None:
    async with registry_on(redis, redis_url) as one, registry_on(redis, redis_url) as other:
        await one.hears()
        await other.hears()
        await one.fills()

        channel = DEFAULT_KEYS.events_channel(REF.account)
        assert await redis.pubsub_shardnumsub(channel) == [(channel.encode(), 2)]


async def test_a_frame_is_its_json_and_four_bytes(redis: Redis, redis_url: str) -> None:
    """And the JSON is what a packet holds many of."""
    async with registry_on(redis, redis_url) as registry:
        await registry.hears()
        (guest, *_) = await registry.fills()
        await _event_room(redis).set_seats(10, "more")
        await wait_until(lambda: "refresh" in guest.frames)

        (frame,) = guest.frames["refresh"]
        assert json.loads(frame[4:])["type"] == "refresh_required"
        assert len(frame) < 260
        assert len(PING + ALIVE) < 40


async def test_a_parked_connection_has_no_task_parser_timer_or_outbox(
    redis: Redis, redis_url: str
) -> None:
    async with registry_on(redis, redis_url) as registry, _served(registry) as port:
        await registry.hears()
        tasks = len(asyncio.all_tasks())

        async with AsyncExitStack() as sockets:
            for number in range(PARKED):
                await sockets.enter_async_context(_waiting(port, f"guest-{number}"))

            await wait_until(lambda: len(asyncio.all_tasks()) <= tasks + LOOPS_AT_WORK)
            parked = list(registry.upgrade_handler.registry.keepalive)
            assert len(parked) == PARKED
            for connection in parked:
                assert isinstance(connection, Connection)
                rest = (connection._parser, connection._timer, connection._outbox)
                assert rest == (None, None, None)


@asynccontextmanager
async def _served(registry: ConnectionRegistry) -> AsyncIterator[int]:
    """The node behind a real socket; its port."""
    config = uvicorn.Config(
        registry.app,
        port=0,
        http=registry.upgrade_handler.first_bytes,  # type: ignore[arg-type]  # any callable of that shape will do
        ws=registry.upgrade_handler.upgrade,  # type: ignore[arg-type]  # as above
        lifespan="off",
        log_config=None,
    )
    server = DrainingServer(config, registry.upgrade_handler.registry)
    serving = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def _waiting(port: int, name: str) -> AsyncIterator[None]:
    """Somebody who has been told that they wait."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw.HANDSHAKE.format(host="fullhouse.test").encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw.hello(room_token(REF.account, name)))
        await reader.readuntil(b'"waiting"')  # a ping may come before
        yield
    finally:
        writer.transport.abort()
