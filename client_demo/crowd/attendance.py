"""Turns a Teams attendance list into arrivals and departures."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO

from client_demo.crowd.schedule import Schedule, Span, Visit
from client_demo.crowd.timestamps import UnreadableInstant, read_instants

# Teams translates headings and actions. English is what its lists were seen to hold; the German
# words are a translation that no list has confirmed yet. Any other word is refused by name.
NAME, ACTION, TIMESTAMP = "Full Name", "User Action", "Timestamp"
_HEADINGS = {
    NAME: ("full name", "vollständiger name", "name"),
    ACTION: ("user action", "benutzeraktion"),
    TIMESTAMP: ("timestamp", "zeitstempel"),
}
_JOINING = ("Joined", "Joined before", "Beigetreten", "Vorher beigetreten")
_LEAVING = ("Left", "Verlassen")
_JOINS_BY_WORD = {word.casefold(): word in _JOINING for word in _JOINING + _LEAVING}


class AttendanceError(ValueError):
    """The list cannot be replayed. Its text is one sentence that names the line and the column."""

    def __init__(self, line: int, column: str | None, reason: str) -> None:
        place = f"line {line}" if column is None else f"line {line}, column {column!r}"
        super().__init__(f"{place}: {reason}")
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    joins: bool
    timestamp: str


@dataclass(frozen=True, slots=True)
class _Move:
    """One row with its instant, in seconds from the first one of the list."""

    at_s: float
    row: _Row


def read_attendance(raw: bytes, *, prefix: str) -> Schedule:
    """The visits of a list of joins and leaves, in comma, semicolon or tab separated text.

    Whoever has no `Left` stays to the end; whoever joins again after it has a second visit; a
    second `Joined` without it is a second device, so a further tab. Seconds count from the
    first row in time. People who share a name are one person: the list cannot tell them apart.

    Args:
        raw: UTF-8 with or without byte order mark, or UTF-16.
        prefix: What the participant ids begin with; names stay names.

    Raises:
        AttendanceError: Any row that does not fit. None is passed over.
    """
    rows = list(_rows(_text(raw)))
    if not rows:
        raise AttendanceError(2, None, "the list has a heading, but nobody in it")
    people: defaultdict[str, list[_Move]] = defaultdict(list)
    for move in _moves(rows):
        people[move.row.name].append(move)
    return Schedule.of(
        visit
        for n, moves in enumerate(people.values(), start=1)
        for visit in _visits(f"{prefix}{n:03}", moves)
    )


def _text(raw: bytes) -> str:
    encoding = _encoding(raw)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        reason = f"not {encoding.upper()} text (byte {error.start}); save the list as UTF-8"
        raise AttendanceError(line, None, reason) from error


def _encoding(raw: bytes) -> str:
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if raw.startswith(BOM_UTF8):
        return "utf-8-sig"
    # The heading begins with an ASCII letter, so a zero beside it betrays two-byte text.
    return {b"\0": "utf-16-le"}.get(raw[1:2], "utf-16-be" if raw[:1] == b"\0" else "utf-8")


def _rows(text: str) -> Iterator[_Row]:
    separator = _separator(text.partition("\n")[0])
    # Strict: a quote that never ends would else swallow the rest of the list as one name.
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        heading = next(reader, [])
        columns = _columns(heading)
        for fields in reader:
            if any(map(str.strip, fields)):
                yield _row(reader.line_num, fields, heading, columns)
    except csv.Error as error:
        raise AttendanceError(reader.line_num, None, f"broken quotes ({error})") from error


def _separator(heading: str) -> str:
    return max("\t,;", key=heading.count)


def _columns(heading: Sequence[str]) -> Mapping[str, int]:
    words = [word.strip().casefold() for word in heading]
    columns = {
        column: words.index(known)
        for column, names in _HEADINGS.items()
        for known in names
        if known in words
    }
    if len(columns) < len(_HEADINGS):
        wanted = ", ".join(_HEADINGS)
        found = ", ".join(map(repr, heading)) or "nothing"
        raise AttendanceError(1, None, f"expected the columns {wanted}; found {found}")
    return columns


def _row(
    line: int, fields: Sequence[str], heading: Sequence[str], columns: Mapping[str, int]
) -> _Row:
    if len(fields) != len(heading):
        reason = f"{len(fields)} fields where the heading has {len(heading)}"
        raise AttendanceError(line, None, f"{reason}; is the timestamp in quotes?")
    name, action, timestamp = (fields[columns[column]].strip() for column in _HEADINGS)
    if not name:
        raise AttendanceError(line, NAME, "nobody is named")
    joins = _JOINS_BY_WORD.get(action.casefold())
    if joins is None:
        known = ", ".join(_JOINING + _LEAVING)
        raise AttendanceError(line, ACTION, f"{action!r} is not one of {known}")
    return _Row(line, name, joins, timestamp)


def _moves(rows: Sequence[_Row]) -> Iterable[_Move]:
    """All moves in order of time; rows of one instant keep the order of the list."""
    try:
        instants = read_instants([row.timestamp for row in rows])
    except UnreadableInstant as error:
        raise AttendanceError(rows[error.index].line, TIMESTAMP, str(error)) from error
    start: datetime = min(instants)
    moves = (
        _Move((at - start).total_seconds(), row) for at, row in zip(instants, rows, strict=True)
    )
    return sorted(moves, key=lambda move: move.at_s)


def _visits(participant: str, moves: Sequence[_Move]) -> list[Visit]:
    stay = _Stay(participant, moves[0].row.name)
    for move in moves:
        if move.row.joins:
            stay.join(move)
        else:
            stay.leave(move)
    return stay.finished()


@dataclass(slots=True)
class _Stay:
    """One person's open devices while the list is read: the first is the visit."""

    participant: str
    name: str
    open_since: list[float] = field(default_factory=list)
    tabs: list[Span] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def join(self, move: _Move) -> None:
        self.open_since.append(move.at_s)

    def leave(self, move: _Move) -> None:
        if not self.open_since:
            raise AttendanceError(
                move.row.line, ACTION, f"{self.name} leaves without having joined"
            )
        since = self.open_since.pop()
        if self.open_since:
            self.tabs.append(Span(since, move.at_s))
        else:
            self._close(since, move.at_s)

    def finished(self) -> list[Visit]:
        if self.open_since:
            since, *further = self.open_since
            self.tabs += [Span(opens_s, float("inf")) for opens_s in further]
            self._close(since, None)
        return self.visits

    def _close(self, since: float, until: float | None) -> None:
        tabs = tuple(self.tabs)
        self.visits.append(Visit(self.participant, self.name, since, until, tabs))
        self.tabs = []
