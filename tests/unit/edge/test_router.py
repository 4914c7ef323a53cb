"""Each path leads to its own resource, whatever else begins like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.edge.http.routes import router

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATHS = (
    "/plans",
    "/rooms",
    "/rooms/{room}",
    "/rooms/{room}/people/{person}",
    "/rooms/{room}/close",
)


@dataclass
class Place:
    """An ASGI application that notes that a request came to it."""

    walk: Walk
    name: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.walk.came_to = self.name


class Walk:
    """Where a request came to, and with which ids."""

    def __init__(self) -> None:
        self.came_to = ""
        resources = {path: self._place(path) for path in PATHS}
        self.router = router(resources, self._place("elsewhere"))

    def _place(self, name: str) -> ASGIApp:
        return Place(self, name)

    async def to(self, path: str) -> tuple[str, dict[str, str]]:
        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path}

        await self.router(scope, nothing, nothing)

        return self.came_to, scope.get("path_params", {})


async def nothing(*_: object) -> Any:  # noqa: ANN401  # never called
    raise AssertionError


@pytest.mark.parametrize(
    ("path", "leads_to", "ids"),
    [
        ("/plans", "/plans", {}),
        ("/rooms", "/rooms", {}),
        ("/rooms/hall", "/rooms/{room}", {"room": "hall"}),
        ("/rooms/close", "/rooms/{room}", {"room": "close"}),
        ("/rooms/hall/close", "/rooms/{room}/close", {"room": "hall"}),
        ("/rooms/a/people/b", "/rooms/{room}/people/{person}", {"room": "a", "person": "b"}),
    ],
)
async def test_a_path_leads_to_its_resource(path: str, leads_to: str, ids: dict[str, str]) -> None:
    assert await Walk().to(path) == (leads_to, ids)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "plans",
        "/plans/",
        "/rooms/",
        "/rooms//close",
        "/rooms/hall/people",
        "/plans/{room}",
    ],
)
async def test_a_path_that_is_none_of_ours_leads_elsewhere(path: str) -> None:
    assert await Walk().to(path) == ("elsewhere", {})
