"""A tab's life on a real socket, against a server that plays one prepared part a connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from fullhouse.client import NotInvited
from fullhouse.client.lines import ConnectFailed
from fullhouse.client.socket_line import SUBPROTOCOL, SocketLine
from fullhouse_demo.crowd.counts import CrowdCounts, Ending
from fullhouse_demo.crowd.mind import Mind
from fullhouse_demo.crowd.network import Network
from fullhouse_demo.crowd.persona import ONLOOKER, Gap, Persona
from fullhouse_demo.crowd.tab import Tab, Visitor, now_s
from fullhouse_demo.crowd.tokens import SignedTokens, TokenSource
from fullhouse_demo.crowd.venue import Venue
from tests.told import frame

if TYPE_CHECKING:
    from websockets.http11 import Request, Response

SECRET = "a secret for tests, long enough for HS256"
SIGNED = SignedTokens(SECRET, "acme", "hall", now_s=lambda: 1_700_000_000)
ANSWERS = replace(ONLOOKER, answers=True)

Part = Callable[["Visit"], Awaitable[None]]


@dataclass(slots=True)
class Visit:
    """One connection as the server saw it."""

    socket: ServerConnection
    heard: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None

    async def tell(self, kind: str, **fields: int | str | bool) -> None:
        await self.socket.send(frame(kind, **fields))

    async def listen(self) -> dict[str, Any]:
        self.heard.append(json.loads(await self.socket.recv()))
        return self.heard[-1]

    async def until_closed(self) -> None:
        while True:
            await self.listen()

    @property
    def kinds(self) -> list[str]:
        return [message["type"] for message in self.heard]


@dataclass(slots=True)
class Server:
    """Plays one part a connection, and remembers all of them."""

    parts: list[Part]
    refusals: list[HTTPStatus] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    url: str = ""

    async def play(self, socket: ServerConnection) -> None:
        visit = Visit(socket)
        self.visits.append(visit)
        part = self.parts[len(self.visits) - 1]
        try:
            await visit.listen()
            await part(visit)
        except ConnectionClosed:
            pass
        finally:
            await socket.wait_closed()
            visit.code = socket.close_code

    def refuse(self, socket: ServerConnection, _request: Request) -> Response | None:
        return socket.respond(self.refusals.pop(0), "no") if self.refusals else None


@asynccontextmanager
async def playing(*parts: Part, refusals: tuple[HTTPStatus, ...] = ()) -> AsyncIterator[Server]:
    server = Server(list(parts), list(refusals))
    async with serve(
        server.play,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        process_request=server.refuse,
    ) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        server.url = f"ws://127.0.0.1:{port}/v1/connect"
        yield server


async def live(
    server: Server,
    persona: Persona = ANSWERS,
    *,
    for_s: float = inf,
    tokens: TokenSource = SIGNED,
    network: Network | None = None,
) -> tuple[Ending, CrowdCounts]:
    """The whole life of one tab."""
    counts = CrowdCounts(people=1)
    counts.arrived("ada")
    mind = Mind(persona, arrives_at=now_s(), leaves_at=now_s() + for_s)
    visitor = Visitor("ada", "Ada", 0)
    venue = Venue([server.url], tokens, network or Network())
    tab = Tab(visitor, mind, venue=venue, counts=counts, rng=Random(1))
    return await tab.live(), counts


async def seated(visit: Visit) -> None:
    await visit.tell("seated", epoch=5, rev=9, participant="ada", grace_s=20)
    await visit.until_closed()


async def over(visit: Visit) -> None:
    """A seat, and the end of the event: no test has to wait for a time to pass."""
    await visit.tell("seated", epoch=5, rev=9, participant="ada", grace_s=20)
    await visit.socket.close(4010)


async def called(visit: Visit) -> None:
    await visit.tell("waiting", epoch=5, rev=1, ticket=11, called=False, ahead=0)
    await visit.tell("refresh_required", epoch=5, rev=2, called_from=11, called_to=11, window_ms=0)
    if (await visit.listen())["type"] == "claim":
        await over(visit)
    await visit.until_closed()


def closing(code: int, *, after_ms: int | None = None) -> Part:
    async def part(visit: Visit) -> None:
        if after_ms is not None:
            await visit.tell("retry", after_ms=after_ms)
        await visit.socket.close(code)

    return part


async def test_a_called_person_who_reloads_says_hello_on_a_new_connection() -> None:
    async with playing(called, over) as server:
        ending, counts = await live(server)

    assert [visit.kinds for visit in server.visits] == [["hello"], ["hello"]]
    assert (ending, counts.let_in) == (Ending.ROOM_CLOSED, 1)


async def test_a_called_person_who_clicks_claims_on_the_open_connection() -> None:
    async with playing(called) as server:
        _, counts = await live(server, replace(ANSWERS, clicks=True))

    assert [visit.kinds for visit in server.visits] == [["hello", "claim"]]
    assert counts.let_in == 1


async def test_some_say_goodbye_and_some_just_close_the_tab() -> None:
    async with playing(seated, seated) as server:
        await live(server, replace(ANSWERS, says_goodbye=True), for_s=0.2)
        await live(server, ANSWERS, for_s=0.2)

    assert [visit.kinds for visit in server.visits] == [["hello", "leave"], ["hello"]]


async def test_patience_ends_in_giving_up() -> None:
    async def waiting(visit: Visit) -> None:
        await visit.tell("waiting", epoch=5, rev=1, ticket=11, called=False)
        await visit.until_closed()

    async with playing(waiting) as server:
        ending, _ = await live(server, replace(ANSWERS, patience_s=0.1))

    assert ending is Ending.GAVE_UP


async def test_a_lost_network_is_no_close_frame_but_a_new_connection() -> None:
    persona = replace(ANSWERS, network_gap=Gap(after_s=0.1, for_s=0.1))

    async with playing(seated, over) as server:
        ending, counts = await live(server, persona)

    assert [visit.code for visit in server.visits] == [1006, 4010]
    assert (ending, counts.errors.total()) == (Ending.ROOM_CLOSED, 0)


async def test_a_network_that_is_cut_for_all_lets_nobody_through_until_it_is_back() -> None:
    network = Network()
    moments = []

    async def cut_off(visit: Visit) -> None:
        assert network.connections() == {server.url: 1}
        moments.append(now_s())
        network.cut(now_s(), for_s=0.2)
        assert network.away_s(now_s()) > 0
        await visit.until_closed()

    async def back(visit: Visit) -> None:
        moments.append(now_s())
        await over(visit)

    async with playing(cut_off, back) as server:
        ending, _ = await live(server, network=network)

    assert [visit.code for visit in server.visits] == [1006, 4010]
    assert moments[1] - moments[0] >= 0.2
    assert (ending, network.connections()) == (Ending.ROOM_CLOSED, {})


async def test_a_crowd_that_is_sent_home_says_goodbye_on_every_connection() -> None:
    network = Network()

    async def sent_home(visit: Visit) -> None:
        await network.say_goodbye()
        await visit.listen()
        await visit.socket.close(4011)

    async with playing(sent_home) as server:
        ending, _ = await live(server, network=network)

    assert [visit.kinds for visit in server.visits] == [["hello", "leave"]]
    assert ending is Ending.LEFT


async def test_retry_on_an_open_connection_is_answered_by_the_same_hello() -> None:
    async def put_off(visit: Visit) -> None:
        await visit.tell("retry", after_ms=50)
        await visit.listen()
        await over(visit)

    async with playing(put_off) as server:
        _, counts = await live(server)

    first, second = server.visits[0].heard[:2]
    assert first == second
    assert counts.peak_inside == 1


@pytest.mark.parametrize("code", [4101, 4004])
async def test_whoever_is_put_off_and_closed_comes_back(code: int) -> None:
    async with playing(closing(code, after_ms=50), over) as server:
        ending, _ = await live(server)

    assert len(server.visits) == 2
    assert ending is Ending.ROOM_CLOSED


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        (4001, Ending.REFUSED),
        (4010, Ending.ROOM_CLOSED),
        (4011, Ending.LEFT),
        (4013, Ending.REMOVED),
    ],
)
async def test_a_final_close_ends_the_visit(code: int, ending: Ending) -> None:
    async with playing(closing(code)) as server:
        came_to, counts = await live(server)

    assert came_to is ending
    assert counts.errors.total() == (1 if ending is Ending.REFUSED else 0)


async def test_a_server_that_falls_silent_is_left_for_a_new_connection() -> None:
    async def silent(visit: Visit) -> None:
        await visit.tell("alive", next_s=0)
        await visit.until_closed()

    async with playing(silent, over) as server:
        _, counts = await live(server)

    assert counts.errors == {"the server fell silent": 1}
    assert counts.peak_inside == 1


async def test_two_missed_calls_end_the_visit() -> None:
    async def lost(visit: Visit) -> None:
        await visit.tell("seat_lost", epoch=5, rev=2, reason="missed_calls")
        await visit.until_closed()

    async with playing(lost) as server:
        ending, _ = await live(server)

    assert ending is Ending.MISSED_OUT


async def test_errors_unreadable_and_falling_messages_are_counted_and_lived_with() -> None:
    async def odd(visit: Visit) -> None:
        await visit.tell("error", code="not_waiting", detail="…")
        await visit.socket.send("not JSON")
        await visit.tell("seated", epoch=5, rev=9)
        await visit.tell("seated", epoch=5, rev=8)
        await visit.socket.close(4010)

    async with playing(odd) as server:
        _, counts = await live(server)

    assert (counts.errors.total(), counts.rev_falls, counts.peak_inside) == (2, 1, 1)
    assert counts.errors["error not_waiting"] == 1


@pytest.mark.parametrize("status", [HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS])
async def test_a_draining_or_busy_node_is_tried_again(status: HTTPStatus) -> None:
    async with playing(over, refusals=(status,)) as server:
        ending, counts = await live(server)

    assert ending is Ending.ROOM_CLOSED
    assert counts.errors == {f"handshake refused with HTTP {status}": 1}


@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND])
async def test_a_server_that_wants_no_such_connection_is_left_alone(status: HTTPStatus) -> None:
    async with playing(refusals=(status,)) as server:
        ending, counts = await live(server)

    assert ending is Ending.REFUSED
    assert counts.errors == {f"handshake refused with HTTP {status}": 1}


async def test_whoever_gets_no_token_is_refused_with_the_reason() -> None:
    class Nobody:
        async def token(self, participant: str, name: str) -> str:
            raise NotInvited(f"no token: 401 for {participant}")

        async def close(self) -> None: ...

    async with playing() as server:
        ending, counts = await live(server, tokens=Nobody())

    assert ending is Ending.REFUSED
    assert counts.errors == {"no token: 401 for ada": 1}


async def test_a_node_that_dies_in_the_handshake_may_be_tried_again() -> None:
    async def die(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(die, "127.0.0.1", 0) as dying:
        port = dying.sockets[0].getsockname()[1]
        with pytest.raises(ConnectFailed, match="cut off in the handshake") as failure:
            await SocketLine.open(f"ws://127.0.0.1:{port}/v1/connect")

    assert not failure.value.is_final


async def test_people_leave_even_while_nobody_listens() -> None:
    async with playing() as server:
        pass

    ending, counts = await live(server, for_s=0.2)

    assert ending is Ending.LEFT
    assert all(reason.startswith("nobody listens at") for reason in counts.errors)
