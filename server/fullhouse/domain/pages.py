"""Lists in pages: how many rows, after which one, and where the next page begins.

A cursor is opaque to the caller: it is what the answer before gave as `next`.
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

# Ids of ours, of purchases for example, may begin with any of these characters.
_is_moment = re.compile(r"(\d{1,16}):([A-Za-z0-9._~-]{1,64})").fullmatch
_is_name = re.compile(ID_PATTERN).fullmatch
_is_place = re.compile(r"\d{1,9}").fullmatch


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most `limit` rows, from the beginning of the list or from `cursor` on."""

    limit: int = ROWS
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Some rows of a list, and the cursor of the next page; None after the last."""

    rows: tuple[RowT, ...]
    next: str | None


class Moment(NamedTuple):
    """A place in a list that is ordered by time: Unix ms, and the name of the row."""

    ms: int
    name: str


def page_of(rows: Sequence[RowT], limit: int, cursor: Callable[[RowT], object]) -> Page[RowT]:
    """The first `limit` of `rows`, which are one more where the list goes on."""
    shown = tuple(rows[:limit])
    return Page(shown, str(cursor(shown[-1])) if len(rows) > limit else None)


def cursor_of(moment: Moment) -> str:
    """The cursor of a list that is ordered by time, after that row."""
    return f"{moment.ms}:{moment.name}"


def moment_of(cursor: str | None) -> Moment | None:
    """The row to which a cursor of `cursor_of` belongs.

    Raises:
        InvalidRequest: it is none.
    """
    if cursor is None:
        return None
    ms, name = _checked(_is_moment(cursor)).groups()
    return Moment(int(ms), name)


def name_of(cursor: str | None) -> str | None:
    """The last name of the page before, in a list that is ordered by name.

    Raises:
        InvalidRequest: it is no name.
    """
    return None if cursor is None else _checked(_is_name(cursor))[0]


def place_of(cursor: str | None) -> int:
    """The number of rows on earlier pages, in a list that only grows at its end.

    Raises:
        InvalidRequest: it is no number.
    """
    return 0 if cursor is None else int(_checked(_is_place(cursor))[0])


def _checked(match: re.Match[str] | None) -> re.Match[str]:
    if match is None:
        raise InvalidRequest("cursor", "must be the `next` of an earlier answer of this list")
    return match
