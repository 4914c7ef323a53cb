"""Why a handshake is refused, and how that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
from websockets.exceptions import InvalidHeader

from server.domain.errors import CallerError, InvalidHandshake, UpgradeRequired
from server.edge.handshake import SUBPROTOCOL
from server.edge.http.request_ids import id_of
from server.edge.problems import MEDIA_TYPE, headers_of, problem_of

if TYPE_CHECKING:
    from websockets.http11 import Request, Response
    from websockets.server import ServerProtocol


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a handshake is refused: a word for operators, and what the client is told."""

    cause: Literal["draining", "full", "path", "origin", "form"]
    error: CallerError


def of_form(error: Exception | None) -> Refusal:
    """What is wrong with the form of a handshake, as `websockets` sees it."""
    if isinstance(error, InvalidHeader) and error.name == "Sec-WebSocket-Version":
        reason = "Connect with version 13 of the WebSocket protocol."
        return Refusal("form", UpgradeRequired(reason))
    reason = f"The handshake: {error}. The subprotocol is {SUBPROTOCOL}."
    return Refusal("form", InvalidHandshake(reason))


def answer_to(parser: ServerProtocol, request: Request, error: CallerError) -> Response:
    """The problem document as the answer to a handshake."""
    problem = problem_of(error)
    response = parser.reject(problem.status, msgspec.json.encode(problem).decode())
    del response.headers["Content-Type"]
    del response.headers["Connection"]
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Cache-Control": "no-store",
        "X-Request-Id": id_of(request.headers.get_all("X-Request-Id")),
        **headers_of(error),
        "Connection": "close",  # whatever is asked for: this stream ends
    }
    for name, value in headers.items():
        response.headers[name] = value
    return response
