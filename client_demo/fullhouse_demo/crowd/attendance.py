"""Turns an attendance list into arrivals and departures.

Lists come from Teams, Zoom or spreadsheets and are often edited by hand. They may have text above
the heading, broken rows, or several tables in one file. Rows that do not fit are skipped and
reported. All other rows are used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from operator import attrgetter
from typing import Literal

from fullhouse_demo.crowd.attendance_headings import Columns, Kind, columns_of
from fullhouse_demo.crowd.attendance_lines import SEPARATORS, Record, fields_of, lines_of, records
from fullhouse_demo.crowd.attendance_rows import Entry, SkippedRow, entry_of
from fullhouse_demo.crowd.schedule import Schedule, Visit
from fullhouse_demo.crowd.stays import Move, Stay
from fullhouse_demo.crowd.timestamps import Unreadable, read_instants

_ZIP = b"PK\x03\x04"  # the beginning of .xlsx and .ods files
_TOLD = 5  # reasons in the text of an error; it only counts the others


@dataclass(frozen=True, slots=True)
class Attendance:
    """The visits in a list, and the skipped rows, in order."""

    schedule: Schedule
    skipped: tuple[SkippedRow, ...] = ()


class AttendanceError(ValueError):
    """No row of the list can be used. The text says why, and names the skipped rows."""

    def __init__(self, reason: str, skipped: Sequence[SkippedRow] = ()) -> None:
        told = [str(row) for row in skipped[:_TOLD]]
        more = len(skipped) - len(told)
        rest = [f"and {more} more rows"] if more > 0 else []
        super().__init__("\n  ".join([reason, *told, *rest]))
        self.skipped = tuple(skipped)


@dataclass(frozen=True, slots=True)
class _Told:
    """A row with its instants in seconds."""

    row: int
    name: str
    kind: Kind | Literal["stay"]
    at_s: float
    until_s: float | None

    def says_the_same_as(self, other: _Told) -> bool:
        return replace(self, row=other.row) == other


@dataclass(slots=True)
class _Reading:
    """The state while a list is read.

    Attributes:
        columns: The columns of the current table. None: no heading was read yet.
        titles: How many of the last rows have only one field. If a heading follows, these rows
            are its title.
    """

    columns: Columns | None = None
    rows: int = 0
    titles: int = 0
    entries: list[Entry] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)

    def fits(self, fields: Sequence[str]) -> bool:
        """Whether `fields` are a row of the current table. Then a field may have line breaks."""
        if self.columns is None or len(fields) < self.columns.needed:
            return False
        return isinstance(entry_of(Record(0, tuple(fields)), 0, self.columns), Entry)

    def take(self, record: Record) -> None:
        columns = columns_of(record.fields)
        if columns and (self.columns is None or columns.is_whole):
            self._forget_titles()
            self.columns = columns
        elif self.columns and not record.is_blank:
            self.rows += 1
            self._take_row(record, self.columns)

    def _take_row(self, record: Record, columns: Columns) -> None:
        entry = entry_of(record, self.rows, columns)
        if isinstance(entry, Entry):
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

    A person without `Left` stays to the end. A `Joined` after a `Left` begins a second visit. A
    second `Joined` without a `Left` is a second device, which becomes a further tab. Seconds
    count from the earliest row. People with the same name count as one person.

    Args:
        raw: Text in UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs.
        prefix: The beginning of the participant ids. The names in the list are kept.
        zone: The time zone of the event, for instants without a zone.

    Raises:
        AttendanceError: No heading is recognized, or no row fits.
    """
    if raw.startswith(_ZIP):
        raise AttendanceError("this is a workbook, not text: save the sheet as CSV")
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
    """The separator of fields in the first heading."""
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


def _without_sums(entries: Sequence[Entry]) -> list[Entry]:
    """Drop rows with the first arrival and last departure if the single stays are listed too."""
    known = {entry.name for entry in entries if not entry.sums_up}
    return [entry for entry in entries if not (entry.sums_up and entry.name in known)]


def _moves(
    entries: Sequence[Entry], zone: tzinfo
) -> tuple[dict[str, list[Move]], list[SkippedRow]]:
    """The moves of each person in order of time, and the skipped rows.

    Moves at the same instant keep the order of the list. People are in order of their first move.
    """
    texts = [text for entry in entries for text in (entry.at, entry.until) if text]
    instants = iter(read_instants(texts, zone))
    read: list[_Told] = []
    skipped = []
    last: dict[str, _Told] = {}
    for entry in entries:
        at = next(instants)
        until = next(instants) if entry.until else None
        told = _told(entry, at, until)
        before = last.get(entry.name)
        if isinstance(told, SkippedRow):
            skipped.append(told)
        elif before and told.says_the_same_as(before):
            skipped.append(entry.skipped(f"says the same as row {before.row}"))
        else:
            read.append(told)
            last[entry.name] = told
    return _by_person(read), skipped


def _told(
    entry: Entry, at: float | Unreadable, until: float | Unreadable | None
) -> _Told | SkippedRow:
    for instant in (at, until):
        if isinstance(instant, Unreadable):
            return entry.skipped(instant.reason)
    assert isinstance(at, float)  # noqa: S101  # the loop has checked it
    assert not isinstance(until, Unreadable)  # noqa: S101  # as above
    if entry.lasts_s is not None:
        until = at + entry.lasts_s
    if until is not None and until < at:
        return entry.skipped(f"{entry.name} leaves before joining")
    return _Told(entry.row, entry.name, entry.kind, at, until)


def _by_person(read: Sequence[_Told]) -> dict[str, list[Move]]:
    start_s = min((told.at_s for told in read), default=0.0)
    moves: defaultdict[str, list[Move]] = defaultdict(list)
    for told in read:
        kind: Kind = "joined" if told.kind == "stay" else told.kind
        moves[told.name].append(Move(told.at_s - start_s, kind, told.row))
        if told.until_s is not None:
            moves[told.name].append(Move(told.until_s - start_s, "left", told.row))
    ordered = {name: sorted(mine, key=attrgetter("at_s")) for name, mine in moves.items()}
    return dict(sorted(ordered.items(), key=lambda person: person[1][0].at_s))
