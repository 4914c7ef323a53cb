"""Which resource a path leads to: one walk along its parts, however many paths there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(slots=True)
class _Fork:
    """Where paths part: at a word of ours, or else at an id, which is noted as `name`."""

    words: dict[str, _Fork] = field(default_factory=dict)
    name: str = ""
    any_id: _Fork | None = None
    resource: ASGIApp | None = None

    def build(self, part: str) -> _Fork:
        """The way on for a part as the face writes it: a word, or a name in braces."""
        if not part.startswith("{"):
            return self.words.setdefault(part, _Fork())
        self.name, self.any_id = part.strip("{}"), self.any_id or _Fork()
        return self.any_id

    def follow(self, part: str, ids: dict[str, str]) -> _Fork | None:
        """The way on for a part as somebody asks for it, if there is one."""
        way = self.words.get(part)
        if way is None and part and self.any_id:
            ids[self.name] = part
            return self.any_id
        return way


class Paths:
    """An ASGI application: each request goes straight to its resource, all others elsewhere.

    A router tries one path after another, and its application wraps each call several times
    over: together that cost as much as checking a token.
    """

    def __init__(self, resources: Mapping[str, ASGIApp], elsewhere: ASGIApp) -> None:
        self._elsewhere = elsewhere
        self._start = _Fork()
        for path, resource in resources.items():
            fork = self._start
            for part in path.split("/"):
                fork = fork.build(part)
            fork.resource = resource

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fork: _Fork | None = self._start
        ids: dict[str, str] = {}
        for part in scope["path"].split("/"):
            fork = fork and fork.follow(part, ids)
        if fork is None or fork.resource is None:
            return await self._elsewhere(scope, receive, send)
        scope["path_params"] = ids
        return await fork.resource(scope, receive, send)
