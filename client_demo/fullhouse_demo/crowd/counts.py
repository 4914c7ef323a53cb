"""Counts where the people of the crowd are, and how their visits end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from fullhouse.client.place import NOWHERE, Place, revision_of
from fullhouse.edge.ws.messages import SeatLost, ServerMessage, Waiting
from fullhouse_demo.crowd.order import OrderCheck


class Ending(StrEnum):
    """The reason why a visit ended."""

    LEFT = "left"
    GAVE_UP = "gave_up"
    MISSED_OUT = "missed_out"
    REMOVED = "removed"
    ROOM_CLOSED = "room_closed"
    REFUSED = "refused"


class Whereabouts(StrEnum):
    """The category in which a person counts now."""

    EXPECTED = "expected"
    AWAY = "away"
    WAITING = "waiting"
    CALLED = "called"
    INSIDE = "inside"
    GONE = "gone"


_HERE = {
    "waiting": Whereabouts.WAITING,
    "called": Whereabouts.CALLED,
    "seated": Whereabouts.INSIDE,
}
"""The category of each kind of place that a person can have."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The crowd at one moment, `at_s` from the start.

    Args:
        away: People who have arrived, but have no connection or no answer now.
        gone: People whose visit has ended for any reason.
        let_in: The number of entries from the line so far.
    """

    at_s: float
    expected: int
    away: int
    waiting: int
    called: int
    inside: int
    gone: int
    let_in: int
    gave_up: int
    missed_calls: int
    errors: int

    @property
    def people(self) -> int:
        return self.expected + self.arrived

    @property
    def arrived(self) -> int:
        return self.away + self.waiting + self.called + self.inside + self.gone


@dataclass(slots=True)
class _Record:
    """The knowledge about one person, from all of their tabs."""

    place: Place = NOWHERE
    is_confirmed: bool = False
    tabs: int = 0
    hellos: int = 0
    waiting_since: float | None = None
    has_had_place: bool = False
    counted_as: Whereabouts = Whereabouts.EXPECTED

    def whereabouts(self) -> Whereabouts:
        # A disconnected person counts as inside only after the server confirms the seat, although
        # the server keeps the seat for the grace. So the figures never exceed the server's count.
        return (
            _HERE.get(self.place.kind, Whereabouts.AWAY) if self.is_confirmed else Whereabouts.AWAY
        )


@dataclass(slots=True)
class CrowdCounts:
    """The counts of a run, from the messages to each person. Not thread-safe."""

    people: int
    let_in: int = 0
    seated_at_once: int = 0
    missed_calls: int = 0
    rev_falls: int = 0
    peak_inside: int = 0
    peak_waiting: int = 0
    waits_s: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    endings: Counter[Ending] = field(default_factory=Counter)
    order: OrderCheck = field(default_factory=OrderCheck)
    _records: dict[str, _Record] = field(default_factory=dict)
    _now_at: Counter[Whereabouts] = field(default_factory=Counter)

    def arrived(self, participant: str) -> None:
        record = self._records.setdefault(participant, _Record())
        self._count(record, Whereabouts.AWAY)

    def connected(self, participant: str) -> None:
        """A tab of the person sent a hello."""
        record = self._records[participant]
        record.tabs += 1
        record.hellos += 1
        self._count(record, record.whereabouts())

    def disconnected(self, participant: str) -> None:
        record = self._records[participant]
        record.tabs -= 1
        record.is_confirmed &= record.tabs > 0
        if record.counted_as is not Whereabouts.GONE:
            self._count(record, record.whereabouts())

    def told(self, participant: str, heard: ServerMessage, place: Place, now: float) -> None:
        """A tab of the person received a message. `place` is the tab's place after it."""
        record = self._records[participant]
        revision = revision_of(heard)
        if revision and revision < record.place.revision and record.tabs > 1:
            return  # another tab has already received newer information
        self._note_missed_call(record.place, heard)
        self._note_entry(record, place, now)
        self._note_order(place)
        record.place = place
        record.is_confirmed = True
        record.has_had_place |= place.kind in _HERE
        self._count(record, record.whereabouts())

    def fell_back(self) -> None:
        """A message had an older revision than an earlier message."""
        self.rev_falls += 1

    def failed(self, reason: str) -> None:
        self.errors[reason] += 1

    def ended(self, participant: str, ending: Ending) -> None:
        record = self._records[participant]
        self.endings[ending] += 1
        record.place = NOWHERE
        record.waiting_since = None
        self._count(record, Whereabouts.GONE)

    def reached(self) -> int:
        """The number of people who got a seat or a ticket at least once."""
        return sum(record.has_had_place for record in self._records.values())

    def progress(self, at_s: float) -> Progress:
        return Progress(
            at_s=at_s,
            expected=self.people - len(self._records),
            away=self._now_at[Whereabouts.AWAY],
            waiting=self._now_at[Whereabouts.WAITING],
            called=self._now_at[Whereabouts.CALLED],
            inside=self._now_at[Whereabouts.INSIDE],
            gone=self._now_at[Whereabouts.GONE],
            let_in=self.let_in,
            gave_up=self.endings[Ending.GAVE_UP],
            missed_calls=self.missed_calls,
            errors=self.errors.total(),
        )

    def _count(self, record: _Record, now_at: Whereabouts) -> None:
        self._now_at[record.counted_as] -= 1
        self._now_at[now_at] += 1
        record.counted_as = now_at
        waiting = self._now_at[Whereabouts.WAITING] + self._now_at[Whereabouts.CALLED]
        self.peak_waiting = max(self.peak_waiting, waiting)
        self.peak_inside = max(self.peak_inside, self._now_at[Whereabouts.INSIDE])

    def _note_missed_call(self, before: Place, heard: ServerMessage) -> None:
        match heard:
            case Waiting(reason="missed_call"):
                self.missed_calls += heard.ticket != before.ticket
            case SeatLost(reason="missed_calls"):
                self.missed_calls += 1

    def _note_entry(self, record: _Record, place: Place, now: float) -> None:
        if place.kind == "waiting" and record.waiting_since is None:
            record.waiting_since = now
        if place.kind != "seated" or record.place.kind == "seated":
            return
        if record.waiting_since is not None:
            self._let_in(record, place, now)
            return
        self.seated_at_once += not record.has_had_place
        # Only a first hello proves an entry: a later one may find a seat taken long before.
        if record.hellos == 1:
            self.order.entered(place.epoch, None, place.rev)

    def _let_in(self, record: _Record, place: Place, now: float) -> None:
        self.let_in += 1
        self.waits_s.append(now - (record.waiting_since or now))
        record.waiting_since = None
        if record.place.epoch == place.epoch:
            self.order.entered(place.epoch, record.place.ticket or None, place.rev)

    def _note_order(self, place: Place) -> None:
        if place.kind == "waiting":
            self.order.uncalled(place.epoch, place.ticket, place.rev)
