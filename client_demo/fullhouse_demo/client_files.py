"""Serves the files of the browser's client, for pages of every origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Scope

ENTRY = "fullhouse.js"
_PACKAGE = Path(__file__).parent
# A wheel has the browser's files inside the package. In the repository they are next to it.
BROWSER_FILES = _PACKAGE if (_PACKAGE / ENTRY).exists() else _PACKAGE.parent
LIBRARY = BROWSER_FILES / "library"

# Pages of every origin may load the client, without cookies.
FOR_ALL_ORIGINS = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
# The browser asks again at each load, and mostly gets a 304. So a page never mixes two versions.
NEWEST = FOR_ALL_ORIGINS | {"cache-control": "no-cache"}
# The URL contains the version, so its content never changes.
OF_ONE_VERSION = FOR_ALL_ORIGINS | {"cache-control": "public, max-age=31536000, immutable"}


def client_routes() -> Sequence[BaseRoute]:
    """Routes: the latest client at `/fullhouse.js`, one version at `/fullhouse/<version>/…`."""
    return (
        *_routes(NEWEST),
        Mount(f"/fullhouse/{version('fullhouse')}", routes=_routes(OF_ONE_VERSION)),
    )


def _routes(headers: Mapping[str, str]) -> Sequence[BaseRoute]:
    return (
        Route(f"/{ENTRY}", Files(BROWSER_FILES, headers).page(ENTRY)),
        Mount("/library", Files(LIBRARY, headers)),
    )


class Files(StaticFiles):
    """Serves the files of one directory, all with the same headers."""

    def __init__(self, directory: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=directory)
        self._headers = headers

    def page(self, name: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  # Starlette's type of an endpoint
        """An endpoint that always answers with the file `name` and these headers."""

        async def answer(request: Request) -> Response:
            response = await self.get_response(name, request.scope)
            response.headers.update(headers or {})
            return response

        return answer

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(self._headers)
        return response
