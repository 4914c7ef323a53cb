"""The sites of `deploy/nginx`: their own pages come in, calls arrive, figures stay inside."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import connect

from tests.clients import SUBPROTOCOL, room_token
from tests.integration.ws.test_handshake import problem_in, refusal
from tests.nginx import DEPLOY, running_nginx
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.ws.event_room import EventRoom
    from tests.nodes import Node

SITES = {"fullhouse.conf": "", "sub-path.conf": "/seats"}
"""The files, and where in their site Fullhouse is."""


@pytest.fixture(params=SITES)
def origin_and_path(
    request: pytest.FixtureRequest, nodes: tuple[Node, ...]
) -> Iterator[tuple[str, str]]:
    """A site before the two nodes."""
    name: str = request.param
    with running_nginx((DEPLOY / name).read_text(), [node.port for node in nodes]) as proxy:
        yield proxy.base_url, SITES[name]


async def status_of(url: str) -> int:
    def ask() -> int:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310  # our own
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    return await asyncio.to_thread(ask)


async def test_a_page_of_the_site_comes_in(
    event_room: EventRoom, origin_and_path: tuple[str, str]
) -> None:
    origin, path = origin_and_path
    url = f"ws{origin.removeprefix('http')}{path}/v1/connect"
    async with connect(
        url,
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
        origin=origin,  # type: ignore[arg-type]  # as above
    ) as socket:
        await socket.send(
            json.dumps({"type": "hello", "token": room_token(event_room.account, "ada")})
        )

        assert json.loads(await socket.recv())["type"] == "seated"


async def test_a_page_of_another_site_does_not(origin_and_path: tuple[str, str]) -> None:
    origin, path = origin_and_path
    url = f"ws{origin.removeprefix('http')}{path}/v1/connect"

    response = await refusal(url, origin="https://evil.example")

    assert problem_in(response) == (403, "forbidden")


async def test_calls_arrive_and_figures_stay_inside(origin_and_path: tuple[str, str]) -> None:
    origin, path = origin_and_path

    assert await status_of(f"{origin}{path}/v1/plans") == 200
    assert await status_of(f"{origin}{path}/metrics") == 404
