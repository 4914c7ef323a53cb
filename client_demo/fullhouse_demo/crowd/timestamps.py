"""Parses the instants of a list with an unknown locale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from statistics import median_low

# `\s` includes the narrow no-break space that newer programs put before AM and PM.
_TIME = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_INSTANT = re.compile(
    r"(?P<a>\d{1,4})(?P<by>[./-])\s?(?P<b>\d{1,2})(?P=by)\s?(?P<c>\d{1,4})(?:,\s*|\s+|T)" + _TIME,
    re.IGNORECASE | re.ASCII,
)
_CLOCK = re.compile(_TIME, re.IGNORECASE | re.ASCII)
_MONTHS = {
    "jan": 1,
    "ene": 1,
    "feb": 2,
    "mar": 3,
    "mär": 3,
    "apr": 4,
    "abr": 4,
    "may": 5,
    "mai": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "ago": 8,
    "sep": 9,
    "oct": 10,
    "okt": 10,
    "nov": 11,
    "dec": 12,
    "dez": 12,
    "dic": 12,
}
_MONTH = r"(?P<month>[a-zä]{3})[a-zä]*\.?"
_WORDED = (
    re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(
        rf"(?P<day>\d{{1,2}})\.?\s+(?:de\s+)?{_MONTH}\s+(?:de\s+)?(?P<year>\d{{4}})", re.IGNORECASE
    ),
)
_SPACES = re.compile(r"\s+")
_YEAR_DIGITS = 4
_THIS_CENTURY = 2000
_NOON = 12
_DAY_S = 86_400
_MOST_DAYS = 7  # the length of an event with breaks; instants further away are typing errors


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text that is not an instant, and the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of year, month and day in a date."""

    words: str
    year: int
    month: int
    day: int


_YEAR_FIRST = _Order("year first", 0, 1, 2)
_MONTH_FIRST = _Order("month first", 2, 0, 1)
_DAY_FIRST = _Order("day first", 2, 1, 0)
_ORDERS = (_MONTH_FIRST, _DAY_FIRST)

Reading = float | Unreadable


def is_instant(text: str) -> bool:
    """Whether `text` has the form of a date with a time, or of a time."""
    plain = _plain(text)
    return bool(_INSTANT.fullmatch(plain) or _CLOCK.fullmatch(plain))


def read_instants(texts: Sequence[str], zone: tzinfo = UTC) -> list[Reading]:
    """All instants of one list, in seconds since the same instant.

    All dates with slashes are read in the order of day and month that fits most of them. If both
    orders fit, the order with the shorter time span is used: an event lasts hours, not months. In
    a list of times without dates, the event begins after the longest gap and may pass midnight.

    Args:
        texts: The texts in the list.
        zone: The time zone of the event, for instants without a zone.
    """
    dated = max((_in_order(texts, order, zone) for order in _ORDERS), key=_worth)
    if any(isinstance(reading, float) for reading in dated):
        return _without_strangers(texts, dated)
    return _over_midnight([_clock(text) for text in texts])


def _in_order(texts: Sequence[str], order: _Order, zone: tzinfo) -> list[Reading]:
    return [_read(text, order, zone) for text in texts]


def _worth(readings: Sequence[Reading]) -> tuple[int, float]:
    """A score, higher is better: first the number of readable texts, then their closeness."""
    seconds = _read_ones(readings)
    if not seconds:
        return (0, 0.0)
    middle = median_low(seconds)
    return len(seconds), -sum(abs(second - middle) for second in seconds)


def _read_ones(readings: Sequence[Reading]) -> list[float]:
    return [reading for reading in readings if isinstance(reading, float)]


def _without_strangers(texts: Sequence[str], readings: Sequence[Reading]) -> list[Reading]:
    middle = median_low(_read_ones(readings))
    return [
        reading
        if isinstance(reading, Unreadable) or abs(reading - middle) <= _MOST_DAYS * _DAY_S
        else Unreadable(f"{text!r} is more than {_MOST_DAYS} days away from most of the list")
        for text, reading in zip(texts, readings, strict=True)
    ]


def _over_midnight(readings: Sequence[Reading]) -> list[Reading]:
    seconds = sorted(set(_read_ones(readings)))
    if not seconds:
        return list(readings)
    gaps = [(later - earlier, later) for earlier, later in pairwise(seconds)]
    start = max([(seconds[0] + _DAY_S - seconds[-1], seconds[0]), *gaps])[1]
    return [
        reading + _DAY_S if isinstance(reading, float) and reading < start else reading
        for reading in readings
    ]


def _read(text: str, slashed: _Order, zone: tzinfo) -> Reading:
    found = _INSTANT.fullmatch(_plain(text))
    if not found:
        return Unreadable(f"{text!r} is not a date and a time")
    figures = found["a"], found["b"], found["c"]
    order = _order(found["by"], figures, slashed)
    try:
        return datetime(
            _year(figures[order.year]),
            int(figures[order.month]),
            int(figures[order.day]),
            _hour(int(found["hour"]), found["half"]),
            int(found["minute"]),
            int(found["second"] or 0),
            tzinfo=_zone(found["zone"]) or zone,
        ).timestamp()
    except (ValueError, OverflowError) as error:
        return Unreadable(f"{text!r} is no such instant, read {order.words}: {error}")


def _clock(text: str) -> Reading:
    found = _CLOCK.fullmatch(_plain(text))
    if not found:
        return Unreadable(f"{text!r} is not a date and a time")
    try:
        hour = _hour(int(found["hour"]), found["half"])
        at = datetime(
            1970, 1, 1, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=UTC
        )
    except ValueError as error:
        return Unreadable(f"{text!r} is no such time: {error}")
    return at.timestamp()


def _plain(text: str) -> str:
    """The text with single spaces, and the month as a number."""
    spaced = _SPACES.sub(" ", text.strip())
    for worded in _WORDED:
        spaced = worded.sub(_in_figures, spaced, count=1)
    return spaced


def _in_figures(found: re.Match[str]) -> str:
    month = _MONTHS.get(found["month"].lower())
    return f"{found['year']}-{month}-{found['day']}" if month else found[0]


def _order(by: str, figures: tuple[str, str, str], slashed: _Order) -> _Order:
    """The order of a date. Only dates with slashes may have the month first."""
    if len(figures[0]) == _YEAR_DIGITS:
        return _YEAR_FIRST
    return slashed if by == "/" else _DAY_FIRST


def _year(figure: str) -> int:
    return int(figure) if len(figure) == _YEAR_DIGITS else _THIS_CENTURY + int(figure)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError(f"there is no {hour} o'clock on a twelve-hour clock")
    return hour % _NOON + (_NOON if half.lower() == "p" else 0)


def _zone(text: str | None) -> tzinfo | None:
    """The zone in the text of an instant: `Z`, or an offset such as `+01:00`."""
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if text[0] == "+" else -ahead)
