"""One example of each webhook, for readers: values of the types, so that they cannot be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from fullhouse.domain.money import Money
from fullhouse.domain.rooms import Role
from fullhouse.edge import report_objects as reports
from fullhouse.edge import webhook_objects as of
from fullhouse.edge.objects import PresenterSeats

if TYPE_CHECKING:
    from msgspec import Struct

_AT = datetime(2026, 1, 1, 12, 20, 5, tzinfo=UTC)
_ROOM = of.RoomFigures(
    account="acme",
    room="hall",
    epoch=1767268800000,
    rev=214,
    plan="live-100",
    level="full",
    paused=False,
    capacity=100,
    occupied=97,
    held=3,
    waiting=12,
    presenters=PresenterSeats(5, 2),
)
_EMPTY: Mapping[str, object] = {
    "level": "ok",
    "occupied": 0,
    "held": 0,
    "waiting": 0,
    "presenters": PresenterSeats(5, 0),
}
_NEARLY_FULL: Mapping[str, object] = {
    "level": "nearly_full",
    "occupied": 80,
    "held": 0,
    "waiting": 0,
}
_ACCOUNT = of.AccountFigures(
    account="acme",
    plan="live-200",
    seats=200,
    presenters=8,
    billing_period="month",
    period=of.PlanPeriod(date(2026, 1, 1), date(2026, 1, 31)),
    version=4,
)
_REQUEST = of.DowngradeRequestData(
    account="acme",
    id="d7Jk0",
    status="requested",
    plan="live-50",
    note="Fewer events in summer",
    effective_on=date(2026, 1, 31),
    contact_by=date(2026, 1, 23),
    warnings=("promo_codes_void",),
)
_REPORT = reports.ReportObject(
    account="acme",
    room="hall",
    title="Launch",
    status="closed",
    opened_at="2026-01-01T12:00:00Z",
    closed_at="2026-01-01T12:20:05Z",
    closed_reason="closed",
    now="2026-01-01T12:20:06Z",
    partial_since=None,
    plan="live-100",
    capacity=100,
    capacity_changes=(),
    arrivals=140,
    seated_at_once=100,
    came_in=118,
    inside=97,
    peak_inside=reports.PeakObject(100, "2026-01-01T12:04:10Z"),
    peak_demand=reports.PeakObject(131, "2026-01-01T12:09:32Z"),
    full_s=955,
    waits=reports.WaitsObject(
        people=40,
        seated=18,
        gave_up=7,
        left=5,
        expired=1,
        missed_calls=1,
        removed=0,
        changed_role=0,
        still_waiting=15,
        watched=12,
        seated_watching=6,
        gave_up_watching=1,
        times_to_seat=reports.WaitTimesObject(18, median_s=210, p90_s=480, longest_s=620),
        times_to_give_up=reports.WaitTimesObject(7, median_s=150, p90_s=390, longest_s=390),
    ),
    calls_missed=3,
    removals=0,
    plans=(
        reports.PlanEffectObject(
            plan="live-200",
            name="Live 200",
            seats=200,
            seats_short_at_peak=0,
            would_have_waited=0,
            would_have_given_up=0,
        ),
    ),
)


def _of(figures: Struct, data: type[Struct], **more: object) -> Struct:
    values = {name: getattr(figures, name) for name in figures.__struct_fields__}
    return data(**(values | more))


_DATA: Mapping[str, Struct] = {
    "room.opened": _of(_ROOM, of.RoomOpenedData, title="Launch", rev=1, **_EMPTY),
    "room.nearly_full": _of(
        _ROOM, of.RoomLevelData, notice="1767268800000-1", full_in_s=140, **_NEARLY_FULL
    ),
    "room.full": _of(_ROOM, of.RoomLevelData, notice="1767268800000-2"),
    "room.capacity_changed": _of(
        _ROOM, of.RoomCapacityData, from_=100, to=200, cause="upgrade", change="u1f0c"
    ),
    "room.closed": _of(
        _ROOM,
        of.RoomClosedData,
        reason="closed",
        title="Launch",
        opened_at=_AT,
        at_close=of.CountsAtClose(97, 3, 12, 2),
        report=_REPORT,
        **_EMPTY,
    ),
    "participant.seated": _of(
        _ROOM, of.ParticipantSeatedData, participant="ada", role=Role.ATTENDEE
    ),
    "participant.waiting": _of(
        _ROOM,
        of.ParticipantWaitingData,
        participant="bob",
        role=Role.ATTENDEE,
        ticket=1767268800107,
    ),
    "participant.left": _of(
        _ROOM, of.ParticipantLeftData, participant="ada", role=Role.ATTENDEE, reason="left"
    ),
    "account.upgraded": _of(
        _ACCOUNT,
        of.AccountUpgradedData,
        from_="live-100",
        upgrade="u1f0c",
        due_now=Money(2340, "EUR"),
    ),
    "account.renewed": _of(
        _ACCOUNT,
        of.AccountRenewedData,
        charges=(of.RenewalCharge("renewal-2026-01-01", Money(11900, "EUR")),),
    ),
    "account.downgraded": _of(_ACCOUNT, of.AccountDowngradedData, from_="live-500"),
    "downgrade.requested": _REQUEST,
    "downgrade.decided": _REQUEST,
    "payment.failed": of.PaymentFailedData(
        account="acme",
        charge="renewal-2026-01-01",
        amount=Money(11900, "EUR"),
        attempt=1,
        next_attempt_at=_AT,
        payment_status="past_due",
    ),
}

EXAMPLES: Mapping[str, Struct] = {
    type_: of.DOCUMENTS[type_](timestamp=_AT, data=data) for type_, data in _DATA.items()
}
"""Type of a webhook -> the body of one."""
