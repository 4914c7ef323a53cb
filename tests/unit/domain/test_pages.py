"""Lists in pages: every row once, and a cursor only where the list goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.pages import (
    Moment,
    PageRequest,
    cursor_of,
    moment_of,
    name_of,
    page_of,
    place_of,
)


@given(st.integers(0, 30), st.integers(1, 7))
def test_the_pages_of_a_list_are_the_list(length: int, limit: int) -> None:
    seen: list[int] = []
    request: PageRequest | None = PageRequest(limit)
    while request:
        first = place_of(request.cursor)
        page = page_of(range(length)[first : first + limit + 1], limit, lambda row: row + 1)
        seen += page.rows
        request = PageRequest(limit, page.next) if page.next else None

    assert seen == list(range(length))


def test_a_moment_comes_back_from_its_cursor() -> None:
    moment = Moment(1_700_000_000_000, "hall.1~x-2")

    assert moment_of(cursor_of(moment)) == moment
    assert (moment_of(None), name_of(None), place_of(None)) == (None, None, 0)


@pytest.mark.parametrize("cursor", ["", "x:", "-1:hall", "1:ha ll", "9" * 30, "{acme}", "1\n"])
@pytest.mark.parametrize("read", [moment_of, name_of, place_of])
def test_what_no_list_has_answered_is_no_cursor(
    read: Callable[[str], object], cursor: str
) -> None:
    if read is name_of and cursor == "9" * 30:
        return  # a name may be a number
    with pytest.raises(InvalidRequest) as refused:
        read(cursor)
    assert refused.value.field == "cursor"
