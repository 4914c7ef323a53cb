"""The Python client on real nodes: a whole event, polls in place of WebSockets, and problems."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.client import (
    InvalidRequest,
    NotInvited,
    PlatformClient,
    Problem,
    RoomClient,
    RoomEnded,
    ServerUnreachable,
    TokenUnavailable,
)
from fullhouse.client.lines import ConnectFailed
from fullhouse.client.problems import NotInside
from fullhouse.client.reconnection import Backoff
from fullhouse.edge.ws.messages import CapacityChanged, RoomMessage, Seated, Waiting
from tests.days import business_day
from tests.nodes import KEY
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fullhouse.client.lines import TokenSource
    from fullhouse.client.socket_line import SocketLine
    from fullhouse.edge.ws.messages import ServerMessage
    from tests.integration.ws.event_room import EventRoom

PAGE = (Path(__file__).parents[3] / "docs" / "client.md").read_text()
EXAMPLES = [
    example
    for example in re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if "asyncio.run(" in example
]
QUICK = Backoff(0.05, 0.1)


@pytest.fixture
async def running() -> AsyncIterator[AsyncExitStack]:
    """Ends the clients of a test."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def platform(event_room: EventRoom) -> AsyncIterator[PlatformClient]:
    async with PlatformClient(event_room.nodes[0].base_url, KEY, uses_proxy=False) as client:
        yield client


async def blocked(_url: str) -> SocketLine:
    """A network that lets no WebSocket through."""
    raise ConnectFailed("blocked")


def tokens(platform: PlatformClient, event_room: EventRoom, name: str) -> TokenSource:
    return platform.account(event_room.account).room("hall").token_source(name)


async def until(client: RoomClient, *kinds: str) -> None:
    """Receive until the place is of one of these kinds."""
    async with asyncio.timeout(PATIENCE_S):
        while client.place.kind not in kinds:
            await client.receive()


async def the_end(client: RoomClient) -> RoomEnded:
    async with asyncio.timeout(PATIENCE_S):
        async for _ in client:
            pass
    assert client.ended is not None
    return client.ended


