"""The report of an event as the platform sees it, as an answer and in a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from fullhouse.domain.rooms import ClosedReason
from fullhouse.edge.objects import instant

if TYPE_CHECKING:
    from fullhouse.domain.history import CapacityChanged
    from fullhouse.domain.reports import Counted, Peak, PlanEffect, Report, WaitTimes
    from fullhouse.domain.rooms import RoomRef


class SeatsChange(Struct, frozen=True, rename={"from_": "from"}):
    """The number of seats changed during the event."""

    at: str
    from_: int
    to: int
    cause: Literal["upgrade", "downgrade", "platform"]


class PeakObject(Struct, frozen=True):
    """The most people at once.

    Attributes:
        at: When there were so many for the first time. null: there was nobody.
    """

    people: int
    at: str | None


class WaitTimesObject(Struct, frozen=True):
    """How long people waited, in seconds rounded up to two significant digits.

    Attributes:
        measured: The number of waits with a known length. The times are those of these waits.
        median_s: Half of the waits were not longer. null: none was measured.
        p90_s: Nine of ten waits were not longer.
    """

    measured: int
    median_s: int | None
    p90_s: int | None
    longest_s: int | None


class WaitsObject(Struct, frozen=True):
    """The people who waited, and how their waits ended.

    `seated`, `left`, `expired`, `missed_calls`, `removed`, `changed_role` and `still_waiting` add
    up to `people`.

    Attributes:
        seated: They got a seat.
        left: They left the line. With `expired` and `missed_calls`: they gave up.
        expired: They were gone for longer than their place was kept.
        missed_calls: They missed two calls in a row.
        removed: The platform removed them while they waited.
        changed_role: They came back as a presenter or host.
        still_waiting: They are in line, or were when the room closed.
        watched: They watched the stream of the room for at least a part of their wait.
        seated_watching: Those of `seated` who had watched.
        gave_up_watching: Those of `gave_up` who had watched.
        times_to_seat: How long those waited who got a seat.
        times_to_give_up: How long those waited who gave up.
    """

    people: int
    seated: int
    gave_up: int
    left: int
    expired: int
    missed_calls: int
    removed: int
    changed_role: int
    still_waiting: int
    watched: int
    seated_watching: int
    gave_up_watching: int
    times_to_seat: WaitTimesObject
    times_to_give_up: WaitTimesObject


class PlanEffectObject(Struct, frozen=True):
    """What a larger plan would have changed. An estimate.

    It assumes that the same people come and go at the same moments.

    Attributes:
        plan: The id of the plan.
        seats_short_at_peak: The people of `peak_demand` for whom it has no seat.
        would_have_waited: The people who waited, but for those who would have had a seat at once.
        would_have_given_up: The same of the people who gave up.
    """

    plan: str
    name: str
    seats: int
    seats_short_at_peak: int
    would_have_waited: int
    would_have_given_up: int


class ReportObject(Struct, frozen=True):
    """The report of an event, open or closed: counts of people, and no people.

    Somebody who gives up or leaves, and comes back, counts again.

    Attributes:
        account: The id of the account.
        room: The id of the room.
        now: The instant of this answer.
        partial_since: Since when counts may be too low: the store lost changes, or a node of an
            earlier version worked on the room. null: the report is complete.
        capacity: Seats of attendees at the end of the event, or now.
        capacity_changes: In the order of time, the newest if there are many.
        arrivals: Attendees who came and got a seat or a ticket.
        seated_at_once: Those of them who got a seat without waiting.
        came_in: Attendees who got a seat, at once or after waiting.
        inside: Attendees inside now, or when the room closed.
        peak_inside: The most attendees inside.
        peak_demand: The most attendees inside, called and waiting together.
        full_s: How many seconds no seat was free.
        calls_missed: Calls that nobody followed in time.
        removals: How often the platform removed a person.
        plans: Each plan on sale with more seats than the room's plan, the smallest first.
    """

    account: str
    room: str
    title: str
    status: Literal["open", "closed"]
    opened_at: str
    closed_at: str | None
    closed_reason: ClosedReason | None
    now: str
    partial_since: str | None
    plan: str
    capacity: int
    capacity_changes: tuple[SeatsChange, ...]
    arrivals: int
    seated_at_once: int
    came_in: int
    inside: int
    peak_inside: PeakObject
    peak_demand: PeakObject
    full_s: int
    waits: WaitsObject
    calls_missed: int
    removals: int
    plans: tuple[PlanEffectObject, ...]


def report_object(ref: RoomRef, report: Report) -> ReportObject:
    """The report as it is sent."""
    counted, state = report.counted, report.counted.state
    return ReportObject(
        account=ref.account,
        room=ref.room,
        title=state.title,
        status=state.status,
        opened_at=instant(counted.opened_ms),
        closed_at=_instant_or_none(state.closed_ms),
        closed_reason=state.closed_reason,
        now=instant(counted.now_ms),
        partial_since=_instant_or_none(counted.partial_since_ms),
        plan=state.plan,
        capacity=state.capacity,
        capacity_changes=tuple(map(_seats_change, counted.changes)),
        arrivals=counted.arrivals,
        seated_at_once=counted.at_once,
        came_in=counted.came_in,
        inside=counted.inside,
        peak_inside=_peak_object(counted.peak_inside),
        peak_demand=_peak_object(counted.peak_demand),
        full_s=counted.full_ms // 1000,
        waits=_waits_object(counted, report),
        calls_missed=counted.calls_missed,
        removals=counted.removals,
        plans=tuple(map(_plan_object, report.plans)),
    )


def _waits_object(counted: Counted, report: Report) -> WaitsObject:
    ended = counted.ended
    return WaitsObject(
        people=counted.waited,
        seated=ended.get("seated", 0),
        gave_up=counted.gave_up,
        left=ended.get("left", 0),
        expired=ended.get("expired", 0),
        missed_calls=ended.get("missed_calls", 0),
        removed=ended.get("removed", 0),
        changed_role=ended.get("changed_role", 0),
        still_waiting=counted.still_waiting,
        watched=counted.watched,
        seated_watching=counted.seated_watching,
        gave_up_watching=counted.gave_up_watching,
        times_to_seat=_times_object(report.seated_after),
        times_to_give_up=_times_object(report.gave_up_after),
    )


def _times_object(times: WaitTimes) -> WaitTimesObject:
    return WaitTimesObject(times.measured, times.median_s, times.p90_s, times.longest_s)


def _seats_change(change: CapacityChanged) -> SeatsChange:
    return SeatsChange(instant(change.at_ms), change.old, change.new, change.cause)


def _peak_object(peak: Peak) -> PeakObject:
    return PeakObject(peak.people, _instant_or_none(peak.at_ms))


def _plan_object(effect: PlanEffect) -> PlanEffectObject:
    return PlanEffectObject(
        plan=effect.plan,
        name=effect.name,
        seats=effect.seats,
        seats_short_at_peak=effect.seats_short_at_peak,
        would_have_waited=effect.would_have_waited,
        would_have_given_up=effect.would_have_given_up,
    )


def _instant_or_none(ms: int | None) -> str | None:
    return None if ms is None else instant(ms)
