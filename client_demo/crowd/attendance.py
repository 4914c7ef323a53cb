"""Turns an attendance list into arrivals and departures.

A list is what a person got from Teams, Zoom or a spreadsheet and perhaps edited: sentences above
the heading, rows that were broken on the way, several tables in one file. Rows that do not fit are
skipped and named; all others are taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from operator import attrgetter

from client_demo.crowd.attendance_headings import Columns, columns_of, kind_of
from client_demo.crowd.attendance_lines import SEPARATORS, Record, fields_of, lines_of, records
from client_demo.crowd.durations import read_duration_s
from client_demo.crowd.schedule import Schedule, Visit
from client_demo.crowd.stays import Move, Stay
from client_demo.crowd.timestamps import Unreadable, is_instant, read_instants

_TOLD = 5  # reasons in the text of an error; the rest is counted


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that does not fit.

    Attributes:
        row: Its number among the rows below headings, from 1.
        line: Of the file, on which it begins, from 1.
    """

    row: int
    line: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row} (line {self.line}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a list tells, and which of its rows tell nothing, in order."""

    schedule: Schedule
    skipped: tuple[SkippedRow, ...] = ()


class AttendanceError(ValueError):
    """Nothing of the list can be used. Its text says why, and which rows were looked at."""

    def __init__(self, reason: str, skipped: Sequence[SkippedRow] = ()) -> None:
        told = [str(row) for row in skipped[:_TOLD]]
        more = len(skipped) - len(told)
        rest = [f"and {more} more rows"] if more > 0 else []
        super().__init__("\n  ".join([reason, *told, *rest]))
        self.skipped = tuple(skipped)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One row. With `until` or `lasts_s` it is a whole stay."""

    row: int
    line: int
    name: str
    kind: str
    at: str
    until: str = ""
    lasts_s: float | None = None
    sums_up: bool = False

    def skipped(self, reason: str) -> SkippedRow:
        return SkippedRow(self.row, self.line, reason)


@dataclass(slots=True)
class _Reading:
    """A list while it is read.

    Attributes:
        columns: Of the heading above; None before the first one.
        titles: How many of the last rows have one field only; above a heading they are its title.
    """

    columns: Columns | None = None
    rows: int = 0
    titles: int = 0
    entries: list[_Entry] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)

    def fits(self, fields: Sequence[str]) -> bool:
        """Whether it is a row of this table, so that a field of it may have line breaks."""
        if self.columns is None or len(fields) < self.columns.needed:
            return False
        return isinstance(_entry(Record(0, tuple(fields)), 0, self.columns), _Entry)

    def take(self, record: Record) -> None:
        columns = columns_of(record.fields)
        if columns and (self.columns is None or columns.is_whole):
            self._forget_titles()
            self.columns = columns
        elif self.columns and not record.is_blank:
            self.rows += 1
            self._take_row(record, self.columns)

    def _take_row(self, record: Record, columns: Columns) -> None:
        entry = _entry(record, self.rows, columns)
        if isinstance(entry, _Entry):
            self.entries.append(entry)
            self.titles = 0
        else:
            self.skipped.append(SkippedRow(self.rows, record.line, entry))
            has_one_field = sum(map(bool, map(str.strip, record.fields))) == 1
            self.titles = self.titles + 1 if has_one_field else 0

    def _forget_titles(self) -> None:
        del self.skipped[len(self.skipped) - self.titles :]
        self.rows -= self.titles
        self.titles = 0


def read_attendance(raw: bytes, *, prefix: str, zone: tzinfo = UTC) -> Attendance:
    """The visits of a list of joins and leaves, or of stays.

    Whoever has no `Left` stays to the end; whoever joins again after it has a second visit; a
    second `Joined` without it is a second device, so a further tab. Seconds count from the first
    row in time. People who share a name are one person: the list cannot tell them apart.

    Args:
        raw: Text in UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs.
        prefix: What the participant ids begin with; names stay names.
        zone: Where the event was, for instants that name no zone.

    Raises:
        AttendanceError: No heading is known, or no row fits.
    """
    lines = lines_of(raw)
    reading = _read_table(lines, _separator(lines))
    moves, odd = _moves(_without_sums(reading.entries), zone)
    skipped = [*reading.skipped, *odd]
    visits: list[Visit] = []
    for number, (name, mine) in enumerate(moves.items(), start=1):
        stay = Stay(f"{prefix}{number:03}", name)
        visits += stay.visits(mine)
        left = {entry.row: entry for entry in reading.entries if entry.row in stay.odd}
        skipped += [
            entry.skipped(f"{name} leaves without having joined") for entry in left.values()
        ]
    skipped.sort(key=attrgetter("row"))
    if not visits:
        raise AttendanceError("no row of the list can be used", skipped)
    return Attendance(Schedule.of(visits), tuple(skipped))


