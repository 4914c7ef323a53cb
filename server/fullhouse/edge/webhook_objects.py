"""The documents of webhooks, as receivers find them: type, timestamp and data.

Scripts and the domain make the data (lua/include/webhooks.lua, domain/account_messages.py), and
closed_reports.py adds the report. A test holds what they make against these types.
Source: docs/webhooks.md.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, defstruct

from fullhouse.domain.accounts import DowngradeStatus, DowngradeWarning, PaymentStatus
from fullhouse.domain.money import Money
from fullhouse.domain.plans import BillingPeriod
from fullhouse.domain.rooms import CapacityCause, ClosedReason, Level, Role
from fullhouse.edge.objects import PresenterSeats
from fullhouse.edge.report_objects import ReportObject


class RoomFigures(Struct, frozen=True, kw_only=True):
    """The room, with its counts after the change.

    Attributes:
        account: The account of the room.
        room: The id of the room.
        epoch: Rises when the room is opened again, or the store has lost history.
        rev: Rises by one with each change of the room.
        plan: The plan of the account.
        level: How full the room is.
        paused: Whether the line is paused.
        capacity: Attendee seats.
        occupied: Attendees inside.
        held: Called people who are not inside yet.
        waiting: People in line who are not called.
    """

    account: str
    room: str
    epoch: int
    rev: int
    plan: str
    level: Level
    paused: bool
    capacity: int
    occupied: int
    held: int
    waiting: int
    presenters: PresenterSeats


class RoomOpenedData(RoomFigures, frozen=True, kw_only=True):
    """The room that is open.

    Attributes:
        title: The title of the event.
    """

    title: str


class RoomLevelData(RoomFigures, frozen=True, kw_only=True):
    """The room that is nearly full, or full.

    Attributes:
        notice: The id of the notice to the hosts.
        full_in_s: When the room will be full at the present rate. Absent if this is not known.
    """

    notice: str
    full_in_s: int | UnsetType = UNSET


class RoomCapacityData(RoomFigures, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The room with another capacity.

    Attributes:
        from_: The capacity before.
        to: The capacity now.
        cause: What changed it.
        change: The id of the change: for an upgrade, that of the upgrade.
    """

    from_: int
    to: int
    cause: CapacityCause
    change: str


class CountsAtClose(Struct, frozen=True):
    """The counts just before the end.

    Attributes:
        occupied: Attendees inside.
        held: Called people who were not inside yet.
        waiting: People in line who were not called.
        presenters: Presenters inside.
    """

    occupied: int
    held: int
    waiting: int
    presenters: int


class RoomClosedData(RoomFigures, frozen=True, kw_only=True):
    """The room that is closed. Nobody is inside any more.

    Attributes:
        reason: Who closed it: the platform, or the server because it was empty for long.
        title: The title of the event.
        opened_at: When the room was opened.
        report: As in the call for the report, at the time of the attempt. null: the room was
            opened again or deleted before.
    """

    reason: ClosedReason
    title: str
    opened_at: datetime
    at_close: CountsAtClose
    report: ReportObject | None


class _OfPerson(RoomFigures, frozen=True, kw_only=True):
    """Somebody in the room.

    Attributes:
        participant: The id of the person.
        role: The role of the place.
    """

    participant: str
    role: Role


class ParticipantSeatedData(_OfPerson, frozen=True, kw_only=True):
    """Somebody who has a seat."""


class ParticipantWaitingData(_OfPerson, frozen=True, kw_only=True):
    """Somebody who has a place in line.

    Attributes:
        ticket: The number in line.
    """

    ticket: int


class ParticipantLeftData(_OfPerson, frozen=True, kw_only=True):
    """Somebody who has no place any more.

    Attributes:
        reason: Why: by their own will, connection lost or calls missed, by the platform, the end.
    """

    reason: Literal["left", "expired", "removed", "room_closed"]


class PlanPeriod(Struct, frozen=True):
    """A billing period.

    Attributes:
        start: Its first day.
        end: The first day after it.
    """

    start: date
    end: date


class AccountFigures(Struct, frozen=True, kw_only=True):
    """The account after the change.

    Attributes:
        account: The id of the account.
        plan: The plan of the account.
        seats: Attendee seats of each room.
        presenters: Presenter seats of each room.
        billing_period: The length of a period.
        version: Rises with each change of the account.
    """

    account: str
    plan: str
    seats: int
    presenters: int
    billing_period: BillingPeriod
    period: PlanPeriod
    version: int


