"""Serves below a path of another site, behind a proxy that keeps or removes that path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


_KEPT = re.compile(r"((?:/[A-Za-z0-9._~-]{1,64}){1,4})/v1/").match


def kept_path(path: str) -> str | None:
    """The prefix of an API path, as from a proxy that keeps a root path that is not configured."""
    found = _KEPT(path)
    return found[1] if found else None


class RootPath:
    """ASGI middleware that removes the root path if the proxy has kept it.

    Args:
        app: The application.
        root_path: Such as `/seats`.
        first_words: The first parts of all paths of the application. The root path is removed
            only if one of them follows. With the root path `/fullhouse`, the path
            `/fullhouse/1.0/fullhouse.js` stays as it is, because it is a path of the application.
    """

    def __init__(self, app: ASGIApp, root_path: str, first_words: frozenset[str]) -> None:
        self._app = app
        self._before = root_path + "/"
        self._first_words = first_words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        rest = path.removeprefix(self._before)
        if path.startswith(self._before) and rest.partition("/")[0] in self._first_words:
            scope = {**scope, "path": f"/{rest}"}
        await self._app(scope, receive, send)