def _separator(lines: Sequence[str]) -> str:
    """That of the first heading."""
    for line in lines:
        for separator in SEPARATORS:
            if columns_of(fields_of([line], separator)):
                return separator
    first = next((line for line in lines if line.strip()), "nothing")
    raise AttendanceError(
        "no heading is known: a list needs the columns Full Name, User Action and Timestamp, or "
        f"Name, Join Time and Leave Time, in English, German or Spanish; it begins with {first!r}"
    )


def _read_table(lines: Sequence[str], separator: str) -> _Reading:
    reading = _Reading()
    for record in records(lines, separator, fits=reading.fits):
        reading.take(record)
    return reading


def _entry(record: Record, row: int, columns: Columns) -> _Entry | str:
    """What a row says, or why it does not fit."""
    fields = [field.strip() for field in record.fields]
    if len(fields) < columns.needed:
        return f"{len(fields)} fields where the heading has {columns.needed} or more"
    name = _field(fields, columns.name) or _field(fields, columns.email)
    if not name:
        return "nobody is named"
    entry = _Entry(row, record.line, name, "stay", "", sums_up=columns.sums_up)
    if columns.joins is not None:
        return _stay(fields, entry, columns)
    return _single_move(fields, entry, columns)


def _single_move(fields: Sequence[str], entry: _Entry, columns: Columns) -> _Entry | str:
    action, at = _field(fields, columns.action), _field(fields, columns.at)
    kind = kind_of(action)
    if kind is None:
        return f"{action!r} is no word for joining or leaving that is known"
    if not is_instant(at):
        return f"{at!r} is not a date and a time; is it in quotes?"
    return replace(entry, kind=kind, at=at)


def _stay(fields: Sequence[str], entry: _Entry, columns: Columns) -> _Entry | str:
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


def _without_sums(entries: Sequence[_Entry]) -> list[_Entry]:
    """Without rows from a first coming to a last going, of people whose single stays are known."""
    known = {entry.name for entry in entries if not entry.sums_up}
    return [entry for entry in entries if not (entry.sums_up and entry.name in known)]


def _moves(
    entries: Sequence[_Entry], zone: tzinfo
) -> tuple[dict[str, list[Move]], list[SkippedRow]]:
    """Each person's moves in order of time, and the rows whose instants cannot be read.

    Moves of one instant keep the order of the list. People are in order of their first move.
    """
    texts = [text for entry in entries for text in (entry.at, entry.until) if text]
    instants = iter(read_instants(texts, zone))
    read: list[tuple[_Entry, float, float | None]] = []
    skipped = []
    for entry in entries:
        at = next(instants)
        until = next(instants) if entry.until else None
        stay = _checked(entry, at, until)
        if isinstance(stay, SkippedRow):
            skipped.append(stay)
        else:
            read.append((entry, *stay))
    return _by_person(read), skipped


def _checked(
    entry: _Entry, at: float | Unreadable, until: float | Unreadable | None
) -> tuple[float, float | None] | SkippedRow:
    for instant in (at, until):
        if isinstance(instant, Unreadable):
            return entry.skipped(instant.reason)
    assert isinstance(at, float)  # noqa: S101  # the loop has seen to it
    assert not isinstance(until, Unreadable)  # noqa: S101  # as above
    if entry.lasts_s is not None:
        until = at + entry.lasts_s
    if until is not None and until < at:
        return entry.skipped(f"{entry.name} leaves before joining")
    return at, until


def _by_person(
    read: Sequence[tuple[_Entry, float, float | None]],
) -> dict[str, list[Move]]:
    start_s = min((at for _, at, _ in read), default=0.0)
    moves: defaultdict[str, list[Move]] = defaultdict(list)
    for entry, at, until in read:
        kind = "joined" if entry.kind == "stay" else entry.kind
        moves[entry.name].append(Move(at - start_s, kind, entry.row))  # type: ignore[arg-type]  # narrowed above
        if until is not None:
            moves[entry.name].append(Move(until - start_s, "left", entry.row))
    ordered = {name: sorted(mine, key=attrgetter("at_s")) for name, mine in moves.items()}
    return dict(sorted(ordered.items(), key=lambda person: person[1][0].at_s))
