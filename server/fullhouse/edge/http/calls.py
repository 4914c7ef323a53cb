"""The definition of one HTTP call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec
from starlette.responses import Response

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.callers import Caller, CallerKind
from fullhouse.domain.errors import (
    CallerError,
    Forbidden,
    InvalidRequest,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.trail_notes import InTrail
from fullhouse.edge.tokens import TokenClaims

if TYPE_CHECKING:
    from starlette.datastructures import Headers

    from fullhouse.edge.http.services import Services

SentT = TypeVar("SentT", bound=msgspec.Struct)

NAMES = {"account", "room", "participant"}
"""Ids in a path that the platform chose. All others are made here, and need no check of form."""

REPLAYED = "Idempotent-Replayed"
"""A header of an answer: an earlier request with the same `Idempotency-Key` had the effect."""

_encoder = msgspec.json.Encoder()


class Html(str):
    """A page, as the body of an answer."""

    __slots__ = ()


class Stylesheet(str):
    """A style of pages, as the body of an answer."""

    __slots__ = ()


class JsonDocument(str):
    """A document for machines, as the body of an answer. Its own standard describes its fields."""

    __slots__ = ()


class Asked(NamedTuple, Generic[SentT]):
    """One request that is authorized and has the right shape.

    `claims`: those of the caller's room token. None: the caller sent no token.
    """

    services: Services
    caller: Caller
    ids: Mapping[str, str]
    sent: SentT
    headers: Headers
    claims: TokenClaims | None = None

    @property
    def account(self) -> str:
        return self.ids["account"]

    @property
    def sees_people(self) -> bool:
        """Whether the caller may see the people of the room: its hosts and the platform may."""
        if self.claims is None:
            return True
        return self.claims.role is Role.HOST and self.claims.ref == self.ref

    @property
    def ref(self) -> RoomRef:
        return RoomRef(self.ids["account"], self.ids["room"])


Handler = Callable[[Asked[Any]], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: its method and path, the accepted callers, and all possible answers.

    Attributes:
        handle: Answers the call. Its docstring is the summary in the OpenAPI document.
        answers: Status -> type of the body: an object, text, a kind of text, or None for no body.
        takes: The type of the query of a GET or DELETE, or of the JSON body of any other method.
            `Raw`: the body in any format. None: all input is ignored, because health probes and
            scrapers may add parameters.
        is_probe: Whether it tells how the node is. Probes are not limited per address.
        is_page_too: Whether a browser that asks for HTML gets a page instead of the object.
        refuses: Possible errors, besides those of shape and authorization.
        scope: What a stored key needs for the call. None: no stored key may make it.
        trail: How the trail notes its requests.
    """

    method: str
    path: str
    who: Who
    handle: Handler
    answers: Mapping[int, type[msgspec.Struct] | type[str] | None]
    takes: type[msgspec.Struct] | None = Nothing
    is_probe: bool = False
    is_page_too: bool = False
    refuses: tuple[type[CallerError], ...] = ()
    scope: KeyScope | None = None
    trail: InTrail = field(default_factory=InTrail)

    @property
    def takes_query(self) -> bool:
        """Whether the caller sends its parameters in the query."""
        return self.method in ("GET", "DELETE")

    @property
    def refusals(self) -> tuple[type[CallerError], ...]:
        """Every error that the call may answer."""
        return tuple(dict.fromkeys((*self._refusals_of_shape(), *self.refuses)))

    def is_noted(self, status: int, kind: CallerKind = "key") -> bool:
        """Whether a request with this answer belongs in the trail of the account in its path.

        People read again with each change of the room, so only what they change is noted.
        """
        if self.who not in (Who.PLATFORM, Who.BUYER, Who.HOST) or "{account}" not in self.path:
            return False
        changes = self.method != "GET" and not self.trail.only_asks
        is_privileged = changes or (self.trail.shows_people and kind == "key")
        return is_privileged or status == HTTPStatus.FORBIDDEN

    def _refusals_of_shape(self) -> Iterator[type[CallerError]]:
        if self.takes is not None:
            yield InvalidRequest
        if self.method != "GET":
            yield TooLarge
        if self.who is not Who.ANYONE:
            yield from (Unauthenticated, Forbidden)
        if not self.is_probe:
            yield RateLimited
        if self.who in (Who.PLATFORM, Who.BUYER, Who.HOST):
            yield Unavailable  # a poll gets a message instead of this error


def answered(
    body: msgspec.Struct, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer. No cache may store it: it is valid only now, and for this caller."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **(headers or {})}
    return Response(_encoder.encode(body), status, headers, "application/json")
