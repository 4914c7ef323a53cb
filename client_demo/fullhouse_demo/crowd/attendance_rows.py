"""Reads one row of an attendance list, or returns the reason why it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fullhouse_demo.crowd.attendance_headings import Columns, Kind, kind_of
from fullhouse_demo.crowd.attendance_lines import Record
from fullhouse_demo.crowd.durations import read_duration_s
from fullhouse_demo.crowd.timestamps import is_instant


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that does not fit.

    Attributes:
        row: The number of the row among the rows below headings, from 1.
        line: The line of the file on which the row begins, from 1.
    """

    row: int
    line: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row} (line {self.line}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. With `until` or `lasts_s`, the row is a whole stay."""

    row: int
    line: int
    name: str
    kind: Kind | Literal["stay"]
    at: str
    until: str = ""
    lasts_s: float | None = None
    sums_up: bool = False

    def skipped(self, reason: str) -> SkippedRow:
        return SkippedRow(self.row, self.line, reason)


def entry_of(record: Record, row: int, columns: Columns) -> Entry | str:
    """The entry of a row, or the reason why the row is skipped."""
    fields = [field.strip() for field in record.fields]
    if len(fields) < columns.needed:
        return f"{len(fields)} fields where the heading has {columns.needed} or more"
    name = _field(fields, columns.name) or _field(fields, columns.email)
    if not name:
        return "nobody is named"
    entry = Entry(row, record.line, name, "stay", "", sums_up=columns.sums_up)
    if columns.joins is not None:
        return _stay(fields, entry, columns)
    return _single_move(fields, entry, columns)


def _single_move(fields: Sequence[str], entry: Entry, columns: Columns) -> Entry | str:
    action, at = _field(fields, columns.action), _field(fields, columns.at)
    kind = kind_of(action)
    if kind is None:
        return f"{action!r} is no word for joining or leaving that is known"
    if not is_instant(at):
        return f"{at!r} is not a date and a time; is it in quotes?"
    return replace(entry, kind=kind, at=at)


def _stay(fields: Sequence[str], entry: Entry, columns: Columns) -> Entry | str:
    at, until = _field(fields, columns.joins), _field(fields, columns.leaves)
    for text in filter(None, (at, until)):
        if not is_instant(text):
            return f"{text!r} is not a date and a time; is it in quotes?"
    if not at:
        return "the time of joining is empty"
    lasts = _field(fields, columns.lasts)
    lasts_s = read_duration_s(lasts, in_minutes=columns.lasts_minutes)
    return replace(entry, at=at, until=until, lasts_s=None if until else lasts_s)


def _field(fields: Sequence[str], column: int | None) -> str:
    return fields[column] if column is not None and column < len(fields) else ""
