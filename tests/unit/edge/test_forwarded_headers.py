"""An application behind a trusted proxy sees what the client sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from fullhouse.domain.forwarded import TrustedProxies
from fullhouse.edge.http.forwarded_headers import ForwardedHeaders
from tests.integration.http.face import scope_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

SAID = {
    "host": "node.internal:8000",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "seats.example",
}


async def seen(trusted: str, headers: dict[str, str]) -> tuple[str, str]:
    """Address of the client and URL, as an application behind the proxy sees them."""
    requests: list[Request] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        requests.append(Request(scope))

    async def nothing(*_: object) -> None:
        raise AssertionError

    face = ForwardedHeaders(app, TrustedProxies.parse([trusted]))
    await face(scope_of("GET", "/v1/plans", headers), nothing, nothing)  # type: ignore[arg-type]  # neither is called
    (request,) = requests
    assert request.client
    return request.client.host, str(request.url)


@pytest.mark.parametrize(
    ("trusted", "headers", "expected"),
    [
        ("127.0.0.1", SAID, ("203.0.113.7", "https://seats.example/v1/plans")),
        ("127.0.0.1", {"host": "a.example"}, ("127.0.0.1", "http://a.example/v1/plans")),
        ("10.0.0.1", SAID, ("127.0.0.1", "http://node.internal:8000/v1/plans")),
    ],
)
async def test_a_trusted_proxy_is_believed_and_nobody_else(
    trusted: str, headers: dict[str, str], expected: tuple[str, str]
) -> None:
    assert await seen(trusted, headers) == expected
