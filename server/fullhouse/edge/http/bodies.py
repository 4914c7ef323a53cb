"""Reads the JSON of a body, or the parameters of a query, as typed values."""

from __future__ import annotations

import asyncio
import json
import re
from codecs import BOM_UTF8
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from fullhouse.domain.errors import InvalidRequest, TooLarge
from fullhouse.edge.http.complaints import invalid, short

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive

SentT = TypeVar("SentT", bound=msgspec.Struct)

# In bytes. Stripe documents no limit for events. An event has at most a page of ten objects, each
# with up to 50 entries of metadata of 540 characters: about 300 KiB.
MAX_RAW_BODY = 1024 * 1024

MAX_BODY = 64 * 1024  # bytes; the largest usual body, an account with 20 codes, has 3 KiB
ARRIVAL_S = 10.0  # a body of that size takes a second on the slowest line

_JSON_TYPES = ("", "application/json")
_is_length = re.compile(r"\d{1,18}").fullmatch


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object without fields."""


class Raw(msgspec.Struct, frozen=True):
    """The raw bytes of a body, whose signature the handler checks."""

    content: bytes


async def raw_body_of(request: Request) -> Raw:
    """The body in any format.

    Raises:
        TooLarge: the body has more than `MAX_RAW_BODY` bytes. The rest is not read.
    """
    return Raw(await _read(request, MAX_RAW_BODY))


async def body_of(request: Request, type_: type[SentT]) -> SentT:
    """The JSON body. An empty body counts as an object without fields.

    Raises:
        InvalidRequest: the body is not JSON of that shape. The text begins with the field.
        TooLarge: the body has more than `MAX_BODY` bytes. The rest is not read.
    """
    raw = await _read(request, MAX_BODY)
    if raw:  # curl and others name a media type even where there is no body
        _check_media_type(request)
    # Some clients send a byte order mark, which is not JSON. Source: RFC 8259, section 8.1.
    raw = raw.removeprefix(BOM_UTF8) or b"{}"
    try:
        decoded = msgspec.json.decode(raw, type=type_)
    except msgspec.ValidationError as error:
        raise invalid(str(error), type_, whole="body") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest("body", f"no JSON: {error}") from error
    if raw.count(b":") > 1:  # otherwise there is at most one field, as in a poll
        _refuse_repeated_names(raw)
    return decoded


def _refuse_repeated_names(raw: bytes) -> None:
    """Refuse repeated names: parsers may pick different values. Source: RFC 8259, section 4.

    Raises:
        InvalidRequest: an object has two fields with the same name.
    """
    # Numbers stay text, because Python refuses to parse very long ones.
    json.loads(raw, object_pairs_hook=_distinct, parse_int=str, parse_float=str)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        raise InvalidRequest(short(counted.most_common(1)[0][0]), "given twice")
    return given


def query_of(request: Request, type_: type[SentT]) -> SentT:
    """The parameters of the query.

    Raises:
        InvalidRequest: a parameter is unknown, wrong, missing or given twice.
    """
    query = request.scope["query_string"].decode("latin-1")
    given = _distinct(parse_qsl(query, keep_blank_values=True) if query else [])
    try:
        return msgspec.convert(given, type_, strict=False)  # a query has only text
    except msgspec.ValidationError as error:
        raise invalid(str(error), type_, whole="query") from error


def _check_media_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _JSON_TYPES:
        raise InvalidRequest("Content-Type", "must be application/json")


async def _read(request: Request, limit: int) -> bytes:
    length = request.headers.get("content-length", "")
    if _is_length(length) and int(length) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(ARRIVAL_S):
            return await _at_most(limit, request.receive)
    except TimeoutError as error:
        raise InvalidRequest("body", f"did not arrive within {ARRIVAL_S:.0f} s") from error


async def _at_most(limit: int, receive: Receive) -> bytes:
    body, is_whole = bytearray(), False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            # The client is gone and cannot read this error. It is not a bug.
            raise InvalidRequest("body", "ended before it was complete")
        body += message.get("body", b"")
        is_whole = not message.get("more_body", False)
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body may have at most {limit} bytes.")
