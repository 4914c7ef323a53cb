"""Adds privileged requests to the trail of their account, when their answer is known."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from fullhouse.counted_log import CountedLog
from fullhouse.domain.callers import Caller
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Role
from fullhouse.domain.trail import MOST_REASON, By, NotedRequest, TrailEntry, TrailLog

log = logging.getLogger(__name__)

NOT_NOTED = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,  # anybody may send such requests, and nobody knows who did
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""Refusals that would only fill the trail. They are counted and logged (`refusals.py`)."""


class Trails(Protocol):
    """The stored trails."""

    async def note(self, account_id: str, log: TrailLog, entry: TrailEntry) -> bool:
        """Add an entry. False: there is no such account, and nothing is written."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InTrail:
    """How the trail notes the requests of a call.

    Attributes:
        log: Where it notes those of the platform.
        shows_people: Whether the answer has ids of people. Then a GET with a key is noted too.
        names_nobody: Whether the trail leaves out whom the request is about: one who was deleted
            would be in it again.
        only_asks: Whether the call changes nothing, although it is no GET. Noted as a GET is.
    """

    log: TrailLog = "platform"
    shows_people: bool = False
    names_nobody: bool = False
    only_asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request with its answer. Its ids are checked, or None.

    Attributes:
        call: The method and path, with placeholders.
        log: Where requests of the platform are noted.
        caller: Who asked. None: not known.
        account: The account in the path.
        room: The room in the path.
        participant: Whom the request is about.
        reason: The caller's own words.
        status: Of the answer.
        code: The error code of a refusal.
        request_id: As in the header `X-Request-Id`.
        replayed: Whether an earlier request with the same key had the effect.
    """

    call: str
    log: TrailLog
    caller: Caller | None
    account: str | None
    room: str | None
    participant: str | None
    reason: str | None
    status: int
    code: str | None
    request_id: str
    replayed: bool

    @property
    def is_refused(self) -> bool:
        return self.status >= HTTPStatus.BAD_REQUEST


class RequestNotes:
    """Writes the trail of requests. A store that cannot be reached stops no answer.

    Args:
        trails: The stored trails.
        now_s: A monotonic clock.
    """

    def __init__(self, trails: Trails, now_s: Callable[[], float]) -> None:
        self._trails = trails
        self._lines = CountedLog(log, "trail.not_written", now_s)

    async def note(self, answered: Answered) -> None:
        """Add the request to the trail of its account, unless nobody knows whose it was."""
        caller, account = answered.caller, answered.account
        if caller is None or account is None or answered.status in NOT_NOTED:
            return
        if caller.role is Role.ATTENDEE and answered.status == HTTPStatus.FORBIDDEN:
            return  # nothing is for attendees: any of thousands could fill the trail
        if caller.account not in (None, account):
            return  # people of one account cannot fill the trail of another
        try:
            is_noted = await self._trails.note(
                account, _log_of(answered, caller), _entry(answered, caller)
            )
        except StoreUnavailable as error:
            self._lines.note(error.cause, call=answered.call, account=account)
            return
        if not is_noted and not answered.is_refused:
            _log_deletion(answered, caller)


def _log_of(answered: Answered, caller: Caller) -> TrailLog:
    if answered.is_refused:
        return "refused"
    return "buyers" if caller.kind == "person" else answered.log


def _entry(answered: Answered, caller: Caller) -> TrailEntry:
    request = NotedRequest(
        by=By(
            "person" if caller.kind == "person" else "key",
            caller.key,
            caller.participant,
            caller.role,
        ),
        call=answered.call,
        status=answered.status,
        request_id=answered.request_id,
        code=answered.code,
        reason=answered.reason[:MOST_REASON] if answered.reason else None,
        replayed=answered.replayed,
    )
    return TrailEntry(
        kind="request_refused" if answered.is_refused else "request",
        room=answered.room,
        participant=answered.participant,
        request=request,
    )


def _log_deletion(answered: Answered, caller: Caller) -> None:
    """The request has deleted the account, and its trail with it."""
    log.info(
        "account.deletion_requested",
        extra={
            "account": answered.account,
            "call": answered.call,
            "key": caller.key,
            "request_id": answered.request_id,
        },
    )
