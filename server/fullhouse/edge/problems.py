"""Errors over HTTP: one problem document (RFC 9457) for every error that a caller can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType
from starlette.exceptions import HTTPException
from starlette.responses import Response

from fullhouse.domain import errors
from fullhouse.domain.errors import CallerError
from fullhouse.domain.gates import NotInside, OutsideReason
from fullhouse.domain.limit_names import LimitName

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ExceptionHandler

MEDIA_TYPE = "application/problem+json"
_TYPE_BASE = "urn:fullhouse:problem:"  # a name, not a URL: docs/protocol.md describes the problems


@dataclass(frozen=True, slots=True)
class Problem:
    """The HTTP status and title of one kind of error."""

    status: int
    title: str


class ProblemObject(msgspec.Struct, frozen=True):
    """A problem document. Programs branch on `code`. `detail` is a sentence for people.

    `limit` is there only if a limit was reached, and names it. `reason` is there only if a person
    is not inside, and says where they are. `ahead` counts the uncalled people in front of them.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    limit: LimitName | UnsetType = UNSET
    reason: OutsideReason | UnsetType = UNSET
    ahead: int | UnsetType = UNSET


PROBLEMS: Mapping[type[CallerError], Problem] = {
    errors.InvalidRequest: Problem(422, "The request has the wrong shape"),
    errors.IdempotencyKeyMissing: Problem(400, "Idempotency-Key is missing"),
    errors.Unauthenticated: Problem(401, "Not authenticated"),
    errors.Forbidden: Problem(403, "Not allowed"),
    errors.NotFound: Problem(404, "Not found"),
    errors.AlreadyExists: Problem(409, "Already exists with other values"),
    errors.ParallelEventsExceeded: Problem(409, "Too many live rooms"),
    errors.RoomClosed: Problem(409, "The room is closed"),
    NotInside: Problem(409, "The person is not inside"),
    errors.QuoteStale: Problem(409, "The account has changed since the quote"),
    errors.ChangeInProgress: Problem(409, "Another change is in progress"),
    errors.PastDue: Problem(409, "The account is past due"),
    errors.QuoteExpired: Problem(410, "The quote has expired"),
    errors.NotAnUpgrade: Problem(422, "The plan is no upgrade"),
    errors.NotADowngrade: Problem(422, "The plan is no downgrade"),
    errors.PlanNotOnSale: Problem(422, "The plan is not on sale"),
    errors.NoDowngradeToTrial: Problem(422, "No downgrade to a trial"),
    errors.IdempotencyMismatch: Problem(422, "Idempotency-Key was used with another body"),
    errors.PaymentFailed: Problem(402, "The payment failed"),
    errors.TooLarge: Problem(413, "The request is too large"),
    errors.InvalidHandshake: Problem(400, "The handshake is not right"),
    errors.UpgradeRequired: Problem(426, "This is the address of a WebSocket"),
    errors.RateLimited: Problem(429, "Too many requests"),
    errors.LimitReached: Problem(409, "A limit of the account is reached"),
    errors.Unavailable: Problem(503, "Not available now"),
    errors.PriceUnknown: Problem(503, "Not available now"),
    errors.ClocksDisagree: Problem(503, "Not available now"),
    errors.StoreUnavailable: Problem(503, "Not available now"),
}

_encoder = msgspec.json.Encoder()


def problem_of(error: CallerError) -> ProblemObject:
    """The problem document for `error`."""
    problem = PROBLEMS[type(error)]
    outside = error if isinstance(error, NotInside) else None
    return ProblemObject(
        type=_TYPE_BASE + error.code,
        title=problem.title,
        status=problem.status,
        detail=str(error),
        code=error.code,
        limit=errors.limit_of(error) or UNSET,
        reason=outside.reason if outside else UNSET,
        ahead=UNSET if outside is None or outside.ahead is None else outside.ahead,
    )


def headers_of(error: CallerError) -> dict[str, str]:
    """The headers of an error, in addition to its document."""
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="fullhouse"'}
    if isinstance(error, errors.UpgradeRequired):
        # Sources: RFC 9110, section 15.5.22; RFC 6455, section 4.4.
        return {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
        }
    return {}


def problem_response(error: CallerError) -> Response:
    return _response(problem_of(error), headers_of(error))


async def caller_error(_: Request, error: Exception) -> Response:
    """Exception handler for `CallerError`."""
    assert isinstance(error, CallerError)  # noqa: S101  # the one class it is registered for
    return problem_response(error)


async def http_error(_: Request, error: Exception) -> Response:
    """Exception handler for errors of the router, such as unknown paths."""
    assert isinstance(error, HTTPException)  # noqa: S101  # the one class it is registered for
    return _of_status(error.status_code, error.headers)


async def unexpected_error(_: Request, __: Exception) -> Response:
    """Exception handler for bugs. The caller gets no details.

    The exception is raised again for the ASGI server, which logs it once, with its traceback.
    """
    return _of_status(HTTPStatus.INTERNAL_SERVER_ERROR)


def method_not_allowed(allowed: str) -> Response:
    return _of_status(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": allowed})


EXCEPTION_HANDLERS: Mapping[type[Exception], ExceptionHandler] = {
    CallerError: caller_error,
    HTTPException: http_error,
    Exception: unexpected_error,
}
"""Exception handlers of the application. Calls answer their own `CallerError`s."""

_CODES = {404: "not_found", 405: "method_not_allowed", 500: "internal_error"}


def _of_status(status: int, headers: Mapping[str, str] | None = None) -> Response:
    known = HTTPStatus(status)
    code = _CODES.get(status, known.phrase.lower().replace(" ", "_"))
    problem = ProblemObject(
        type=_TYPE_BASE + code,
        title=known.phrase,
        status=status,
        detail=f"{known.description or known.phrase}.",
        code=code,
    )
    return _response(problem, headers)


def _response(problem: ProblemObject, headers: Mapping[str, str] | None) -> Response:
    # By default a cache may store a 404 or 405 for a while. Source: RFC 9110, section 15.1.
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(_encoder.encode(problem), problem.status, headers, MEDIA_TYPE)
