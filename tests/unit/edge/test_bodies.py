"""What a caller sends, read field by field."""

from __future__ import annotations

import asyncio
from datetime import date, datetime  # msgspec reads them
from time import process_time
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from msgspec import Meta, Struct
from starlette.requests import Request

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.rooms import Role
from fullhouse.edge.http import bodies
from fullhouse.edge.http.bodies import Nothing, body_of, query_of
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Message


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    percent: Annotated[int, Meta(ge=0)] = 0


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    items: tuple[Item, ...] = ()
    nested: tuple[tuple[Item, ...], ...] = ()
    item: Item | None = None


SCOPE = {"type": "http", "method": "POST", "headers": [], "query_string": b""}


def request(*messages: Message, query: str = "") -> Request:
    coming = iter(messages)

    async def receive() -> Message:
        for message in coming:
            return message
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    return Request({**SCOPE, "query_string": query.encode()}, receive)


def pieces(parts: Iterable[bytes]) -> list[Message]:
    sent: list[Message] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    return [*sent, {"type": "http.request", "body": b"", "more_body": False}]


async def read(body: bytes) -> Order:
    return await body_of(request(*pieces([body])), Order)


async def complaint(body: bytes) -> str:
    with pytest.raises(InvalidRequest) as refused:
        await read(body)
    return str(refused.value)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[]", "body: Expected `object`, got `array`"),
        (b'{"x": 1}', "x: unknown field"),
        (b'{"items": 1}', "items: Expected `array`, got `int`"),
        (b'{"items": [1]}', "items[0]: Expected `object`, got `int`"),
        (b'{"items": [{}]}', "items[0].code: is required"),
        (b'{"items": [{"code": "a"}, {"c": 1}]}', "items[1].c: unknown field"),
        (b'{"items": [{"code": 1}]}', "items[0].code: Expected `str`, got `int`"),
        (
            b'{"items": [{"code": "a", "percent": -1}]}',
            "items[0].percent: Expected `int` >= 0",
        ),
        (b'{"nested": [[], [{"code": "a", "y": 1}]]}', "nested[1][0].y: unknown field"),
        (b'{"item": {"percent": 1}}', "item.code: is required"),
        (b'{"`a`": 1}', "`a`: unknown field"),
        (b"{", "body: no JSON: Input data was truncated"),
    ],
)
async def test_a_complaint_begins_with_the_field_as_the_caller_wrote_it(
    body: bytes, text: str
) -> None:
    # How the reasons are worded is msgspec's affair; the field is ours.
    assert await complaint(body) == text


async def test_no_body_at_all_is_an_object_without_fields() -> None:
    assert await read(b"") == Order()


async def test_a_client_that_goes_away_in_between_is_no_bug() -> None:
    half: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    with pytest.raises(InvalidRequest, match="body: ended before it was complete"):
        await body_of(request(*half), Order)


async def test_a_body_that_is_still_under_way_is_waited_for() -> None:
    """What is there already is taken without a timer; the rest must be as whole."""
    arrived: asyncio.Queue[Message] = asyncio.Queue()
    reading = asyncio.create_task(body_of(Request(SCOPE, arrived.get), Item))
    await wait_until(lambda: not reading.done() and arrived.qsize() == 0)

    for piece in pieces([b'{"co', b'de": "a"}']):
        arrived.put_nowait(piece)
        await wait_until(arrived.empty)

    assert await reading == Item("a")


async def test_a_reader_that_is_stopped_stops_reading() -> None:
    stopped = asyncio.Event()

    async def receive() -> Message:
        try:
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]
        finally:
            stopped.set()

    reading = asyncio.create_task(body_of(Request(SCOPE, receive), Item))
    await asyncio.wait([reading], timeout=0.001)
    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
    assert stopped.is_set()


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "ARRIVAL_S", 0.01)

    with pytest.raises(InvalidRequest, match="body: did not arrive"):
        await body_of(request({"type": "http.request", "body": b"{", "more_body": True}), Order)


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    room: str
    status: str = "open"


