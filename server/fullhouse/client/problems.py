"""The errors of calls, as exceptions: one class for each `code` of the public API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import httpx

_field = re.compile(r"([\w$.\[\]-]+): ")


class CallFailed(Exception):
    """A call did not succeed.

    Attributes:
        attempts: How often it was made. Above 1, an attempt before the last one may have taken
            effect.
    """

    attempts = 1


class ServerUnreachable(CallFailed, ConnectionError):
    """No answer came. A call that changes something may have taken effect nevertheless."""


class UnknownAnswer(CallFailed):
    """The answer is not of a Fullhouse server."""


class Problem(CallFailed):
    """The server refused the call.

    Attributes:
        status: The status of HTTP.
        document: The body of the answer: a problem document, unless the code is `unknown`.
        code: Why, for programs. `unknown`: the answer is not of this server, perhaps a proxy's.
        detail: Why, for people.
        request_id: The id of the call in the log of the server.
        retry_after_s: The pause that the server asked for. None: it asked for none.
    """

    def __init__(self, response: httpx.Response) -> None:
        document = _document_in(response)
        self.status = response.status_code
        self.document = response.content
        self.code = document.code
        self.detail = document.detail or response.reason_phrase
        self.request_id = response.headers.get("X-Request-Id")
        self.retry_after_s = retry_after_s(response)
        super().__init__(f"{self.status} {self.code}: {self.detail}")

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed later."""
        too_many = self.status == HTTPStatus.TOO_MANY_REQUESTS
        return too_many or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


class InvalidRequest(Problem):
    """The request has the wrong shape."""

    @property
    def field(self) -> str | None:
        """The path of the offending field, as it was sent."""
        found = _field.match(self.detail)
        return found[1] if found else None


class Unauthenticated(Problem):
    """The platform key or the room token is not valid."""


class Forbidden(Problem):
    """The key or token does not allow this call."""


class NotFound(Problem):
    """No such account, room, quote, upgrade or request."""


class AlreadyExists(Problem):
    """The account exists with other values."""


class ParallelEventsExceeded(Problem):
    """The account has no further parallel event."""


class RoomClosed(Problem):
    """The room is closed."""


class NotInside(Problem):
    """The person is not inside the room."""


class QuoteStale(Problem):
    """The account has changed since the quote."""


class QuoteExpired(Problem):
    """The price of the quote holds no longer."""


class ChangeInProgress(Problem):
    """Another change of the account or room is not finished."""


class PastDue(Problem):
    """A renewal of the account is not paid."""


class PaymentFailed(Problem):
    """No money could be taken."""


class NotAnUpgrade(Problem):
    """The plan is not larger than the present one."""


class NotADowngrade(Problem):
    """The plan is not cheaper than the present one."""


class PlanNotOnSale(Problem):
    """The plan cannot be bought."""


class NoDowngradeToTrial(Problem):
    """A trial is no downgrade."""


class IdempotencyMismatch(Problem):
    """The key was used for another purchase."""


class RateLimited(Problem):
    """Too many calls."""


class LimitReached(Problem):
    """The account has as much of something as the server allows; `detail` says what to do."""


class Unavailable(Problem):
    """The server cannot serve the call now."""


PROBLEMS: Mapping[str, type[Problem]] = {
    "invalid_request": InvalidRequest,
    "unauthenticated": Unauthenticated,
    "forbidden": Forbidden,
    "not_found": NotFound,
    "already_exists": AlreadyExists,
    "parallel_events_exceeded": ParallelEventsExceeded,
    "room_closed": RoomClosed,
    "not_inside": NotInside,
    "quote_stale": QuoteStale,
    "quote_expired": QuoteExpired,
    "change_in_progress": ChangeInProgress,
    "past_due": PastDue,
    "payment_failed": PaymentFailed,
    "not_an_upgrade": NotAnUpgrade,
    "not_a_downgrade": NotADowngrade,
    "plan_not_on_sale": PlanNotOnSale,
    "no_downgrade_to_trial": NoDowngradeToTrial,
    "idempotency_mismatch": IdempotencyMismatch,
    "rate_limited": RateLimited,
    "limit_reached": LimitReached,
    "unavailable": Unavailable,
}
"""`code` -> the exception. Every other code is a plain `Problem`."""


class _Document(msgspec.Struct, frozen=True):
    code: str = "unknown"
    detail: str = ""


_document = msgspec.json.Decoder(_Document)


def problem_of(response: httpx.Response) -> Problem:
    return PROBLEMS.get(_document_in(response).code, Problem)(response)


def retry_after_s(response: httpx.Response) -> float | None:
    after = response.headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else None


def _document_in(response: httpx.Response) -> _Document:
    try:
        return _document.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Document()
