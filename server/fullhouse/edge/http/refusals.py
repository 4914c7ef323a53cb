"""Counts refused calls. Refusals that lock a caller out are also logged, once a minute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from fullhouse.counted_log import CountedLog
from fullhouse.domain.errors import limit_of
from fullhouse.edge.root_path import kept_path

if TYPE_CHECKING:
    from fullhouse.domain.errors import CallerError
    from fullhouse.edge.metrics import Metrics

log = logging.getLogger(__name__)

_SHUT_OUT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of a refused call.

    Attributes:
        call: The method and path, with placeholders.
        account: The account of the caller or of the path. None: neither was verified.
        room: The room of the caller or of the path. None: neither was verified.
        client: The address of the client.
        by_token: Whether the caller sent a valid room token.
        key: The name of the caller's key. None: the caller sent no valid key.
    """

    call: str
    account: str | None
    room: str | None
    client: str
    by_token: bool
    key: str | None


class Refusals:
    """Counts and logs refused calls.

    Args:
        metrics: Counts refusals.
        now_s: A monotonic clock.
    """

    def __init__(self, metrics: Metrics, now_s: Callable[[], float]) -> None:
        self._metrics = metrics
        self._lines = CountedLog(log, "call.refused", now_s)

    def note(self, status: int, error: CallerError, of: Circumstances) -> None:
        """Record a call that is refused with `status`.

        A 404 is normal for a platform, and is not logged. A person with a token for a missing
        room is locked out, and the refusal is logged.
        """
        self._metrics.call_refused(status, error.cause)
        limit = limit_of(error)
        if limit:
            self._metrics.limit_reached(limit)
        if limit or status in _SHUT_OUT or (status == HTTPStatus.NOT_FOUND and of.by_token):
            self._lines.note(
                f"{status} {error.cause}",
                call=of.call,
                account=of.account,
                room=of.room,
                client=of.client,
                key=of.key,
            )

    def note_unknown_path(self, path: str, client: str) -> None:
        """Record a call of an unknown path. Log it if a proxy may have kept a root path."""
        self._metrics.call_refused(HTTPStatus.NOT_FOUND, "unknown_path")
        if kept := kept_path(path):
            hint = f"a proxy keeps {kept}: is FULLHOUSE_ROOT_PATH set to it?"
            self._lines.note(f"{HTTPStatus.NOT_FOUND} unknown_path", hint=hint, client=client)

    def note_preflight(self, origin: str, client: str) -> None:
        """Record a refused preflight: pages of `origin` may not call."""
        self._metrics.call_refused(HTTPStatus.BAD_REQUEST, "origin")
        self._lines.note(f"{HTTPStatus.BAD_REQUEST} origin", origins=[origin], client=client)
