"""Uvicorn's protocol for HTTP requests, with a limit for heads and a count of bad requests.

Depends on internals of uvicorn, as `ws/upgrade.py` does: `on_message_begin` and
`on_headers_complete` are called by its parser within `data_received`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from fullhouse.edge.metrics import Metrics

MOST_HEAD_BYTES = 65_536
"""Of a request's line and headers, before anybody is known. Uvicorn's other parser takes as many;
this one has no limit. Bytes that arrive in one read are not cut."""


class HttpProtocol(HttpToolsProtocol):
    """Counts what it cannot read, and refuses a head that goes on and on."""

    def __init__(self, metrics: Metrics, given: dict[str, Any]) -> None:
        super().__init__(**given)
        self._metrics = metrics
        self._reads_head = False
        self._begins_head = False
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._begins_head = False
        super().data_received(data)
        # Where the head begins in `data`, what came before it there may be a whole body.
        if self._reads_head and not self._begins_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        self._reads_head = self._begins_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._reads_head = False
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._metrics.call_refused(HTTPStatus.BAD_REQUEST, "malformed")
        super().send_400_response(msg)
