"""A person's own place: a value, and how each message changes it.

The same rules as in `client_demo/library/place.js`; `tests/places.json` holds both to them. The
time is an argument, in seconds of one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from fullhouse.domain.rooms import Revision, WaitingReason
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.messages import ServerMessage

_CHANGE_S = 10.0  # where the message that named a window was missed

PlaceKind: TypeAlias = Literal["unknown", "seated", "waiting", "called", "lost", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person stands, as of `rev` in `epoch`.

    Attributes:
        ticket: The place in line. 0 without one.
        ahead: Uncalled people in front.
        first_ahead: The most that `ahead` was in a `waiting` with this ticket.
        reason: Why the person waits.
        estimate_s: From and to, until the call.
        told_at: When the server last told `ahead` and `estimate_s`.
        grace_s: How long the place is kept after the connection is lost.
        refresh: The id of the call.
        moment_at: The person's own moment to enter.
        claim_until: Until when the seat is held at least.
        lost: Why the person is no longer inside or in line.
        was_in: Whether the person has been inside during this event.
        message: What the host tells everybody in line.
        watch: The address of a stream to watch meanwhile. None: there is none.
        watch_window_s: A person who watches changes to it at a random moment in this time.
    """

    kind: PlaceKind = "unknown"
    epoch: int = 0
    rev: int = 0
    ticket: int = 0
    ahead: int = 0
    first_ahead: int = 0
    reason: WaitingReason | None = None
    estimate_s: tuple[int, int] | None = None
    told_at: float = 0.0
    grace_s: float = 0.0
    refresh: str | None = None
    moment_at: float | None = None
    claim_until: float = 0.0
    lost: str | None = None
    was_in: bool = False
    message: str | None = None
    watch: str | None = None
    watch_window_s: float = 0.0

    @property
    def revision(self) -> Revision:
        return Revision(self.epoch, self.rev)


NOWHERE = Place()


def revision_of(message: ServerMessage) -> Revision | None:
    """What the message is of. None: it is not about a room."""
    if isinstance(message, messages.ToAll):
        return None
    return Revision(message.epoch, message.rev)


def next_place(place: Place, message: ServerMessage, now: float) -> Place:
    """The place after `message`, which is not older than the place."""
    step = _STEPS.get(type(message))
    revision = revision_of(message)
    if step is None or revision is None:
        return place
    # Tickets and calls of another epoch are no longer valid.
    known = place if revision.epoch == place.epoch else Place(was_in=place.was_in)
    return replace(step(known, message, now), epoch=revision.epoch, rev=revision.rev)


def moment_s(ticket: int, call: messages.RefreshRequired) -> float:
    """The seconds from a call to the moment of a ticket. Moments follow the order of tickets.

    0 for a ticket of an earlier call.
    """
    size = call.called_to - call.called_from + 1
    if ticket < call.called_from or size < 1:
        return 0.0
    return call.window_ms * (ticket - call.called_from) / size / 1000


def _seated(_place: Place, message: messages.Seated, _now: float) -> Place:
    return Place(kind="seated", was_in=True, grace_s=message.grace_s)


def _waiting(place: Place, message: messages.Waiting, now: float) -> Place:
    same = place.ticket == message.ticket
    expired = same and place.reason == "expired" and message.reason == "full"
    waiting = Place(
        kind="waiting",
        was_in=place.was_in,
        ticket=message.ticket,
        ahead=message.ahead,
        first_ahead=max(place.first_ahead, message.ahead) if same else message.ahead,
        reason="expired" if expired else message.reason,
        estimate_s=message.estimate_s,
        told_at=now,
        grace_s=message.grace_s + (0 if message.called else message.away_s),
        watch=message.watch,
        watch_window_s=_CHANGE_S,
    )
    if not message.called:
        return waiting
    return replace(
        waiting,
        kind="called",
        refresh=place.refresh,
        moment_at=now if not same or place.moment_at is None else place.moment_at,
        claim_until=now + (message.claim_s or 0.0),
    )


def _called(place: Place, call: messages.RefreshRequired, now: float) -> Place:
    if place.kind not in ("waiting", "called"):
        return place
    if place.ticket > call.called_to:
        return _moved(place, place.ticket - call.called_to - 1)
    # A call that is repeated, or a later call of others, does not change one's own moment.
    is_known = place.refresh == call.refresh or place.ticket < call.called_from
    if place.kind == "called" and is_known:
        return place
    moment_at = now + moment_s(place.ticket, call)
    return replace(
        place,
        kind="called",
        ahead=0,
        refresh=call.refresh,
        moment_at=moment_at,
        claim_until=moment_at + call.claim_s,
    )


def _moved(place: Place, ahead: int) -> Place:
    moves = place.kind == "waiting" and ahead < place.ahead
    return replace(place, ahead=ahead) if moves else place


def _progressed(place: Place, line: messages.LineProgress, now: float) -> Place:
    if place.kind != "waiting":
        return place
    return replace(place, ahead=line.ahead, estimate_s=line.estimate_s, told_at=now)


def _told(place: Place, message: messages.HostMessage, _now: float) -> Place:
    in_line = place.kind in ("waiting", "called")
    return replace(place, message=message.text) if in_line else place


def _shown(place: Place, message: messages.Watch, _now: float) -> Place:
    if place.kind not in ("waiting", "called"):
        return place
    return replace(place, watch=message.watch, watch_window_s=message.window_ms / 1000)


def _lost(place: Place, message: messages.SeatLost, _now: float) -> Place:
    return Place(kind="lost", was_in=place.was_in, lost=message.reason)


def _closed(place: Place, message: messages.RoomClosed, _now: float) -> Place:
    return Place(kind="closed", was_in=place.was_in, lost=message.reason)


_STEPS: Mapping[type, Callable[[Place, Any, float], Place]] = {
    messages.Seated: _seated,
    messages.Waiting: _waiting,
    messages.RefreshRequired: _called,
    messages.LineProgress: _progressed,
    messages.HostMessage: _told,
    messages.Watch: _shown,
    messages.SeatLost: _lost,
    messages.RoomClosed: _closed,
}
