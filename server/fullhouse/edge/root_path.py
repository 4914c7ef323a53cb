"""A server below a path of another site, behind a proxy that keeps the path or takes it off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


_KEPT = re.compile(r"((?:/[A-Za-z0-9._~-]{1,64}){1,4})/v1/").match


def kept_path(path: str) -> str | None:
    """What stands before a path of ours, as where a proxy keeps a root path that nobody set."""
    found = _KEPT(path)
    return found[1] if found else None


class RootPath:
    """An ASGI application around another: takes the root path off, where a proxy has kept it.

    Args:
        root_path: Such as `/seats`.
        first_words: First parts of all paths of the application. A path is left alone if what
            follows the root path begins with none of them: with the root path `/fullhouse`,
            `/fullhouse/1.0/fullhouse.js` is a path of the application as it stands.
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
