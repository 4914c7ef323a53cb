"""Checks that no person overtakes the line, as far as the crowd itself can prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

_Holder = tuple[int, int]  # epoch, ticket: a ticket is held by one person


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    rev: int
    ticket: float  # inf for a newcomer, who is behind all tickets


@dataclass(slots=True)
class OrderCheck:
    """The known tickets and entries, by revision of the room.

    A person may hear twice that they wait uncalled with the same ticket. Then they waited uncalled
    in between, because a call is never taken back. If a person behind them entered strictly
    between the two revisions, that entry is an inversion. Messages of different nodes may arrive
    in any order, so only revisions are compared.
    """

    _uncalled: dict[_Holder, tuple[int, int]] = field(default_factory=dict)
    _entries: defaultdict[int, list[_Entry]] = field(default_factory=lambda: defaultdict(list))

    def uncalled(self, epoch: int, ticket: int, rev: int) -> None:
        """The holder of `ticket` heard at `rev` that they wait uncalled."""
        first, last = self._uncalled.get((epoch, ticket), (rev, rev))
        self._uncalled[epoch, ticket] = min(first, rev), max(last, rev)

    def entered(self, epoch: int, ticket: int | None, rev: int) -> None:
        """A person took a seat at `rev`: from the line, or as a newcomer without a ticket."""
        self._entries[epoch].append(_Entry(rev, inf if ticket is None else ticket))

    def inversions(self) -> int:
        """The number of entries that overtook a waiting person."""
        return sum(self._inversions_in(epoch, entries) for epoch, entries in self._entries.items())

    def _inversions_in(self, epoch: int, entries: Iterable[_Entry]) -> int:
        waits = sorted(
            (first, ticket, last)
            for (its_epoch, ticket), (first, last) in self._uncalled.items()
            if its_epoch == epoch
        )
        waits.reverse()  # taken from the end, in order of their first revision
        line: list[tuple[int, int]] = []  # heap of (ticket, last revision it was uncalled at)
        overtaken = 0
        for entry in sorted(entries):
            while waits and waits[-1][0] < entry.rev:
                _first, ticket, last = waits.pop()
                heappush(line, (ticket, last))
            while line and line[0][1] <= entry.rev:
                heappop(line)
            overtaken += bool(line) and line[0][0] < entry.ticket
        return overtaken
