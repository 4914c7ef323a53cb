"""Pagination of lists: the number of rows, and the cursor of the next page.

A cursor is opaque to the caller: it is the `next` of the previous answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.ids import ID_PATTERN

RowT = TypeVar("RowT")

MOST_ROWS = 200
ROWS = 100

# Ids that the server makes, as those of purchases, may begin with any of these characters.
_is_moment = re.compile(r"(\d{1,16}):([A-Za-z0-9._~-]{1,64})").fullmatch
_is_name = re.compile(ID_PATTERN).fullmatch
_is_place = re.compile(r"\d{1,9}").fullmatch


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for at most `limit` rows, from `cursor` or from the beginning of the list."""

    limit: int = ROWS
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Some rows of a list, and the cursor of the next page. None: this is the last page."""

    rows: tuple[RowT, ...]
    next: str | None


class Moment(NamedTuple):
    """A position in a list that is ordered by time: Unix ms, and the name of the row."""

    ms: int
    name: str


def page_of(rows: Sequence[RowT], limit: int, cursor: Callable[[RowT], object]) -> Page[RowT]:
    """The page with the first `limit` of `rows`. One row more means that the list continues."""
    shown = tuple(rows[:limit])
    return Page(shown, str(cursor(shown[-1])) if len(rows) > limit else None)


def cursor_of(moment: Moment) -> str:
    """The cursor of the page after that row, in a list that is ordered by time."""
    return f"{moment.ms}:{moment.name}"


def moment_of(cursor: str | None) -> Moment | None:
    """The row that a cursor of `cursor_of` names.

    Raises:
        InvalidRequest: the text is not such a cursor.
    """
    if cursor is None:
        return None
    ms, name = _checked(_is_moment(cursor)).groups()
    return Moment(int(ms), name)


def name_of(cursor: str | None) -> str | None:
    """The last name of the previous page, in a list that is ordered by name.

    Raises:
        InvalidRequest: the cursor is not a name.
    """
    return None if cursor is None else _checked(_is_name(cursor))[0]


def place_of(cursor: str | None) -> int:
    """The number of rows on the previous pages, in a list that grows only at its end.

    Raises:
        InvalidRequest: the cursor is not a number.
    """
    return 0 if cursor is None else int(_checked(_is_place(cursor))[0])


def _checked(match: re.Match[str] | None) -> re.Match[str]:
    if match is None:
        raise InvalidRequest("cursor", "must be the `next` of an earlier answer of this list")
    return match
