"""A server below a path: what a proxy kept is taken off, what it took off is not missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.edge.root_path import RootPath
from fullhouse.edge.ws.handshake import paths_below, plain_handshake
from tests.integration.http.face import scope_of
from tests.raw import HANDSHAKE

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

WORDS = frozenset({"v1", "health", "fullhouse", "fullhouse.js", "library", ""})


async def asked_for(root_path: str, path: str) -> str:
    """The path that the application sees."""
    paths: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        paths.append(scope["path"])

    async def nothing(*_: object) -> None:
        raise AssertionError

    face = RootPath(app, root_path, WORDS)
    await face(scope_of("GET", path, {}), nothing, nothing)  # type: ignore[arg-type]  # neither is called
    return paths[0]


@pytest.mark.parametrize(
    ("root_path", "path", "expected"),
    [
        ("/seats", "/seats/v1/plans", "/v1/plans"),
        ("/seats", "/v1/plans", "/v1/plans"),
        ("/seats", "/seats/", "/"),
        ("/seats", "/seats/nothing", "/seats/nothing"),
        ("/seats", "/seatsv1/plans", "/seatsv1/plans"),
        ("/seats", "/seats/seats/v1/plans", "/seats/seats/v1/plans"),
        ("/live/seats", "/live/seats/health/live", "/health/live"),
        # Root paths that are words of ours: kept, and taken off.
        ("/v1", "/v1/v1/plans", "/v1/plans"),
        ("/v1", "/v1/plans", "/v1/plans"),
        ("/fullhouse", "/fullhouse/fullhouse/1.0/fullhouse.js", "/fullhouse/1.0/fullhouse.js"),
        ("/fullhouse", "/fullhouse/1.0/fullhouse.js", "/fullhouse/1.0/fullhouse.js"),
        ("/fullhouse", "/fullhouse/fullhouse.js", "/fullhouse.js"),
    ],
)
async def test_the_root_path_is_taken_off_where_it_was_kept(
    root_path: str, path: str, expected: str
) -> None:
    assert await asked_for(root_path, path) == expected


@pytest.mark.parametrize(
    ("root_path", "path", "is_ours"),
    [
        ("", "/v1/connect", True),
        ("", "/seats/v1/connect", False),
        ("/seats", "/v1/connect", True),
        ("/seats", "/seats/v1/connect", True),
        ("/seats", "/stalls/v1/connect", False),
    ],
)
def test_a_handshake_below_the_root_path_is_as_plain_as_any(
    root_path: str, path: str, *, is_ours: bool
) -> None:
    said = HANDSHAKE.format(host="events.example").replace("/v1/connect", path).encode()

    assert (plain_handshake(said, paths_below(root_path)) is not None) is is_ours
