"""Who may shake hands: pages of this origin, clients without one, and nobody without the word."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests import raw
from tests.clients import SUBPROTOCOL
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from websockets.http11 import Response

    from tests.integration.ws.event_room import EventRoom
    from tests.nodes import Node


async def refusal(url: str, **options: Any) -> Response:  # noqa: ANN401  # those of `connect`
    """How the handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, **{"subprotocols": [SUBPROTOCOL], **options})
    return refused.value.response


def problem_in(response: Response) -> tuple[int, str]:
    """Status and code of the problem document, once the rest of it is in order."""
    assert response.headers["Content-Type"] == "application/problem+json"
    document = json.loads(response.body)
    assert document["status"] == response.status_code
    assert document["detail"]
    return response.status_code, document["code"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
async def test_a_page_of_another_origin_is_refused_before_the_upgrade(
    nodes: tuple[Node, ...], origin: str
) -> None:
    response = await refusal(nodes[0].connect_url, origin=origin)

    assert problem_in(response) == (403, "forbidden")


async def test_a_refused_handshake_leaves_a_trace_with_its_cause(nodes: tuple[Node, ...]) -> None:
    """A proxy with a wrong setting is found by it: every page would be refused in silence."""
    sample = 'fullhouse_handshakes_refused_total{cause="origin"}'
    before = nodes[1].figure(sample)

    for _ in range(3):
        await refusal(nodes[1].connect_url, origin="https://seats.example")

    assert nodes[1].figure(sample) == before + 3
    lines = [json.loads(line) for line in nodes[1].log.read_text().splitlines()]
    (said,) = (each for each in lines if each["event"] == "handshake.refused")
    assert said["kind"] == "origin"
    assert said["host"] == f"127.0.0.1:{nodes[1].port}"
    assert said["origins"]


async def test_a_page_of_this_origin_comes_in(nodes: tuple[Node, ...]) -> None:
    async with connect(
        nodes[0].connect_url,
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
        origin=nodes[0].base_url,  # type: ignore[arg-type]  # as above
    ) as opened:
        assert opened.subprotocol == SUBPROTOCOL


async def test_a_client_without_an_origin_is_no_browser_and_its_token_decides(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada")


@pytest.mark.parametrize("offered", [None, ["fullhouse.v2"], ["chat"]])
async def test_the_subprotocol_must_be_offered(
    nodes: tuple[Node, ...], offered: list[str] | None
) -> None:
    response = await refusal(nodes[0].connect_url, subprotocols=offered)

    assert problem_in(response) == (400, "invalid_handshake")
    assert b"fullhouse.v1" in response.body


async def test_another_version_of_the_protocol_is_told_ours(nodes: tuple[Node, ...]) -> None:
    """Source: RFC 6455, section 4.4."""
    head = raw.HANDSHAKE.replace("Version: 13", "Version: 12").format(host="127.0.0.1")

    answer = await asyncio.to_thread(said_to, nodes[0], head)

    assert answer.startswith("HTTP/1.1 426 ")
    assert "\r\nSec-WebSocket-Version: 13\r\n" in answer
    assert "\r\nUpgrade: websocket\r\n" in answer
    assert '"code":"upgrade_required"' in answer


async def test_a_refused_handshake_carries_the_id_of_its_request(nodes: tuple[Node, ...]) -> None:
    headers = {"X-Request-Id": "req-7/a"}

    response = await refusal(nodes[0].connect_url, origin="null", additional_headers=headers)

    assert response.headers.get_all("X-Request-Id") == ["req-7/a"]
    assert response.headers.get_all("Cache-Control") == ["no-store"]


def said_to(node: Node, head: str) -> str:
    """All that the node answers to a request, until it closes."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=PATIENCE_S) as to_node:
        to_node.sendall(head.encode())
        return b"".join(iter(lambda: to_node.recv(4096), b"")).decode()


async def test_our_word_is_chosen_among_others(nodes: tuple[Node, ...]) -> None:
    words: list[Any] = ["fullhouse.v9", SUBPROTOCOL]
    async with connect(nodes[0].connect_url, subprotocols=words) as opened:
        assert opened.subprotocol == SUBPROTOCOL


async def test_compression_is_never_agreed_on(nodes: tuple[Node, ...]) -> None:
    """It would cost each connection fifty kilobytes."""
    words: list[Any] = [SUBPROTOCOL]
    async with connect(nodes[0].connect_url, subprotocols=words, compression="deflate") as opened:
        assert opened.response is not None
        assert "Sec-WebSocket-Extensions" not in opened.response.headers


async def test_no_other_path_leads_to_a_room(nodes: tuple[Node, ...]) -> None:
    response = await refusal(nodes[0].connect_url + "/hall")

    assert problem_in(response) == (404, "not_found")


async def test_a_query_is_let_through_and_no_token_is_read_from_it(event_room: EventRoom) -> None:
    words: list[Any] = [SUBPROTOCOL]
    url = f"{event_room.nodes[0].connect_url}?token={event_room.token('ada')}"
    async with connect(url, subprotocols=words) as opened:
        await opened.send('{"type":"claim"}')
        await opened.wait_closed()

    assert opened.close_code == 4000
