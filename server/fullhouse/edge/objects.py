"""The room and the notice as hosts, presenters and the platform see them.

Source: docs/protocol.md. Names and order of the fields are fixed; clients rely on them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from fullhouse.domain.host_message import HostMessage
from fullhouse.domain.offers import Offer
from fullhouse.domain.rooms import ClosedReason, Level, NoticeLevel, RoomRef, RoomState, Snapshot


class NoticeObject(Struct, frozen=True):
    """The host's notice "nearly full" or "full", with the figures at the time of sending.

    Attributes:
        since: The instant from which the notice stands.
        full_in_s: Seconds until all seats are taken, if the room goes on growing as in the last
            minute. null: no forecast.
        can_buy: Whether the reader may buy an upgrade.
        limited: Whether the platform gave the room fewer seats than the plan has.
        offers: A price for each larger plan on sale.
    """

    id: str
    level: NoticeLevel
    room: str
    capacity: int
    occupied: int
    waiting: int
    full_in_s: int | None
    since: str
    can_buy: bool
    limited: bool
    offers: tuple[Offer, ...]


class PresenterSeats(Struct, frozen=True):
    capacity: int
    occupied: int


class Forecast(Struct, frozen=True):
    """How many people arrive, and when the room will be full.

    Attributes:
        joins_per_min: The arrivals of the last minute. People who leave are not subtracted.
        full_in_s: Seconds until all seats are taken, if the room goes on growing as in the last
            minute. null: no forecast.
    """

    joins_per_min: int
    full_in_s: int | None


class HostMessageObject(Struct, frozen=True):
    """The host's message to everybody in line. `text` null: there is none."""

    text: str | None
    at: str | None


class RoomObject(Struct, frozen=True):
    """A room, as hosts, presenters and the platform see it.

    Attributes:
        account: The id of the account.
        room: The id of the room.
        paused: Whether the platform holds the line.
        epoch: Rises when the room is opened again, or the store has lost history.
        rev: Rises by one with each change of the room.
        capacity: Seats of attendees.
        occupied: Attendees inside.
        held: Seats held for people who are called and not yet inside.
        waiting: People in line who are not called.
        away: People whose place in line is kept while they are gone.
        watch: The address of a stream that people in line may watch. null: there is none.
        watching: People in line who watch it.
        notice: null: no notice stands.
        message: The host's message to everybody in line. null: there is none.
        called_next: How often a person was put before the line since the opening.
    """

    account: str
    room: str
    title: str
    status: str
    paused: bool
    epoch: int
    rev: int
    capacity: int
    occupied: int
    held: int
    waiting: int
    away: int
    presenters: PresenterSeats
    level: Level
    forecast: Forecast
    notice: NoticeObject | None
    plan: str
    closed_reason: ClosedReason | None
    closed_at: str | None
    message: HostMessageObject | None
    watch: str | None
    watching: int
    called_next: int


def instant(ms: int) -> str:
    """RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def notice_object(
    ref: RoomRef, state: RoomState, offers: tuple[Offer, ...], *, can_buy: bool
) -> NoticeObject | None:
    """The current notice of the room. None: there is none.

    Args:
        ref: The room.
        state: The current state of the room.
        offers: The offers of the notice (`domain.offers.people_to_notice`).
        can_buy: Whether the reader may buy.
    """
    if state.notice is None:
        return None
    return NoticeObject(
        id=state.notice.id,
        level=state.notice.level,
        room=ref.room,
        capacity=state.capacity,
        occupied=state.occupied,
        waiting=state.waiting,
        full_in_s=state.full_in_s,
        since=instant(state.notice.since_ms),
        can_buy=can_buy,
        limited=state.limited,
        offers=offers,
    )


def room_object(ref: RoomRef, snapshot: Snapshot, notice: NoticeObject | None) -> RoomObject:
    """The room object of the public API."""
    state = snapshot.state
    return RoomObject(
        account=ref.account,
        room=ref.room,
        title=state.title,
        status=state.status,
        paused=state.paused,
        epoch=snapshot.revision.epoch,
        rev=snapshot.revision.rev,
        capacity=state.capacity,
        occupied=state.occupied,
        held=state.held,
        waiting=state.waiting,
        away=state.away,
        presenters=PresenterSeats(state.presenter_capacity, state.presenters),
        level=state.level,
        forecast=Forecast(state.joins_per_min, state.full_in_s),
        notice=notice,
        plan=state.plan,
        closed_reason=state.closed_reason,
        closed_at=None if state.closed_ms is None else instant(state.closed_ms),
        message=_standing(state.host_message),
        watch=state.watch,
        watching=state.watching,
        called_next=state.priorities,
    )


def host_message_object(message: HostMessage | None) -> HostMessageObject:
    """The last message of a room. None: it never had one."""
    if message is None:
        return HostMessageObject(None, None)
    return HostMessageObject(message.text, instant(message.at_ms))


def _standing(message: HostMessage | None) -> HostMessageObject | None:
    return host_message_object(message) if message and message.text else None
