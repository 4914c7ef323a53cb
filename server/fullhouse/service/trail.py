"""Reads the trail of an account for the platform."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

import msgspec

from fullhouse.domain.pages import Page, PageRequest
from fullhouse.domain.trail import LOGS, EventKind, RequestKind, TrailEntry, TrailEvent, TrailLog
from fullhouse.domain.trail_pages import LogPart, Numbers, Stored, TrailCursor, newest_first

if TYPE_CHECKING:
    from fullhouse.service.room_ports import Accounts

READ_AT_ONCE = 250  # entries of each log
MOST_READS = 20  # of one page: then it ends, with fewer rows than asked for
END_OF_TIME_MS = 1 << 53

OF_REQUESTS: tuple[TrailLog, ...] = ("platform", "buyers", "tokens")
OF_REFUSALS: tuple[TrailLog, ...] = ("refused",)
OF_ROOMS: tuple[TrailLog, ...] = ("people",)

_decode = msgspec.json.Decoder(TrailEntry).decode


class Trails(Protocol):
    """The stored trails."""

    async def read(
        self,
        account_id: str,
        *,
        starts: Numbers,
        since_ms: int,
        until_ms: int,
        count: int,
    ) -> list[LogPart]:
        """At most `count` entries of each log, newest first, in the order of `LOGS`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """The events that a caller wants. Both instants are included (Unix ms).

    `participant`: events about this person, and requests that the person made.
    """

    room: str | None = None
    participant: str | None = None
    kind: EventKind | None = None
    since_ms: int = 0
    until_ms: int = END_OF_TIME_MS

    @property
    def logs(self) -> Collection[TrailLog]:
        """The logs that have such events."""
        if self.kind is None:
            return LOGS
        if self.kind in get_args(RequestKind):
            return OF_REFUSALS if self.kind == "request_refused" else OF_REQUESTS
        return OF_ROOMS

    def of(self, stored: Stored) -> list[tuple[int, TrailEvent]]:
        """The wanted events of an entry, each with its position among all events of the entry."""
        if not all(_quoted(word) in stored.text for word in self._words()):
            return []  # decoding takes longer than this
        events = _decode(stored.text).events(stored.at_ms)
        return [(n, event) for n, event in enumerate(events) if self._wants(event)]

    def _words(self) -> list[str]:
        return [word for word in (self.room, self.participant, self.kind) if word]

    def _wants(self, event: TrailEvent) -> bool:
        entry = event.entry
        return (
            (self.room is None or entry.room == self.room)
            and (self.kind is None or entry.kind == self.kind)
            and (self.participant is None or event.concerns(self.participant))
            and self.since_ms <= event.at_ms <= self.until_ms
        )


class TrailService:
    """The trail of an account that exists.

    Args:
        store: Keeps the trails.
        accounts: Reads accounts and renews them.
    """

    def __init__(self, store: Trails, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    async def page(
        self, account_id: str, wanted: EventFilter, request: PageRequest
    ) -> Page[TrailEvent]:
        """A page of events, newest first.

        A page may have fewer rows than asked for, even none, and still a next page: a call reads
        a bounded number of entries.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: the cursor is not of this list.
        """
        await self._accounts.current(account_id)
        page = _Page(wanted, request.limit, _begin(wanted, request.cursor))
        for _ in range(MOST_READS):
            parts = await self._store.read(
                account_id,
                starts=page.cursor.numbers,
                since_ms=wanted.since_ms,
                until_ms=wanted.until_ms,
                count=READ_AT_ONCE,
            )
            if page.take(parts):
                break
        return Page(tuple(page.rows), str(page.cursor) if page.has_more else None)


class _Page:
    """The rows found so far, and where the next page begins."""

    def __init__(self, wanted: EventFilter, limit: int, cursor: TrailCursor) -> None:
        self.rows: list[TrailEvent] = []
        self.cursor = cursor
        self.has_more = True
        self._wanted = wanted
        self._limit = limit

    def take(self, parts: Sequence[LogPart]) -> bool:
        """Add the wanted events of these parts. Returns whether the page is complete."""
        self.cursor = self.cursor.after_reading(parts)
        for log, stored in newest_first(parts):
            for position, event in self._wanted.of(stored):
                if position < self.cursor.shown:
                    continue
                if len(self.rows) == self._limit:
                    self.cursor = self.cursor.at(log, stored.number, position)
                    return True
                self.rows.append(event)
            self.cursor = self.cursor.at(log, stored.number - 1)
        self.has_more = any(part.next for part in parts)
        return not self.has_more


def _begin(wanted: EventFilter, cursor: str | None) -> TrailCursor:
    return TrailCursor.parse(cursor) if cursor else TrailCursor.at_newest(wanted.logs)


def _quoted(word: str) -> bytes:
    return f'"{word}"'.encode()
