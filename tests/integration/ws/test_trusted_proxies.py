"""Behind a proxy: what it says of the browser counts where it is trusted, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect

from tests.clients import SUBPROTOCOL
from tests.integration.ws.test_handshake import problem_in, refusal
from tests.nodes import running_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.nodes import Node

PAGE = "https://seats.example"
X_HEADERS = {
    "X-Forwarded-For": "198.51.100.66, 203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "seats.example",
}
FORWARDED = {"Forwarded": "for=203.0.113.7;proto=https;host=seats.example"}
IN_TWO_LINES = {
    **X_HEADERS,
    "Upgrade-Insecure-Requests": "\t1",
}  # left to the library, so read there
STRANGER = ("127.0.0.2", 0)


@pytest.fixture(scope="module")
def node(nodes_url: str, plans: Path) -> Iterator[Node]:
    """One that trusts 127.0.0.1, whatever a variable of uvicorn says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORWARDED_ALLOW_IPS", "*")
        with running_nodes(nodes_url, 1, plans=plans, trusted_proxies="127.0.0.1") as running:
            yield running[0]


def last_refusal(node: Node) -> dict[str, Any]:
    lines = [json.loads(line) for line in node.log.read_text().splitlines()]
    said: dict[str, Any] = [each for each in lines if each["event"] == "handshake.refused"][-1]
    return said


@pytest.mark.parametrize("headers", [X_HEADERS, FORWARDED, IN_TWO_LINES])
async def test_a_page_of_the_host_that_a_trusted_proxy_names_comes_in(
    node: Node, headers: Mapping[str, str]
) -> None:
    words: list[Any] = [SUBPROTOCOL]
    page: Any = PAGE
    async with connect(
        node.connect_url, subprotocols=words, origin=page, additional_headers=headers
    ) as opened:
        assert opened.subprotocol == SUBPROTOCOL


async def test_the_scheme_counts_where_a_trusted_proxy_tells_it(node: Node) -> None:
    response = await refusal(
        node.connect_url, origin="http://seats.example", additional_headers=X_HEADERS
    )

    assert problem_in(response) == (403, "forbidden")


@pytest.mark.parametrize("headers", [X_HEADERS, FORWARDED, IN_TWO_LINES])
async def test_nobody_else_is_believed(node: Node, headers: Mapping[str, str]) -> None:
    response = await refusal(
        node.connect_url, origin=PAGE, additional_headers=headers, local_addr=STRANGER
    )

    assert problem_in(response) == (403, "forbidden")


async def test_the_log_names_the_client_as_the_trusted_proxy_tells_it(
    nodes_url: str, plans: Path
) -> None:
    with running_nodes(nodes_url, 1, plans=plans, trusted_proxies="127.0.0.1") as (node,):
        await refusal(
            node.connect_url, origin="http://seats.example", additional_headers=X_HEADERS
        )
        said = last_refusal(node)

    seen = (said["client"], said["scheme"], said["host"], said["hint"])
    assert seen == ("203.0.113.7", "https", "seats.example", None)


async def test_a_setting_that_may_be_missing_is_named_in_the_log(
    nodes_url: str, plans: Path
) -> None:
    with running_nodes(nodes_url, 1, plans=plans) as (node,):
        await refusal(node.connect_url, origin=PAGE, additional_headers=X_HEADERS)
        assert last_refusal(node)["hint"] == (
            "127.0.0.1 says which host was asked for: is it in FULLHOUSE_TRUSTED_PROXIES?"
        )

        await refusal(f"ws://127.0.0.1:{node.port}/live/seats/v1/connect")
        assert last_refusal(node)["hint"] == (
            "a proxy keeps /live/seats: is FULLHOUSE_ROOT_PATH set to it?"
        )