class AccountUpgradedData(AccountFigures, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The account with a larger plan.

    Attributes:
        from_: The plan before.
        upgrade: The id of the upgrade.
    """

    from_: str
    upgrade: str
    due_now: Money


class RenewalCharge(Struct, frozen=True):
    """A charge of a renewal.

    Attributes:
        id: The id of the charge.
    """

    id: str
    amount: Money


class AccountRenewedData(AccountFigures, frozen=True, kw_only=True):
    """The account in a new period.

    Attributes:
        charges: The charges of all periods that have begun, none for a trial.
    """

    charges: tuple[RenewalCharge, ...]


class AccountDowngradedData(AccountFigures, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The account with a smaller plan.

    Attributes:
        from_: The plan before.
    """

    from_: str


class DowngradeRequestData(Struct, frozen=True, kw_only=True):
    """A downgrade request.

    Attributes:
        account: The id of the account.
        id: The id of the request.
        status: What has become of it.
        plan: The plan that the customer asks for.
        note: What the customer wrote.
        effective_on: When the plan takes effect.
        contact_by: The last day that leaves customer success enough time.
        warnings: What the customer was warned of.
    """

    account: str
    id: str
    status: DowngradeStatus
    plan: str
    note: str
    effective_on: date
    contact_by: date
    warnings: tuple[DowngradeWarning, ...]


class PaymentFailedData(Struct, frozen=True, kw_only=True):
    """A payment that did not succeed: of a renewal, with `charge`, or of an upgrade.

    Attributes:
        account: The id of the account.
        charge: The id of the charge of the renewal.
        amount: What the renewal costs.
        attempt: The number of the attempt that failed.
        next_attempt_at: When the next attempt follows.
        payment_status: Whether the account is past due.
        upgrade: The id of the upgrade.
        plan: The plan that was to be bought.
        due_now: What the upgrade costs.
        reason: Why, in a sentence for the payer.
    """

    account: str
    charge: str | UnsetType = UNSET
    amount: Money | UnsetType = UNSET
    attempt: int | UnsetType = UNSET
    next_attempt_at: datetime | UnsetType = UNSET
    payment_status: PaymentStatus | UnsetType = UNSET
    upgrade: str | UnsetType = UNSET
    plan: str | UnsetType = UNSET
    due_now: Money | UnsetType = UNSET
    reason: str | UnsetType = UNSET


_TEXTS: dict[str, tuple[type[Struct], str]] = {
    "room.opened": (RoomOpenedData, "A room opens."),
    "room.nearly_full": (RoomLevelData, "A room is nearly full."),
    "room.full": (RoomLevelData, "A room is full."),
    "room.capacity_changed": (RoomCapacityData, "The capacity of a room has changed."),
    "room.closed": (RoomClosedData, "An event is over."),
    "participant.seated": (ParticipantSeatedData, "Somebody has a seat."),
    "participant.waiting": (ParticipantWaitingData, "Somebody has a place in line."),
    "participant.left": (
        ParticipantLeftData,
        "Somebody has no seat and no place in line any more.",
    ),
    "account.upgraded": (AccountUpgradedData, "An upgrade is paid and applied."),
    "account.renewed": (AccountRenewedData, "A new billing period begins."),
    "account.downgraded": (AccountDowngradedData, "A smaller plan takes effect."),
    "downgrade.requested": (DowngradeRequestData, "A customer asks for a smaller plan."),
    "downgrade.decided": (
        DowngradeRequestData,
        "A downgrade request is approved, declined or withdrawn.",
    ),
    "payment.failed": (PaymentFailedData, "A payment did not succeed."),
}


def _document(type_: str, data: type[Struct], text: str) -> type[Struct]:
    name = "".join(word.capitalize() for word in type_.replace(".", "_").split("_"))
    about = "\n\nAttributes:\n    timestamp: When it happened, in UTC."
    return defstruct(
        f"{name}Webhook",
        [("timestamp", datetime), ("data", data)],
        tag_field="type",
        tag=type_,
        frozen=True,
        namespace={"__doc__": text + about},
    )


DOCUMENTS: dict[str, type[Struct]] = {
    type_: _document(type_, data, text) for type_, (data, text) in _TEXTS.items()
}
"""Type of a webhook -> the type of its body."""