def test_a_query_is_read_by_name() -> None:
    assert query_of(request(query="room=hall"), Search) == Search("hall")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "room: is required"),
        ("room=a&x=1", "x: unknown field"),
        ("room=a&room=b", "room: given twice"),
    ],
)
def test_a_query_is_refused_by_name(query: str, text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        query_of(request(query=query), Search)

    assert str(refused.value) == text


def test_a_long_query_costs_no_more_than_its_length() -> None:
    """Anyone may send one that fills a request line, and everybody else waits for it."""
    short_s, long_s = (min(seconds_of(n) for _ in range(3)) for n in (1_000, 10_000))

    assert long_s < 40 * short_s  # ten times as long; each compared with each other: a hundred


def seconds_of(parameters: int) -> float:
    """What it takes this process to refuse so many."""
    asked = request(query="&".join(f"a{i}" for i in range(parameters)))
    began = process_time()
    with pytest.raises(InvalidRequest, match="a0: unknown field"):
        query_of(asked, Nothing)
    return process_time() - began


def test_where_no_query_is_expected_none_is_taken() -> None:
    assert query_of(request(), Nothing) == Nothing()
    with pytest.raises(InvalidRequest, match="x: unknown field"):
        query_of(request(query="x=1"), Nothing)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"item": {"code": "a"}, "item": {"code": "b"}}', "item"),
        (b'{"item": {"code": "a", "percent": 1, "code": "b"}}', "code"),
        (b'{"items": [{"code": "a", "code": "a"}]}', "code"),
    ],
)
async def test_a_field_that_is_given_twice_is_refused_by_name(body: bytes, name: str) -> None:
    """Whoever reads the body before us, a gateway say, may take the other one."""
    with pytest.raises(InvalidRequest, match=f"^{name}: given twice$"):
        await body_of(request(*pieces([body])), Order)


async def test_a_long_number_is_no_bug() -> None:
    digits = b"9" * 5000
    body = b'{"item": {"code": "a", "percent": ' + digits + b"}}"

    with pytest.raises(InvalidRequest, match="percent"):
        await body_of(request(*pieces([body])), Order)


async def test_the_mark_of_an_editor_before_the_body_does_no_harm() -> None:
    body = b'\xef\xbb\xbf{"item": {"code": "a"}}'

    assert await body_of(request(*pieces([body])), Order) == Order(item=Item("a"))


FORM = b"application/x-www-form-urlencoded"  # what curl and urllib say of a body of no bytes


async def test_a_body_of_no_bytes_has_no_media_type_to_be_wrong_about() -> None:
    scope = {**SCOPE, "headers": [(b"content-type", FORM), (b"content-length", b"0")]}
    (end,) = pieces([])

    async def receive() -> Message:
        return end

    assert await body_of(Request(scope, receive), Nothing) == Nothing()


async def test_a_form_is_refused_by_its_media_type() -> None:
    scope = {**SCOPE, "headers": [(b"content-type", FORM)]}
    (end,) = pieces([])

    async def receive() -> Message:
        return {**end, "body": b"items=1"}

    with pytest.raises(InvalidRequest, match="Content-Type: must be application/json"):
        await body_of(Request(scope, receive), Order)


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    period: Literal["month", "year"] = "month"
    role: Role | None = None
    starts: date | None = None
    until: datetime | None = None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"period": "monthly"}', "period: must be month or year"),
        (b'{"role": "boss"}', "role: must be host, presenter or attendee"),
        (b'{"starts": "2026-02-30"}', "starts: must be a date such as 2026-03-31"),
        (b'{"until": "noon"}', "until: must be an instant such as 2026-03-31T18:00:00Z"),
    ],
)
async def test_a_wrong_choice_or_date_is_told_with_what_is_right(body: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await body_of(request(*pieces([body])), Term)

    assert str(refused.value) == said


def test_a_wrong_choice_in_a_query_is_told_with_what_is_right() -> None:
    with pytest.raises(InvalidRequest, match=r"^period: must be month or year$"):
        query_of(request(query="period=monthly"), Term)
