"""Pages of a trail: its logs are merged by time, and a cursor has the place in each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.trail import LOGS, TrailLog

MOST_DIGITS = 15  # of a number that Lua counts exactly


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with its number in its log. `text`: its JSON."""

    number: int
    at_ms: int
    text: bytes


@dataclass(frozen=True, slots=True)
class LogPart:
    """Consecutive entries of a log, newest first. `next`: where to go on, 0 at the end."""

    entries: tuple[Stored, ...] = ()
    next: int = 0


Numbers = tuple[int | None, ...]
"""Of each log in the order of `LOGS`, the number of an entry. None: its newest one. 0: none."""


@dataclass(frozen=True, slots=True)
class TrailCursor:
    """Where to go on in each log. It stays valid while entries are added and deleted.

    Attributes:
        numbers: The newest entries that are not shown yet.
        shown: How many events of the newest of these entries are shown already.
    """

    numbers: Numbers
    shown: int = 0

    @classmethod
    def at_newest(cls, logs: Collection[TrailLog]) -> TrailCursor:
        """The beginning of a list of the entries in these logs."""
        return cls(tuple(None if log in logs else 0 for log in LOGS))

    @classmethod
    def parse(cls, text: str) -> TrailCursor:
        """The cursor that `str` has written.

        Raises:
            InvalidRequest: the text is no such cursor.
        """
        words = text.split(".")
        if len(words) != len(LOGS) + 1 or not all(map(_is_number, words)):
            raise InvalidRequest("cursor", "must be the `next` of an earlier answer of this list")
        *numbers, shown = map(int, words)
        return cls(tuple(numbers), shown)

    def __str__(self) -> str:
        return ".".join(str(number or 0) for number in (*self.numbers, self.shown))

    def after_reading(self, parts: Sequence[LogPart]) -> TrailCursor:
        """The same place, with the newest entry of each log known."""
        firsts = (part.entries[0].number if part.entries else 0 for part in parts)
        return replace(self, numbers=tuple(firsts))

    def at(self, log: int, number: int, shown: int = 0) -> TrailCursor:
        """The place at that entry of a log, which is given by its position in `LOGS`."""
        numbers = (number if n == log else before for n, before in enumerate(self.numbers))
        return TrailCursor(tuple(numbers), shown)


def newest_first(parts: Sequence[LogPart]) -> Iterator[tuple[int, Stored]]:
    """The entries of all logs by time, each with the position of its log in `parts`.

    Ends when more entries of a log have to be read before the next one is known.
    """
    heads = [0] * len(parts)
    while True:
        left = [n for n, part in enumerate(parts) if heads[n] < len(part.entries)]
        if not left:
            return
        log = max(left, key=lambda n: (parts[n].entries[heads[n]].at_ms, -n))
        yield log, parts[log].entries[heads[log]]
        heads[log] += 1
        if heads[log] == len(parts[log].entries) and parts[log].next:
            return


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS
