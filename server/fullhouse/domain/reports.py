"""The report of an event: who waited, how long, who gave up, and what larger plans had changed.

A report has counts of people and no people. Somebody who leaves and comes back counts again.
Source: docs/decisions/0052-the-report-of-a-room.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from fullhouse.domain.history import CapacityChanged
from fullhouse.domain.plans import Plan
from fullhouse.domain.rooms import RoomState

Ending = Literal["seated", "left", "expired", "missed_calls", "removed", "changed_role"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
GAVE_UP: tuple[Ending, ...] = ("left", "expired", "missed_calls")

Distribution: TypeAlias = Mapping[int, int]
"""Value, rounded up to two significant digits -> how many people have it."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most people at once, and the first instant in Unix ms. None: there was nobody."""

    people: int = 0
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the scripts have counted since the opening (lua/include/report.lua).

    Attributes:
        state: The present state; of a closed room the last one, with nobody inside.
        plan_seats: The seats of the plan. The platform may limit the room to fewer.
        partial_since_ms: Since when counts may be too low. None: they are complete.
        at_once: Attendees who came and got a seat without waiting.
        ended: The waits that have ended, by how they ended.
        seated_s: How long people waited who got a seat.
        gave_up_s: How long people waited who gave up.
        needed: The seats that a room needs to give a seat at once to the people who waited.
        gave_up_needed: The same of those who gave up.
        watched: Waits in which the person watched the stream of the room.
        seated_watching: Those of them that ended with a seat.
        gave_up_watching: Those of them that ended without, by the person's choice or absence.
        calls_missed: Calls that nobody followed.
        removals: How often the platform removed a person.
        inside_at_close: Attendees inside when the room closed. 0: it is open.
        waiting_at_close: People in line or away when the room closed.
        full_ms: How long the level was `full` or `draining`.
        changes: The newest changes of the capacity.
    """

    state: RoomState
    plan_seats: int
    opened_ms: int
    now_ms: int
    partial_since_ms: int | None = None
    at_once: int = 0
    ended: Mapping[Ending, int] = field(default_factory=dict)
    seated_s: Distribution = field(default_factory=dict)
    gave_up_s: Distribution = field(default_factory=dict)
    needed: Distribution = field(default_factory=dict)
    gave_up_needed: Distribution = field(default_factory=dict)
    watched: int = 0
    seated_watching: int = 0
    gave_up_watching: int = 0
    calls_missed: int = 0
    removals: int = 0
    inside_at_close: int = 0
    waiting_at_close: int = 0
    peak_inside: Peak = Peak()
    peak_demand: Peak = Peak()
    full_ms: int = 0
    changes: tuple[CapacityChanged, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state.status == "closed"

    @property
    def inside(self) -> int:
        """Attendees inside: now, or when the room closed."""
        return self.inside_at_close if self.is_over else self.state.occupied

    @property
    def still_waiting(self) -> int:
        """People in line or away: now, or when the room closed."""
        if self.is_over:
            return self.waiting_at_close
        return self.state.held + self.state.waiting + self.state.away

    @property
    def waited(self) -> int:
        return sum(self.ended.values()) + self.still_waiting

    @property
    def gave_up(self) -> int:
        return sum(self.ended.get(reason, 0) for reason in GAVE_UP)

    @property
    def came_in(self) -> int:
        return self.at_once + self.ended.get("seated", 0)

    @property
    def arrivals(self) -> int:
        return self.at_once + self.waited


@dataclass(frozen=True, slots=True)
class WaitTimes:
    """How long people waited, in seconds rounded up to two significant digits.

    Attributes:
        measured: How many waits have a known length. The times are those of these waits; None if
            there are none.
    """

    measured: int
    median_s: int | None = None
    p90_s: int | None = None
    longest_s: int | None = None


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """What a larger plan would have changed, if the same people had come and gone.

    Attributes:
        seats_short_at_peak: How many people too many there were for it at the peak of demand.
        would_have_waited: How many people would have waited: those who did, without those who
            would have had a seat at once.
        would_have_given_up: The same of those who gave up.
    """

    plan: str
    name: str
    seats: int
    seats_short_at_peak: int
    would_have_waited: int
    would_have_given_up: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report of an event that goes on, or of one that is over.

    Attributes:
        seated_after: How long the people waited who got a seat.
        gave_up_after: How long the people waited who gave up.
        plans: One for each larger plan, the smallest first.
    """

    counted: Counted
    seated_after: WaitTimes
    gave_up_after: WaitTimes
    plans: tuple[PlanEffect, ...]


def report_of(counted: Counted, plans: Iterable[Plan]) -> Report:
    """The report.

    Args:
        counted: What the scripts have counted.
        plans: The plans on sale, larger or not.
    """
    larger = [plan for plan in plans if plan.seats > counted.plan_seats]
    return Report(
        counted,
        seated_after=wait_times(counted.seated_s),
        gave_up_after=wait_times(counted.gave_up_s),
        plans=tuple(_effect(plan, counted) for plan in sorted(larger, key=_size)),
    )


def wait_times(waits: Distribution) -> WaitTimes:
    """The median, the 90th percentile (both by nearest rank) and the longest of the waits."""
    measured = sum(waits.values())
    if not measured:
        return WaitTimes(0)
    return WaitTimes(measured, _percentile(waits, 50), _percentile(waits, 90), max(waits))


def _percentile(waits: Distribution, percent: int) -> int:
    """The least value that so many percent of the waits do not exceed."""
    rank, below = -(-sum(waits.values()) * percent // 100), 0
    for value in sorted(waits):
        below += waits[value]
        if below >= rank:
            return value
    raise ValueError("no waits")


def _effect(plan: Plan, counted: Counted) -> PlanEffect:
    return PlanEffect(
        plan.id,
        plan.name,
        plan.seats,
        seats_short_at_peak=max(0, counted.peak_demand.people - plan.seats),
        would_have_waited=counted.waited - _seated_by(plan, counted.needed),
        would_have_given_up=counted.gave_up - _seated_by(plan, counted.gave_up_needed),
    )


def _seated_by(plan: Plan, needed: Distribution) -> int:
    return sum(people for seats, people in needed.items() if seats <= plan.seats)


def _size(plan: Plan) -> tuple[int, str]:
    return plan.seats, plan.id
