"""What realtime has to say, as frames: encoded once, framed once, written to any number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from websockets.frames import Frame, Opcode

from fullhouse.domain.room_events import (
    CapacityChange,
    NoticeCleared,
    RoomEvent,
)
from fullhouse.domain.rooms import (
    ClosedReason,
    Place,
    Revision,
    RoomRef,
    Snapshot,
)
from fullhouse.domain.stream import switch_window_ms
from fullhouse.domain.waits import Progress, estimate_s
from fullhouse.edge.objects import RoomObject, instant, notice_object, room_object
from fullhouse.edge.ws import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fullhouse.domain.host_message import HostMessage
    from fullhouse.domain.offers import Offer


def framed(message: messages.ServerMessage) -> bytes:
    """A whole unmasked text frame (RFC 6455, section 5.2), without extensions."""
    return Frame(Opcode.TEXT, messages.encode(message)).serialize(mask=False)


class Frames:
    """Satisfies `realtime.ports.Frames`. Every room message carries the present revision.

    Args:
        installation: The id of this installation, for what browsers keep.
    """

    def __init__(self, installation: str) -> None:
        self._installation = installation

    def place(self, ref: RoomRef, now: Snapshot, participant: str, place: Place) -> bytes:
        told = place_messages(self._installation, ref, now, participant, place)
        return b"".join(map(framed, told))

    def refresh_required(self, ref: RoomRef, event: RoomEvent) -> bytes:
        return framed(refresh_message(ref, event))

    def line(self, ref: RoomRef, now: Snapshot, progress: Progress) -> bytes:
        return framed(
            messages.LineProgress(
                **_of(ref, now.revision),
                called_to=now.state.called_to,
                ahead=progress.ahead,
                estimate_s=progress.estimate_s,
            )
        )

    def host_message(self, ref: RoomRef, now: Snapshot, message: HostMessage) -> bytes:
        return framed(host_message(ref, now, message))

    def watch(self, ref: RoomRef, now: Snapshot) -> bytes:
        state = now.state
        window_ms = switch_window_ms(state.watching)
        return framed(
            messages.Watch(**_of(ref, now.revision), watch=state.watch, window_ms=window_ms)
        )

    def seat_lost(
        self, ref: RoomRef, now: Snapshot, reason: Literal["expired", "missed_calls", "removed"]
    ) -> bytes:
        return framed(messages.SeatLost(**_of(ref, now.revision), reason=reason))

    def room_closed(self, ref: RoomRef, now: Revision, reason: ClosedReason) -> bytes:
        return framed(messages.RoomClosed(**_of(ref, now), reason=reason))

    def room(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes:
        notice = notice_object(ref, now.state, offers, can_buy=can_buy)
        return framed(room_message(self._installation, room_object(ref, now, notice)))

    def notice(
        self, ref: RoomRef, now: Snapshot, offers: tuple[Offer, ...], *, can_buy: bool
    ) -> bytes:
        notice = notice_object(ref, now.state, offers, can_buy=can_buy)
        assert notice is not None  # noqa: S101  # only asked for while a notice stands
        return framed(messages.NoticeGiven(**_of(ref, now.revision), notice=notice))

    def notice_cleared(self, ref: RoomRef, now: Snapshot, cleared: NoticeCleared) -> bytes:
        return framed(
            messages.NoticeCleared(
                **_of(ref, now.revision), notice=cleared.id, reason=cleared.reason
            )
        )

    def capacity_changed(self, ref: RoomRef, now: Snapshot, change: CapacityChange) -> bytes:
        return framed(
            messages.CapacityChanged(
                **_of(ref, now.revision),
                from_=change.old,
                to=change.new,
                cause=change.cause,
                change=change.change,
            )
        )

    def retry(self, after_ms: int) -> bytes:
        return framed(messages.Retry(after_ms))

    def refused(self, code: str, detail: str) -> bytes:
        return framed(messages.Refused(cast("messages.RefusalCode", code), detail))


def room_message(installation: str, room: RoomObject) -> messages.RoomMessage:
    """The room object as a message."""
    fields = {name: getattr(room, name) for name in room.__struct_fields__}
    return messages.RoomMessage(**fields, installation=installation)


def place_messages(
    installation: str, ref: RoomRef, now: Snapshot, participant: str, place: Place
) -> Iterator[messages.Seated | messages.Waiting | messages.HostMessage]:
    """`seated`; or `waiting`, and after it the host's message, if there is one."""
    if place.kind != "waiting":
        yield _seated(installation, ref, now, participant)
        return
    yield _waiting(installation, ref, now, participant, place)
    message = now.state.host_message
    if message and message.text:
        yield host_message(ref, now, message)


def _seated(installation: str, ref: RoomRef, now: Snapshot, participant: str) -> messages.Seated:
    return messages.Seated(
        **_of(ref, now.revision),
        participant=participant,
        grace_s=now.state.grace_ms / 1000,
        installation=installation,
    )


def _waiting(
    installation: str, ref: RoomRef, now: Snapshot, participant: str, place: Place
) -> messages.Waiting:
    state = now.state
    return messages.Waiting(
        **_of(ref, now.revision),
        participant=participant,
        ticket=place.ticket,
        ahead=place.ahead,
        called=place.called,
        called_to=state.called_to,
        reason=place.reason,
        claim_s=place.claim_ms / 1000 if place.claim_ms is not None else None,
        grace_s=state.wait_grace_ms / 1000,
        away_s=state.away_ms / 1000,
        estimate_s=None if place.called else estimate_s(place.ahead, state),
        installation=installation,
        watch=state.watch,
    )


def host_message(ref: RoomRef, now: Snapshot, message: HostMessage) -> messages.HostMessage:
    return messages.HostMessage(
        **_of(ref, now.revision), text=message.text, at=instant(message.at_ms)
    )


def refresh_message(ref: RoomRef, event: RoomEvent) -> messages.RefreshRequired:
    """One identical frame for all. Where nobody is called, `called_from` = `called_to` + 1."""
    raised = event.capacity is not None and event.capacity.new > event.capacity.old
    call = event.call
    called_to = event.state.called_to
    return messages.RefreshRequired(
        **_of(ref, event.revision),
        refresh=f"{event.epoch}-{event.rev}",
        reason="capacity_changed" if raised else "seat_freed",
        called_from=call.called_from if call else called_to + 1,
        called_to=called_to,
        window_ms=call.window_ms if call else 0,
        claim_s=(call.claim_ms if call else event.state.claim_ms) / 1000,
    )


def _of(ref: RoomRef, revision: Revision) -> messages.OfRoomFields:
    return {"room": ref.room, "epoch": revision.epoch, "rev": revision.rev}
