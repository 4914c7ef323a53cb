"""Splits an attendance list in any usual encoding into records."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SEPARATORS = "\t;,"

_MOST_LINES = 8  # of one record: a quoted field may have a few line breaks
_LINE_END = re.compile("\r\n|\n|\r")

Fits = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Record:
    """A record, and the number of its first line in the file, from 1."""

    line: int
    fields: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.fields))


def lines_of(raw: bytes) -> list[str]:
    """The lines of UTF-8, UTF-16 or Windows-1252 text, with or without a byte order mark.

    Each line that is not UTF-8 is read as Windows-1252. The other lines are not affected.
    """
    encoding = _two_byte_encoding(raw)
    if encoding:
        return _LINE_END.split(raw.decode(encoding, errors="replace").removeprefix("\ufeff"))
    return [_decoded(line) for line in re.split(rb"\r\n|\n|\r", raw.removeprefix(BOM_UTF8))]


def _two_byte_encoding(raw: bytes) -> str | None:
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    # The list begins with an ASCII letter. A zero byte next to it means UTF-16.
    return {b"\0": "utf-16-le"}.get(raw[1:2], "utf-16-be" if raw[:1] == b"\0" else None)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def records(lines: Sequence[str], separator: str, *, fits: Fits) -> Iterator[Record]:
    """All records in order.

    A quote without its end would swallow the rest of the list. So a record has several lines only
    if its fields fit. Otherwise its first line is a record.
    """
    number = 0
    while number < len(lines):
        count, fields = _record(lines[number : number + _MOST_LINES], separator, fits)
        yield Record(number + 1, fields)
        number += count


def _record(lines: Sequence[str], separator: str, fits: Fits) -> tuple[int, tuple[str, ...]]:
    """The number of lines of the first record, and its fields."""
    alone = fields_of(lines[:1], separator)
    if lines[0].count('"') % 2 == 0:
        return 1, alone
    for count in range(2, len(lines) + 1):
        quotes = sum(line.count('"') for line in lines[:count])
        if quotes % 2 == 0:
            fields = fields_of(lines[:count], separator)
            if fits(fields):
                return count, fields
    return 1, alone


def fields_of(lines: Sequence[str], separator: str) -> tuple[str, ...]:
    """The fields of one record. A record that cannot be split is one field."""
    try:
        cut = next(csv.reader(["\n".join(lines)], delimiter=separator), [])
    except csv.Error:
        cut = ["\n".join(lines)]
    return tuple(cut)
