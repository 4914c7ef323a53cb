"""Problem documents: one for every error that a caller can act on."""

from __future__ import annotations

import json

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fullhouse.domain.errors import (
    CallerError,
    Forbidden,
    InvalidRequest,
    RateLimited,
    StoreUnavailable,
    Unauthenticated,
    Unavailable,
)
from fullhouse.edge.problems import (
    EXCEPTION_HANDLERS,
    PROBLEMS,
    caller_error,
    http_error,
    problem_response,
    unexpected_error,
)

# The table of the protocol: code -> status.
STATUSES = {
    "upgrade_required": 426,
    "invalid_handshake": 400,
    "invalid_request": 422,
    "idempotency_key_missing": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "already_exists": 409,
    "parallel_events_exceeded": 409,
    "room_closed": 409,
    "not_inside": 409,
    "quote_stale": 409,
    "change_in_progress": 409,
    "past_due": 409,
    "quote_expired": 410,
    "not_an_upgrade": 422,
    "not_a_downgrade": 422,
    "plan_not_on_sale": 422,
    "no_downgrade_to_trial": 422,
    "idempotency_mismatch": 422,
    "payment_failed": 402,
    "too_large": 413,
    "rate_limited": 429,
    "limit_reached": 409,
    "unavailable": 503,
}


def all_errors(base: type[CallerError] = CallerError) -> set[type[CallerError]]:
    below = base.__subclasses__()
    return set(below).union(*map(all_errors, below))


def a_request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": []})


def test_every_error_for_a_caller_has_its_problem() -> None:
    assert set(PROBLEMS) == all_errors()


def test_every_code_has_the_status_of_the_protocol() -> None:
    assert {error.code: problem.status for error, problem in PROBLEMS.items()} == STATUSES


def test_a_problem_has_the_five_members_and_its_media_type() -> None:
    response = problem_response(InvalidRequest("title", "is required"))

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(bytes(response.body)) == {
        "type": "urn:fullhouse:problem:invalid_request",
        "title": "The request has the wrong shape",
        "status": 422,
        "detail": "title: is required",
        "code": "invalid_request",
    }


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (RateLimited("key_calls", 7), "7"),
        (Unavailable("Going down.", 3), "3"),
        (StoreUnavailable(), "2"),
    ],
)
def test_what_passes_by_itself_says_when_to_come_again(error: CallerError, seconds: str) -> None:
    assert problem_response(error).headers["retry-after"] == seconds


def test_only_who_is_unknown_is_asked_for_credentials() -> None:
    unknown = problem_response(Unauthenticated("Who?"))
    known = problem_response(Forbidden("No."))

    assert unknown.headers["www-authenticate"] == 'Bearer realm="fullhouse"'
    assert "www-authenticate" not in known.headers
    assert "retry-after" not in known.headers


def test_the_application_is_given_a_handler_for_each_kind_of_error() -> None:
    assert {
        CallerError: caller_error,
        HTTPException: http_error,
        Exception: unexpected_error,
    } == EXCEPTION_HANDLERS


async def test_an_error_that_no_call_caught_is_a_problem_too() -> None:
    response = await caller_error(a_request(), Forbidden("No."))

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (405, "method_not_allowed"), (400, "bad_request")]
)
async def test_what_the_router_refuses_is_a_problem(status: int, code: str) -> None:
    response = await http_error(a_request(), HTTPException(status, headers={"Allow": "GET"}))

    assert response.status_code == status
    assert response.headers["allow"] == "GET"
    assert json.loads(bytes(response.body))["code"] == code


async def test_a_bug_tells_the_caller_nothing_of_itself() -> None:
    response = await unexpected_error(a_request(), ValueError("secret"))

    assert response.status_code == 500
    assert json.loads(bytes(response.body))["code"] == "internal_error"
    assert b"secret" not in response.body
