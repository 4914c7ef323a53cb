"""What the trail takes of an answered request, and what the log has instead."""

from __future__ import annotations

import logging
from dataclasses import replace
from http import HTTPStatus
from time import monotonic

import pytest

from fullhouse.domain.callers import Caller
from fullhouse.domain.trail import MOST_REASON, TrailEntry, TrailLog
from fullhouse.edge.http.trail_notes import Answered, RequestNotes

DELETION = Answered(
    call="DELETE /v1/accounts/{account}",
    log="platform",
    caller=Caller("key", key="backend"),
    account="acme",
    room=None,
    participant=None,
    reason=None,
    status=HTTPStatus.NO_CONTENT,
    code=None,
    request_id="req-7",
    replayed=False,
)


class Trails:
    """The trails of an installation with or without the account."""

    def __init__(self, *, has_account: bool = True) -> None:
        self.noted: list[TrailEntry] = []
        self._has_account = has_account

    async def note(self, account_id: str, log: TrailLog, entry: TrailEntry) -> bool:
        if self._has_account:
            self.noted.append(entry)
        return self._has_account


@pytest.mark.parametrize(
    ("status", "count"),
    [
        (HTTPStatus.UNAUTHORIZED, 0),
        (HTTPStatus.TOO_MANY_REQUESTS, 0),
        (HTTPStatus.SERVICE_UNAVAILABLE, 0),
        (HTTPStatus.CONFLICT, 1),
    ],
)
async def test_refusals_that_say_nothing_about_the_request_fill_no_trail(
    status: HTTPStatus, count: int
) -> None:
    trails = Trails()

    await RequestNotes(trails, monotonic).note(replace(DELETION, status=status))

    assert len(trails.noted) == count


async def test_a_reason_that_was_refused_for_its_length_is_cut() -> None:
    trails = Trails()
    refused = replace(DELETION, reason="x" * 100_000, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    await RequestNotes(trails, monotonic).note(refused)

    (entry,) = trails.noted
    assert entry.request
    assert entry.request.reason == "x" * MOST_REASON


@pytest.mark.parametrize(
    ("has_account", "status", "count"),
    [
        (False, HTTPStatus.NO_CONTENT, 1),
        (False, HTTPStatus.NOT_FOUND, 0),
        (True, HTTPStatus.NO_CONTENT, 0),
    ],
)
async def test_the_log_says_who_deleted_an_account_whose_trail_is_gone_with_it(
    caplog: pytest.LogCaptureFixture, *, has_account: bool, status: HTTPStatus, count: int
) -> None:
    caplog.set_level(logging.INFO, "fullhouse")
    trails = Trails(has_account=has_account)

    await RequestNotes(trails, monotonic).note(replace(DELETION, status=status))

    lines = [vars(line) for line in caplog.records]
    told = [(line["msg"], line["account"], line["key"], line["request_id"]) for line in lines]
    assert told == [("account.deletion_requested", "acme", "backend", "req-7")] * count
