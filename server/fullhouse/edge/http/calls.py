"""The definition of one HTTP call, and the ASGI application for all calls of one path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.callers import ANYONE, Caller, CallerKind
from fullhouse.domain.errors import (
    CallerError,
    Forbidden,
    InvalidRequest,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from fullhouse.domain.forwarded import UNKNOWN
from fullhouse.domain.ids import checked_id, is_id
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.domain.trail import TrailLog
from fullhouse.edge.http.authority import Who, check_allowed
from fullhouse.edge.http.bodies import Nothing, Raw, body_of, query_of, raw_body_of
from fullhouse.edge.http.refusals import Circumstances, Refusals
from fullhouse.edge.http.trail_notes import Answered
from fullhouse.edge.problems import method_not_allowed, problem_response
from fullhouse.edge.tokens import TokenClaims

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Receive, Scope, Send

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
        log: Where the trail notes requests of the platform.
        shows_people: Whether the answer has ids of people. Then a GET with a key is noted too.
        names_nobody: Whether the trail leaves out whom the request is about: one who was deleted
            would be in it again.
        only_asks: Whether it changes nothing, although it is no GET. It is noted as a GET is.
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
    log: TrailLog = "platform"
    shows_people: bool = False
    names_nobody: bool = False
    only_asks: bool = False

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
        changes = self.method != "GET" and not self.only_asks
        is_privileged = changes or (self.shows_people and kind == "key")
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


class Resource:
    """An ASGI application for all calls of one path.

    The application answers refusals itself, so that middleware such as CORS sees every answer.
    """

    def __init__(self, calls: Sequence[Call], services: Services, refusals: Refusals) -> None:
        self._calls = {call.method: call for call in calls}
        if "GET" in self._calls:
            self._calls["HEAD"] = self._calls["GET"]
        self._services = services
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = self._calls.get(request.method)
        if call is None:
            refusal = method_not_allowed(", ".join(sorted(self._calls)))
            return await refusal(scope, receive, send)
        response = await self._answer(call, request)
        return await response(scope, receive, send)

    async def _answer(self, call: Call, request: Request) -> Response:
        began = perf_counter()
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR  # if the handler raises another exception
        asked: Asked[Any] | None = None
        try:
            asked = await self._asked(call, request)
            response = await call.handle(asked)
            status = response.status_code
        except CallerError as error:
            response = problem_response(error)
            status = response.status_code
            self._refusals.note(status, error, _circumstances(call, request, asked))
            await self._note(call, request, asked, response, error)
        except Exception:
            failed = Response(status_code=status)
            await self._note(call, request, asked, failed, None)
            raise
        else:
            await self._note(call, request, asked, response, None)
        finally:
            seconds = perf_counter() - began
            self._services.metrics.answered(call.method, call.path, status, seconds)
        return response

    async def _asked(self, call: Call, request: Request) -> Asked[Any]:
        """Authorize first, so that an unauthorized caller learns nothing about valid input."""
        ids = request.path_params
        if not call.is_probe:
            self._services.call_limits.take_address(_address_of(request))
        found = await self._services.authority.authenticated(
            call.who, request.headers.get("authorization")
        )
        request.state.caller = found.caller
        self._limit(call, found.caller)
        check_allowed(found, call.who, ids.get("account"), call.scope, ids.get("room"))
        if (
            "account" in ids
        ):  # only now: people who may not make the call use up no limit of others
            self._services.call_limits.take_account(found.caller, ids["account"])
        if call.who in (Who.BUYER, Who.HOST) and found.claims:
            await self._refuse_removed(found.claims)
        if b"%2f" in request.scope.get("raw_path", b"").lower():
            raise InvalidRequest("path", "no id has a slash, so the path must not have %2F")
        for name, id_ in ids.items():
            if name in NAMES:
                checked_id(name, id_)
        sent = await _sent(call, request)
        return Asked(self._services, found.caller, ids, sent, request.headers, found.claims)

    def _limit(self, call: Call, caller: Caller) -> None:
        """Count the call. A poll is a message of its person, and counted as one (`polls.py`)."""
        if caller.kind == "key":
            self._services.call_limits.take_key(caller)
        elif caller.kind == "person" and call.who is not Who.PERSON:
            self._services.call_limits.take_person(caller)

    async def _note(
        self,
        call: Call,
        request: Request,
        asked: Asked[Any] | None,
        response: Response,
        error: CallerError | None,
    ) -> None:
        """Add a privileged request to the trail of its account."""
        caller: Caller = getattr(request.state, "caller", ANYONE)
        if not call.is_noted(response.status_code, caller.kind):
            return
        await self._services.notes.note(_answered(call, request, asked, response, error))

    async def _refuse_removed(self, person: TokenClaims) -> None:
        """A token is valid until it expires; whom the platform removed may do nothing with it.

        Raises:
            Forbidden: the platform has removed this person from the room of the token.
        """
        if await self._services.is_removed(
            RoomRef(person.account, person.room), person.participant
        ):
            raise Forbidden("The platform has removed the bearer of this token from the room.")


def _circumstances(call: Call, request: Request, asked: Asked[Any] | None) -> Circumstances:
    """The circumstances for the log. Account and room come from a credential or checked ids."""
    caller: Caller = getattr(request.state, "caller", ANYONE)
    ids = asked.ids if asked else {}
    return Circumstances(
        call=f"{call.method} {call.path}",
        account=caller.account or ids.get("account"),
        room=caller.room or ids.get("room"),
        client=_address_of(request),
        by_token=caller.kind == "person",
        key=caller.key,
    )


def _address_of(request: Request) -> str:
    return request.client.host if request.client else UNKNOWN


def _answered(
    call: Call,
    request: Request,
    asked: Asked[Any] | None,
    response: Response,
    error: CallerError | None,
) -> Answered:
    """What the trail has of a request. Ids that have not the right form are left out."""
    ids = {name: id_ for name, id_ in request.path_params.items() if is_id(id_)}
    sent = asked.sent if asked else None
    participant = ids.get("participant") or getattr(sent, "participant", None) or ""
    return Answered(
        call=f"{call.method} {call.path}",
        log=call.log,
        caller=getattr(request.state, "caller", None),
        account=ids.get("account"),
        room=ids.get("room"),
        participant=participant if is_id(participant) and not call.names_nobody else None,
        reason=getattr(sent, "reason", None),
        status=response.status_code,
        code=error.code if error else None,
        request_id=request.scope.get("request_id", ""),
        replayed=REPLAYED in response.headers,
    )


async def _sent(call: Call, request: Request) -> msgspec.Struct:
    if call.takes is None:
        return Nothing()
    if call.method == "DELETE":
        await body_of(request, Nothing)
    if call.takes_query:
        return query_of(request, call.takes)
    query_of(request, Nothing)
    if call.takes is Raw:
        return await raw_body_of(request)
    return await body_of(request, call.takes)
