"""A handshake that is answered without the library is one that the library would accept."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from fullhouse.edge.ws.handshake import SUBPROTOCOL, PlainHandshake, plain_handshake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.http11 import Response

FIRST_LINE = "GET /v1/connect HTTP/1.1"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
NEEDED = {
    "Host": "events.example",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": SUBPROTOCOL,
}

BROWSER = NEEDED | {
    "Connection": "keep-alive, Upgrade",
    "Pragma": "no-cache",
    "Cache-Control": "no-cache",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Origin": "https://events.example",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "de,en-US;q=0.7,en;q=0.3",
    "Cookie": "session=a1b2; theme=dark",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
}
BEHIND_A_PROXY = NEEDED | {
    "Connection": "upgrade",
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "Origin": "https://events.example",
}


def head(headers: dict[str, str] | list[tuple[str, str]], first_line: str = FIRST_LINE) -> bytes:
    pairs = headers.items() if isinstance(headers, dict) else headers
    lines = [first_line, *(f"{name}: {value}" for name, value in pairs)]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def of_the_library(said: bytes) -> Response | None:
    """Its answer; None where it cannot read a request."""
    library = ServerProtocol(subprotocols=[Subprotocol(SUBPROTOCOL)])
    library.receive_data(said)
    for request in library.events_received():
        assert isinstance(request, Request)
        return library.accept(request)
    return None


@pytest.mark.parametrize(
    "headers", [NEEDED, BROWSER, BEHIND_A_PROXY], ids=["needed", "browser", "proxy"]
)
def test_what_clients_write_is_plain(headers: dict[str, str]) -> None:
    asks = plain_handshake(head(headers))

    origin = headers.get("Origin")
    assert asks == PlainHandshake(key=KEY, host="events.example", origin=origin)


def test_the_answer_says_what_the_library_would_say() -> None:
    said = head(BROWSER)
    asks, library = plain_handshake(said), of_the_library(said)
    assert asks
    assert library

    lines = asks.acceptance().decode().split("\r\n")

    assert lines[0] == f"HTTP/1.1 {library.status_code} {library.reason_phrase}"
    assert lines[-2:] == ["", ""]
    headers = dict(line.split(": ") for line in lines[1:-2])
    # Date is optional in a 1xx (RFC 9110, section 6.6.1).
    assert headers | {"Date": library.headers["Date"]} == dict(library.headers.raw_items())


ODD_VALUES = [
    "",
    " ",
    "websocket",
    "WebSocket",
    "websocket, h2c",
    "Upgrade",
    "keep-alive, Upgrade",
    "keep-alive,Upgrade",
    "close",
    "13",
    "8",
    "13, 8",
    KEY,
    KEY[:-1],
    KEY[:-4] + "====",
    KEY[:-2] + "AA",
    "AAAA",
    "!" * 24,
    SUBPROTOCOL,
    f"chat, {SUBPROTOCOL}",
    "fullhouse.v2",
    "https://events.example",
    "a\tb",
    "a\x00b",
    "a\x7fb",
    "ä",
    '"',
    "0",
    "chunked",
]
ODD_NAMES = [
    *NEEDED,
    *(name.lower() for name in NEEDED),
    "Origin",
    "Sec-WebSocket-Extensions",
    "Content-Length",
    "Transfer-Encoding",
    "X y",
    "X:",
    "",
    "é",
]
FIRST_LINES = [
    "GET /v1/connect HTTP/1.0",
    "GET /v1/connect?a=b HTTP/1.1",
    "POST /v1/connect HTTP/1.1",
    "GET  /v1/connect HTTP/1.1",
    "get /v1/connect HTTP/1.1",
]
MORE_BEHIND = [b"\r\n", b"hello", b"\x81\x80abcd", head(NEEDED)]


def one_thing_changed() -> Iterator[bytes]:
    """Heads that differ in one place from what clients write: there the two could disagree."""
    for name, value in product(NEEDED, ODD_VALUES):
        yield head(NEEDED | {name: value})
    for name, value in product(ODD_NAMES, ODD_VALUES):
        yield head([*NEEDED.items(), (name, value)])
    yield from (head({n: v for n, v in NEEDED.items() if n != name}) for name in NEEDED)
    yield from (head(NEEDED, line) for line in FIRST_LINES)
    yield from (head(NEEDED)[:cut] for cut in range(len(head(NEEDED))))
    yield from (head(NEEDED) + behind for behind in MORE_BEHIND)


def test_nothing_is_accepted_that_the_library_would_refuse() -> None:
    """And the library's answer names the same key."""
    accepted = [(said, asks) for said in one_thing_changed() if (asks := plain_handshake(said))]
    assert len(accepted) > 50  # else nothing was compared

    for said, asks in accepted:
        library = of_the_library(said)
        assert library, said
        assert library.status_code == 101, said
        accept = f"Sec-WebSocket-Accept: {library.headers['Sec-WebSocket-Accept']}\r\n"
        assert accept.encode() in asks.acceptance(), said


@pytest.mark.parametrize("behind", MORE_BEHIND)
def test_what_comes_with_bytes_behind_it_is_left_to_the_library(behind: bytes) -> None:
    assert plain_handshake(head(NEEDED) + behind) is None


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding"])
def test_a_handshake_with_a_body_is_left_to_the_library(name: str) -> None:
    assert plain_handshake(head(NEEDED | {name: "5"})) is None


@pytest.mark.parametrize("name", [*NEEDED, "Origin"])
def test_what_is_said_twice_is_left_to_the_library(name: str) -> None:
    headers = NEEDED | {"Origin": "https://events.example"}
    twice = [*headers.items(), (name.lower(), headers[name])]

    assert plain_handshake(head(headers))
    assert plain_handshake(head(twice)) is None


def test_a_very_long_head_is_left_to_the_library() -> None:
    assert plain_handshake(head(NEEDED | {"Cookie": "x" * 5000})) is None


def test_more_headers_than_the_library_reads_are_left_to_it() -> None:
    most = [*NEEDED.items(), *((f"X-{number}", "a") for number in range(128 - len(NEEDED)))]
    assert of_the_library(head(most))
    assert plain_handshake(head(most))

    too_many = [*most, ("X-More", "a")]

    assert of_the_library(head(too_many)) is None
    assert plain_handshake(head(too_many)) is None
