"""Below a path of another site, behind an nginx that takes the path off or keeps it."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect

from tests.clients import SUBPROTOCOL
from tests.integration.ws.test_behind_nginx import status_of
from tests.integration.ws.test_handshake import problem_in, refusal
from tests.nginx import DEPLOY, KEEPS_THE_PATH, TAKES_THE_PATH_OFF, running_nginx
from tests.nodes import running_nodes
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.nodes import Node

VERSION = version("fullhouse")


@pytest.fixture(scope="module")
def node(nodes_url: str, plans: Path) -> Iterator[Node]:
    with running_nodes(
        nodes_url, 1, plans=plans, root_path="/seats", trusted_proxies="127.0.0.1"
    ) as running:
        yield running[0]


@pytest.fixture(scope="module", params=[TAKES_THE_PATH_OFF, KEEPS_THE_PATH])
def origin(request: pytest.FixtureRequest, node: Node) -> Iterator[str]:
    """Of the site."""
    site = (DEPLOY / "sub-path.conf").read_text()
    assert TAKES_THE_PATH_OFF in site
    site = site.replace(TAKES_THE_PATH_OFF, request.param)
    with running_nginx(site, [node.port, node.port]) as proxy:
        yield proxy.base_url


@pytest.mark.parametrize(
    "path",
    [
        "/seats/v1/plans",
        "/seats/fullhouse.js",
        "/seats/library/connection.js",
        f"/seats/fullhouse/{VERSION}/fullhouse.js",
        f"/seats/fullhouse/{VERSION}/library/connection.js",
    ],
)
async def test_calls_and_the_client_library_arrive(origin: str, path: str) -> None:
    assert await status_of(origin + path) == 200


async def test_the_documents_name_the_path(origin: str) -> None:
    def servers(name: str) -> Any:  # noqa: ANN401  # JSON
        with urllib.request.urlopen(f"{origin}/seats/{name}", timeout=PATIENCE_S) as answer:  # noqa: S310  # our own
            return json.load(answer)["servers"]

    assert await asyncio.to_thread(servers, "openapi.json") == [{"url": "/seats"}]
    of_the_websocket = await asyncio.to_thread(servers, "asyncapi.json")
    assert [server["pathname"] for server in of_the_websocket.values()] == ["/seats", "/seats"]


async def test_a_page_of_the_site_connects_and_no_other(origin: str) -> None:
    url = f"ws{origin.removeprefix('http')}/seats/v1/connect"
    words: list[Any] = [SUBPROTOCOL]
    page: Any = origin
    async with connect(url, subprotocols=words, origin=page) as opened:
        assert opened.subprotocol == SUBPROTOCOL

    # The scheme counts, since this nginx is trusted.
    other = await refusal(url, origin=origin.replace("http", "https"))
    assert problem_in(other) == (403, "forbidden")
