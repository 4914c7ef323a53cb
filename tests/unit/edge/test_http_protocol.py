"""Requests on a socket: a head that goes on and on is refused before it is kept."""

from __future__ import annotations

from fullhouse.edge.http_protocol import MOST_HEAD_BYTES
from tests.unit.edge.test_metrics import figures
from tests.unit.edge.test_upgrade import Street

BEGINNING = b"GET /nowhere HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: "
PIECE = b"1.1.1.1," * 512
PIECES = MOST_HEAD_BYTES // len(PIECE)


async def test_a_head_that_never_ends_is_refused_and_counted() -> None:
    street = Street()

    street.says(BEGINNING)
    for _ in range(PIECES + 1):
        street.says(PIECE)

    assert street.wire.written.startswith(b"HTTP/1.1 400 ")
    assert street.wire.is_closing()
    refused = 'fullhouse_calls_refused_total{cause="malformed",status="400"}'
    assert figures(street.registry.metrics)[refused] == 1


async def test_a_long_head_is_read_and_what_came_before_it_does_not_count() -> None:
    street = Street()
    request = [BEGINNING, *[PIECE] * PIECES, b"\r\n\r\n"]

    for piece in request * 2:
        street.says(piece)

    assert b"HTTP/1.1 400 " not in street.wire.written
    assert not street.wire.is_closing()


async def test_a_long_body_is_no_head() -> None:
    street = Street()

    street.says(b"POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(PIECES + 1):
        street.says(PIECE)

    assert b"HTTP/1.1 400 " not in street.wire.written
    assert not street.wire.is_closing()


async def test_a_body_before_a_head_in_one_read_is_no_part_of_it() -> None:
    street = Street()
    body = PIECE * (PIECES + 1)
    length = f"Content-Length: {len(body)}\r\n\r\n".encode()

    street.says(b"POST /nowhere HTTP/1.1\r\nHost: h\r\n" + length + body + BEGINNING)

    assert not street.wire.is_closing()
