"""The reasons for which a handshake is refused, and the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
from websockets.exceptions import InvalidHeader

from fullhouse.domain.errors import CallerError, InvalidHandshake, UpgradeRequired
from fullhouse.edge.problems import MEDIA_TYPE, headers_of, problem_of
from fullhouse.edge.request_ids import id_of
from fullhouse.edge.root_path import kept_path
from fullhouse.edge.ws.handshake import SUBPROTOCOL

if TYPE_CHECKING:
    from websockets.http11 import Request, Response
    from websockets.server import ServerProtocol

    from fullhouse.domain.forwarded import TrustedProxies


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused handshake: the cause for operators, and the error for the client."""

    cause: Literal["draining", "full", "address_calls", "path", "origin", "form"]
    error: CallerError


def hint_for(refusal: Refusal, request: Request, peer: str, trusted: TrustedProxies) -> str | None:
    """Which setting of the server may be missing, if the request looks like it."""
    if refusal.cause == "path" and (kept := kept_path(request.path)):
        return f"a proxy keeps {kept}: is FULLHOUSE_ROOT_PATH set to it?"
    says_host = request.headers.get_all("X-Forwarded-Host") or request.headers.get_all("Forwarded")
    if refusal.cause == "origin" and says_host and peer not in trusted:
        return f"{peer} says which host was asked for: is it in FULLHOUSE_TRUSTED_PROXIES?"
    return None


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
