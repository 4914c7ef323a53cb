"""A handshake as nearly every client writes it, read and answered without a parser.

Two parsers read each handshake: uvicorn's and that of `websockets`. They took as long as the rest
of an arrival (source: docs/decisions/0005-doorman.md). This file refuses nothing, and accepts
nothing that the library would refuse. The library reads and answers every other handshake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from websockets.utils import accept_key

PATH = "/v1/connect"
SUBPROTOCOL = "fullhouse.v1"

_MOST_BYTES = 4096  # bounds the work before anybody is known
# The library refuses more than 128 headers.
_is_plain = re.compile(r"[^\r]+\r\n(?:[A-Za-z0-9-]+: [!-~][ -~]*\r\n){1,128}\r\n").fullmatch
_is_key = re.compile(r"[A-Za-z0-9+/]{22}==").fullmatch  # 16 bytes
_CONNECTIONS = frozenset({"upgrade", "keep-alive, upgrade"})
_HAS_A_BODY = frozenset({"content-length", "transfer-encoding"})

_ACCEPTED = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\nSec-WebSocket-Accept: %s\r\n\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHandshake:
    """A valid request for the WebSocket and the one subprotocol.

    Attributes:
        origin: Of the page; None if the client is no browser.
        headers: All headers, by their names in lower case.
    """

    key: str
    host: str
    origin: str | None
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def values_of(self, name: str) -> tuple[str, ...]:
        """Satisfies `domain.forwarded.ValuesOf`."""
        return (self.headers[name],) if name in self.headers else ()

    def acceptance(self) -> bytes:
        """The answer that opens the WebSocket."""
        return (_ACCEPTED % accept_key(self.key)).encode()


def paths_below(root_path: str) -> tuple[str, ...]:
    """Paths of the WebSocket behind proxies that remove `root_path`, and that keep it."""
    return (PATH, root_path + PATH) if root_path else (PATH,)


@cache
def _first_lines(paths: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(f"GET {path} HTTP/1.1\r\n".encode() for path in paths)


def plain_handshake(said: bytes, paths: tuple[str, ...] = (PATH,)) -> PlainHandshake | None:
    """The handshake, if `said` is the complete head of a valid and usual one; else None.

    Args:
        paths: Where the WebSocket is.
    """
    if not said.startswith(_first_lines(paths)) or len(said) > _MOST_BYTES:
        return None
    text = said.decode("latin-1")
    if not _is_plain(text):
        return None
    lines = text.split("\r\n")[1:-2]
    headers = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    has_each_once = len(headers) == len(lines)
    return _checked(headers) if has_each_once else None


def _checked(headers: dict[str, str]) -> PlainHandshake | None:
    key = headers.get("sec-websocket-key", "")
    is_valid = (
        headers.get("upgrade", "").lower() == "websocket"
        and headers.get("connection", "").lower() in _CONNECTIONS
        and headers.get("sec-websocket-version") == "13"
        and headers.get("sec-websocket-protocol") == SUBPROTOCOL
        and _is_key(key) is not None
        and headers.keys().isdisjoint(_HAS_A_BODY)
    )
    if not is_valid:
        return None
    return PlainHandshake(
        key=key, host=headers.get("host", ""), origin=headers.get("origin"), headers=headers
    )
