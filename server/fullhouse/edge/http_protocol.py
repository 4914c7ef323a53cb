"""Uvicorn's protocol for HTTP, with a limit for request heads and a count of bad requests.

Depends on internals of uvicorn, as `ws/upgrade.py` does: within `data_received` its parser calls
`on_message_begin` and `on_headers_complete`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from fullhouse.edge.metrics import Metrics

MOST_HEAD_BYTES = 65_536
"""Limit for the request line and headers, which arrive before authentication. Uvicorn's other
parser has the same limit, this parser has none. Bytes that arrive in one read are not cut."""


class HttpProtocol(HttpToolsProtocol):
    """Counts malformed requests, and refuses a head that is too long."""

    def __init__(self, metrics: Metrics, given: dict[str, Any]) -> None:
        super().__init__(**given)
        self._metrics = metrics
        self._reads_head = False
        self._begins_head = False
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._begins_head = False
        super().data_received(data)
        # If the head begins in `data`, the bytes before it may be the body of another request.
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
