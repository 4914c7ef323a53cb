"""Every refused call is counted; those that shut somebody out leave a line a minute as well."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from fullhouse.counted_log import CountedLog
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
    """Of a call that is refused.

    Attributes:
        call: Its method and path, with placeholders.
        account: Of the caller, or that the call is about; None where neither is sure.
        room: Likewise.
        client: The address of the client.
        by_token: Whether a room token sent it, and was good.
    """

    call: str
    account: str | None
    room: str | None
    client: str
    by_token: bool


class Refusals:
    """Counts and tells them.

    Args:
        now_s: A steady clock.
    """

    def __init__(self, metrics: Metrics, now_s: Callable[[], float]) -> None:
        self._metrics = metrics
        self._lines = CountedLog(log, "call.refused", now_s)

    def note(self, status: int, error: CallerError, of: Circumstances) -> None:
        """A call is answered with `status`.

        What a platform does not find is its daily life; a person whose token names it is shut out.
        """
        self._metrics.call_refused(status, error.cause)
        if status in _SHUT_OUT or (status == HTTPStatus.NOT_FOUND and of.by_token):
            self._lines.note(
                f"{status} {error.cause}",
                call=of.call,
                account=of.account,
                room=of.room,
                client=of.client,
            )

    def note_unknown_path(self, path: str, client: str) -> None:
        """Nothing is there. That is news where something of ours would be below another path."""
        self._metrics.call_refused(HTTPStatus.NOT_FOUND, "unknown_path")
        if kept := kept_path(path):
            hint = f"a proxy keeps {kept}: is FULLHOUSE_ROOT_PATH set to it?"
            self._lines.note(f"{HTTPStatus.NOT_FOUND} unknown_path", hint=hint, client=client)

    def note_preflight(self, origin: str, client: str) -> None:
        """A browser asked whether pages of `origin` may call, and they may not."""
        self._metrics.call_refused(HTTPStatus.BAD_REQUEST, "origin")
        self._lines.note(f"{HTTPStatus.BAD_REQUEST} origin", origins=[origin], client=client)
