"""The ASGI application for all calls of one path."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from fullhouse.domain.callers import ANYONE, Caller
from fullhouse.domain.errors import CallerError, Forbidden, InvalidRequest
from fullhouse.domain.forwarded import UNKNOWN
from fullhouse.domain.ids import checked_id, is_id
from fullhouse.domain.rooms import RoomRef
from fullhouse.edge.http.authority import Who, check_allowed
from fullhouse.edge.http.bodies import Nothing, Raw, body_of, query_of, raw_body_of
from fullhouse.edge.http.calls import NAMES, REPLAYED, Asked, Call
from fullhouse.edge.http.refusals import Circumstances, Refusals
from fullhouse.edge.http.trail_notes import Answered
from fullhouse.edge.problems import method_not_allowed, problem_response
from fullhouse.edge.tokens import TokenClaims

if TYPE_CHECKING:
    import msgspec
    from starlette.types import Receive, Scope, Send

    from fullhouse.edge.http.services import Services


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
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR  # if anything is raised
        try:
            response = await self._handled(call, request)
            status = response.status_code
        finally:
            seconds = perf_counter() - began
            self._services.metrics.answered(call.method, call.path, status, seconds)
        return response

    async def _handled(self, call: Call, request: Request) -> Response:
        """The answer of the handler, or a refusal. Also a failure is noted in the trail."""
        asked: Asked[Any] | None = None
        refusal: CallerError | None = None
        try:
            asked = await self._asked(call, request)
            response = await call.handle(asked)
        except CallerError as error:
            refusal, response = error, problem_response(error)
            circumstances = _circumstances(call, request, asked)
            self._refusals.note(response.status_code, error, circumstances)
        except Exception:
            failed = Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
            await self._note(call, request, asked, failed, None)
            raise
        await self._note(call, request, asked, response, refusal)
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
        # Only now: people who may not make the call use up no limit of others.
        if "account" in ids:
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
        log=call.trail.log,
        caller=getattr(request.state, "caller", None),
        account=ids.get("account"),
        room=ids.get("room"),
        participant=participant if is_id(participant) and not call.trail.names_nobody else None,
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
