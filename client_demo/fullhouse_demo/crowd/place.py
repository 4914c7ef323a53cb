"""What a person knows about their own place, and how each message changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fullhouse_demo.crowd.wire import Heard


class Standing(StrEnum):
    """Where a person is, as far as they were told."""

    NOWHERE = "nowhere"
    WAITING = "waiting"
    CALLED = "called"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the room, as of `rev` in `epoch`.

    Args:
        ticket: Held while waiting or called.
        moment_at: When one's own turn to refresh is; told with the call.
    """

    standing: Standing = Standing.NOWHERE
    epoch: int = 0
    rev: int = 0
    ticket: int | None = None
    moment_at: float | None = None


NOWHERE = Place()


def is_stale(place: Place, heard: Heard) -> bool:
    """Whether `heard` tells of a time before what is known; without a version it never does."""
    if heard.epoch == 0:
        return False
    return (heard.epoch, heard.rev) < (place.epoch, place.rev)


def next_place(place: Place, heard: Heard, now: float) -> Place:
    """`place` after `heard`; the same value where the message is stale or says nothing of it."""
    step = _STEPS.get(heard.type)
    if step is None or is_stale(place, heard):
        return place
    # What was known of an older epoch is void: tickets and calls begin anew.
    known = place if heard.epoch == place.epoch else NOWHERE
    return replace(step(known, heard, now), epoch=heard.epoch, rev=heard.rev)


def moment_s(ticket: int, call: Heard) -> float:
    """How long after the call a ticket's own moment is: the wave comes in ticket order.

    0 for a ticket that was called before this wave.
    """
    size = call.called_to - call.called_from + 1
    if ticket < call.called_from or size < 1:
        return 0.0
    return call.window_ms * (ticket - call.called_from) / size / 1000


def _seated(_place: Place, _heard: Heard, _now: float) -> Place:
    return Place(Standing.INSIDE)


def _waiting(place: Place, heard: Heard, now: float) -> Place:
    if not heard.called:
        return Place(Standing.WAITING, ticket=heard.ticket)
    same_call = place.standing is Standing.CALLED and place.ticket == heard.ticket
    return Place(
        Standing.CALLED, ticket=heard.ticket, moment_at=place.moment_at if same_call else now
    )


def _refresh_required(place: Place, heard: Heard, now: float) -> Place:
    is_called = place.ticket is not None and place.ticket <= heard.called_to
    if place.standing is not Standing.WAITING or not is_called or place.ticket is None:
        return place
    return replace(place, standing=Standing.CALLED, moment_at=now + moment_s(place.ticket, heard))


def _unchanged(place: Place, _heard: Heard, _now: float) -> Place:
    return place


def _lost(_place: Place, _heard: Heard, _now: float) -> Place:
    return NOWHERE


_STEPS: Mapping[str, Callable[[Place, Heard, float], Place]] = {
    "seated": _seated,
    "waiting": _waiting,
    "refresh_required": _refresh_required,
    "line": _unchanged,
    "seat_lost": _lost,
    "room_closed": _lost,
}