async def test_a_person_waits_is_called_and_enters_by_itself(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    await event_room.seated("a", "b")
    address = event_room.nodes[1].base_url
    person = RoomClient(address, tokens(platform, event_room, "c"))
    await running.enter_async_context(person)

    await until(person, "waiting")
    assert person.place.ahead == 0
    await platform.account(event_room.account).room("hall").remove("a")
    await until(person, "seated")

    await person.leave()
    assert (await the_end(person)).code == 4011
    await event_room.settles(occupied=1, waiting=0)


async def test_a_host_hears_of_an_upgrade_that_is_bought_once(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    account = platform.account(event_room.account)
    token = (await account.room("hall").token("h", "host")).token

    async def token_of_host() -> str:
        return token

    host = RoomClient(event_room.nodes[1].base_url, token_of_host)
    await running.enter_async_context(host)
    heard: list[ServerMessage] = []
    async with asyncio.timeout(PATIENCE_S):
        while not isinstance(host.room, RoomMessage):
            await host.receive()
        quote = await account.quote("seats-5")
        first = await account.upgrade(quote.id, idempotency_key="click-1")
        again = await account.upgrade(quote.id, idempotency_key="click-1")
        async for message in host:
            heard.append(message)
            if host.room.capacity == 5:
                break

    assert (first.id, first.status) == (again.id, "applied")
    assert [(m.from_, m.to) for m in heard if isinstance(m, CapacityChanged)] == [(2, 5)]
    assert [upgrade.id async for upgrade in account.upgrades()] == [first.id]
    assert [upgrade async for upgrade in account.upgrades(status="pending")] == []
    (invoice,) = [invoice async for invoice in account.invoices()]
    assert invoice.amount == quote.due_now
    assert await account.get_invoice(invoice.id) == invoice


async def test_where_no_websocket_gets_through_it_polls_and_enters_when_called(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    (inside, _) = await event_room.seated("a", "b")
    address = event_room.nodes[1].base_url
    person = RoomClient(address, tokens(platform, event_room, "c"), dial=blocked, backoff=QUICK)
    await running.enter_async_context(person)

    await until(person, "waiting")
    assert person.line is not None
    assert person.line.via == "poll"
    await inside.say("leave")
    await until(person, "seated")

    await person.leave()
    assert (await the_end(person)).code == 4011
    await event_room.settles(occupied=1, waiting=0)


@pytest.mark.parametrize("options", [{}, {"dial": blocked}], ids=["socket", "poll"])
async def test_the_room_counts_who_watches_the_stream(
    event_room: EventRoom,
    platform: PlatformClient,
    running: AsyncExitStack,
    options: dict[str, Any],
) -> None:
    room = platform.account(event_room.account).room("hall")
    await room.open("Hall", watch="https://stream.example/live")
    await event_room.seated("a", "b")
    address = event_room.nodes[1].base_url
    person = RoomClient(address, tokens(platform, event_room, "c"), backoff=QUICK, **options)
    await running.enter_async_context(person)
    await until(person, "waiting")
    assert person.place.watch == "https://stream.example/live"

    for watches in (True, False):
        await person.watching(on=watches)
        async with asyncio.timeout(PATIENCE_S):
            while (await room.get()).watching != int(watches):
                await person.receive(until=asyncio.get_running_loop().time() + 0.1)


async def test_it_changes_from_polling_to_a_websocket_that_brings_a_message(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    real = RoomClient("http://127.0.0.1", tokens(platform, event_room, "c"))._transports._dial
    gets_through = False

    async def dial(url: str) -> SocketLine:
        return await (real if gets_through else blocked)(url)

    address = event_room.nodes[1].base_url
    person = RoomClient(address, tokens(platform, event_room, "c"), dial=dial, backoff=QUICK)
    await running.enter_async_context(person)
    await until(person, "seated")
    gets_through = True
    person._transports.try_socket_at = 0  # the time has come

    message = await person.receive()

    assert isinstance(message, Seated)
    assert person.line is not None
    assert person.line.via == "socket"
    await event_room.settles(occupied=1)


async def test_a_lost_connection_comes_back_with_a_new_token_to_the_same_place(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    asked = 0
    of_platform = tokens(platform, event_room, "c")

    async def token() -> str:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise TokenUnavailable("the platform restarts")
        return await of_platform()

    await event_room.seated("a", "b")
    addresses = [node.base_url for node in event_room.nodes]
    person = RoomClient(addresses, token, backoff=QUICK)
    await running.enter_async_context(person)
    await until(person, "waiting")
    ticket = person.place.ticket
    assert person.line is not None
    person.line.abort()

    async with asyncio.timeout(PATIENCE_S):
        while not isinstance(message := await person.receive(), Waiting):
            pass

    assert message.ticket == ticket
    assert asked == 3


async def test_a_person_who_is_not_invited_does_not_come_back(event_room: EventRoom) -> None:
    async def token() -> str:
        raise NotInvited("not on the list")

    async with RoomClient(event_room.nodes[0].base_url, token) as person:
        end = await the_end(person)

    assert (end.code, end.reason) == (4001, "not on the list")


async def test_a_removed_person_is_told_so_by_a_poll_too(
    event_room: EventRoom, platform: PlatformClient, running: AsyncExitStack
) -> None:
    room = platform.account(event_room.account).room("hall")
    address = event_room.nodes[0].base_url
    person = RoomClient(address, room.token_source("c"), dial=blocked, backoff=QUICK)
    await running.enter_async_context(person)
    await until(person, "seated")

    await room.remove("c")

    assert (await the_end(person)).code == 4013
    assert person.place.kind == "lost"


async def test_the_platform_sees_who_waits_and_calls_one_person_next(
    event_room: EventRoom, platform: PlatformClient
) -> None:
    room = platform.account(event_room.account).room("hall")
    await event_room.seated("a", "b")
    await event_room.waiting("c", "d")

    before = [person.participant async for person in room.waiting()]
    chosen = await room.call_next("d", "speaks next")
    after = [(person.participant, person.priority) async for person in room.waiting()]

    assert before == ["c", "d"]
    assert (chosen.participant, chosen.place, chosen.ahead) == ("d", "waiting", 0)
    assert after == [("d", True), ("c", False)]


async def test_the_platform_reads_what_an_event_was(
    event_room: EventRoom, platform: PlatformClient
) -> None:
    account = platform.account(event_room.account)
    room = account.room("hall")
    await event_room.seated("a")
    await event_room.waiting()

    told = await room.tell_line("We begin in five minutes.")
    audit = await room.audit()
    inside, hosting = await room.gate("a"), await room.gate("h", "host")
    with pytest.raises(NotInside):
        await room.gate("nobody")
    offers = await account.offers("hall")
    limited = await room.set(seats=1, paused=True, watch="https://stream.example/live")
    closed = await room.close()

    assert told.text == "We begin in five minutes."
    assert [(holder.participant, holder.place) for holder in audit.holders] == [("a", "seat")]
    assert (inside.holding, hosting.holding) == ("seated", "hosting")
    assert 0 < inside.ends_in_ms <= hosting.ends_in_ms
    assert [offer.seats for offer in offers][:3] == [3, 5, 10]
    assert (limited.capacity, limited.paused, closed.status) == (1, True, "closed")
    assert limited.watch == "https://stream.example/live"
    assert (await room.report()).peak_inside.people == 1
    assert (await room.history()).steps[-1].capacity == 1
    assert [each.room async for each in account.rooms(status="closed")] == ["hall"]
    assert event_room.account in [
        each.id async for each in platform.accounts(prefix=event_room.account)
    ]


async def test_the_platform_asks_why_somebody_waited_and_deletes_the_person(
    event_room: EventRoom, platform: PlatformClient
) -> None:
    account = platform.account(event_room.account)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    await event_room.seated("a", "b")
    await event_room.waiting("c", "d")

    (event,) = [each async for each in account.events(participant="c", since=long_ago)]
    of_earlier = [each async for each in account.events(room="hall", until=long_ago)]
    erased = [await account.delete_participant("c") for _ in range(2)]

    assert (event.kind, event.rule, event.room) == ("waiting", "full", "hall")
    assert of_earlier == []
    assert [(each.rooms, each.events) for each in erased] == [(1, 1), (0, 0)]
    assert [each.participant async for each in account.events(kind="waiting")] == ["d"]


async def test_a_problem_names_its_code_and_its_field(
    event_room: EventRoom, platform: PlatformClient
) -> None:
    account = platform.account(event_room.account)

    with pytest.raises(InvalidRequest) as wrong:
        await account.room("hall").open("")
    with pytest.raises(Problem) as unknown:
        await platform.account("nobody").get()
    async with PlatformClient(event_room.nodes[0].base_url, "wrong", uses_proxy=False) as stranger:
        with pytest.raises(Problem) as refused:
            await stranger.account(event_room.account).get()

    assert (wrong.value.field, wrong.value.status) == ("title", 422)
    assert (unknown.value.code, unknown.value.may_pass) == ("not_found", False)
    assert refused.value.code == "unauthenticated"
    assert refused.value.request_id


async def test_where_nobody_answers_it_says_so() -> None:
    async with PlatformClient("http://127.0.0.1:1", KEY, patience_s=0, uses_proxy=False) as client:
        assert not await client.is_ready()
        with pytest.raises(ServerUnreachable, match=r"http://127\.0\.0\.1:1"):
            await client.plans()


async def test_the_examples_of_the_page_run_one_after_the_other(
    lobby: EventRoom, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for example in EXAMPLES:
        scope: dict[str, object] = {}
        exec(here(example, lobby).rpartition("asyncio.run(")[0], scope)  # noqa: S102  # our page
        main = scope["main"]
        assert callable(main)
        async with asyncio.timeout(PATIENCE_S):
            await main()
        said.append(capsys.readouterr().out)

    assert "seated Seated(" in said[0]
    assert "applied" in said[1]


def here(example: str, lobby: EventRoom) -> str:
    """The example, for a node and an account of this test."""
    day = business_day()
    replaced = {
        "https://seats.example": lobby.nodes[0].base_url,
        "platform-key": KEY,
        '"acme"': repr(lobby.account),
        "live-50": "seats-1",
        "live-100": "seats-5",
        "date(2026, 3, 1)": f'date.fromisoformat("{day.date.isoformat()}")',
        "Europe/Berlin": day.time_zone,
    }
    for theirs, ours in replaced.items():
        assert theirs in "".join(EXAMPLES)
        example = example.replace(theirs, ours)
    return example
