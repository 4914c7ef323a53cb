"""Reads the instants of a list whose locale nobody wrote down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

# `\s` includes the narrow no-break space that newer programs put before AM and PM.
_INSTANT = re.compile(
    r"(?P<a>\d{1,4})(?P<by>[./-])\s?(?P<b>\d{1,2})(?P=by)\s?(?P<c>\d{1,4}),?\s+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?",
    re.IGNORECASE,
)
_YEAR_DIGITS = 4
_THIS_CENTURY = 2000
_NOON = 12


class UnreadableInstant(ValueError):
    """The instant at `index` is none, or is written in another order than those before it."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


@dataclass(frozen=True, slots=True)
class _Order:
    """Which of the three figures of a date is which."""

    words: str
    year: int
    month: int
    day: int


_YEAR_FIRST = _Order("year first", 0, 1, 2)
_MONTH_FIRST = _Order("month first", 2, 0, 1)
_DAY_FIRST = _Order("day first", 2, 1, 0)
_ORDERS = (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST)


def read_instants(texts: Sequence[str]) -> list[datetime]:
    """All instants of one list, read in one order of day and month.

    Where more than one order fits every line, the list that spans the shortest time is meant:
    an event lasts hours, not months.

    Raises:
        UnreadableInstant: No order fits all of them.
    """
    readings, failures = [], []
    for order in _ORDERS:
        try:
            readings.append([_read(n, text, order) for n, text in enumerate(texts)])
        except UnreadableInstant as failure:
            failures.append(failure)
    if not readings:
        raise max(failures, key=lambda failure: failure.index)
    return min(readings, key=_span_s)


def _span_s(instants: Sequence[datetime]) -> float:
    return sum((later - earlier).total_seconds() for earlier, later in pairwise(sorted(instants)))


def _read(index: int, text: str, order: _Order) -> datetime:
    found = _INSTANT.fullmatch(text.strip())
    if not found:
        raise UnreadableInstant(index, f"{text!r} is not a date and a time")
    figures = found["a"], found["b"], found["c"]
    if order not in _possible(found["by"], figures):
        raise UnreadableInstant(index, f"{text!r} is not written {order.words}")
    try:
        return datetime(  # noqa: DTZ001 - the list has no zone, and only differences are used
            _year(figures[order.year]),
            int(figures[order.month]),
            int(figures[order.day]),
            _hour(int(found["hour"]), found["half"]),
            int(found["minute"]),
            int(found["second"] or 0),
        )
    except ValueError as error:
        raise UnreadableInstant(
            index, f"{text!r} is no such instant, read {order.words}: {error}"
        ) from error


def _possible(by: str, figures: tuple[str, str, str]) -> tuple[_Order, ...]:
    if len(figures[0]) == _YEAR_DIGITS:
        return (_YEAR_FIRST,)
    if by == "/":
        return (_MONTH_FIRST, _DAY_FIRST)
    return (_DAY_FIRST,)  # nobody writes the month first with full stops or hyphens


def _year(figure: str) -> int:
    return int(figure) if len(figure) == _YEAR_DIGITS else _THIS_CENTURY + int(figure)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(f"there is no {hour} o'clock on a twelve-hour clock")
    return hour % _NOON + (_NOON if half.lower() == "p" else 0)
