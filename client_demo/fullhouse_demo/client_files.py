"""Serves the files of the browser's client, for pages of every origin."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from fullhouse_demo.browser_files import BROWSER_FILES, ENTRY, LIBRARY, present_bundle

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

_TEXTS = {".js", ".css", ".svg"}

_refused = re.compile(r";\s*q=0(\.0*)?\s*$").search

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
        *library_routes(NEWEST),
        Mount(f"/fullhouse/{version('fullhouse')}", routes=library_routes(OF_ONE_VERSION)),
    )


def library_routes(headers: Mapping[str, str]) -> Sequence[BaseRoute]:
    """The files of the client, all with the same headers.

    The entry is the bundle if there is one: one request in place of thirty, and the same exports.
    """
    entry = Files(present_bundle() or BROWSER_FILES, headers)
    return (
        Route(f"/{ENTRY}", entry.page(ENTRY)),
        Mount("/library", Files(LIBRARY, headers)),
    )


class Files(StaticFiles):
    """Serves the files of one directory, all with the same headers, compressed where it helps."""

    def __init__(self, directory: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=directory)
        self._headers = headers

    def page(self, name: str) -> Any:  # noqa: ANN401  # Starlette's type of an endpoint
        """An endpoint that always answers with the file `name`."""

        async def answer(request: Request) -> Response:
            return await self.get_response(name, request.scope)

        return answer

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and Path(path).suffix in _TEXTS:
            response = _smallest(response, Headers(scope=scope))
        response.headers.update(self._headers)
        return response


def _smallest(response: FileResponse, asked: Headers) -> Response:
    """The same file compressed, for a browser that can read it."""
    response.headers["vary"] = "accept-encoding"
    file = Path(response.path)
    changed_ns = file.stat().st_mtime_ns
    for coding in codings(asked.get("accept-encoding", "")):
        if (body := _compressed(file, coding, changed_ns)) is not None:
            return _encoded(response, coding, body)
    return response


def _encoded(response: FileResponse, coding: str, body: bytes) -> Response:
    kept = {name: response.headers[name] for name in ("content-type", "last-modified", "vary")}
    # Weak: the same file, in other bytes. Source: RFC 9110, section 8.8.1
    own = {"content-encoding": coding, "etag": f"W/{response.headers['etag']}"}
    return Response(body, headers=kept | own)


def codings(accepted: str) -> Iterator[str]:
    """What we have of the codings that a browser accepts, the smallest first."""
    named = {each.split(";")[0].strip() for each in accepted.split(",") if not _refused(each)}
    yield from (coding for coding in ("br", "gzip") if coding in named)


@cache  # many people load a page in the same moment, and a node has better things to do
def _compressed(file: Path, coding: str, _changed_ns: int) -> bytes | None:
    """None: brotli takes long, so only the bundles have it, since they were made."""
    if coding == "gzip":
        return gzip.compress(file.read_bytes(), mtime=0)
    ready = Path(f"{file}.br")
    return ready.read_bytes() if ready.exists() else None
