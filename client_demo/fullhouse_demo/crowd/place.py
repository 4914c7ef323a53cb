"""A person's own place, and how each message changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fullhouse_demo.crowd.wire import Heard


class Standing(StrEnum):
    """The kind of a person's place, as the server told it."""

    NOWHERE = "nowhere"
    WAITING = "waiting"
    CALLED = "called"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the room, as of `rev` in `epoch`.

    Args:
        ticket: The ticket while the person is waiting or called.
        moment_at: The person's own moment to refresh, which comes with the call.
    """

    standing: Standing = Standing.NOWHERE
    epoch: int = 0
    rev: int = 0
    ticket: int | None = None
    moment_at: float | None = None


NOWHERE = Place()


def is_stale(place: Place, heard: Heard) -> bool:
    """Whether `heard` is older than `place`. A message without a revision never is."""
    if heard.epoch == 0:
        return False
    return (heard.epoch, heard.rev) < (place.epoch, place.rev)


def next_place(place: Place, heard: Heard, now: float) -> Place:
    """The place after `heard`. Unchanged if the message is stale or is not about the place."""
    step = _STEPS.get(heard.type)
    if step is None or is_stale(place, heard):
        return place
    # Tickets and calls of an older epoch are no longer valid.
    known = place if heard.epoch == place.epoch else NOWHERE
    return replace(step(known, heard, now), epoch=heard.epoch, rev=heard.rev)


def moment_s(ticket: int, call: Heard) -> float:
    """The seconds from a call to the moment of a ticket. Moments follow the order of tickets.

    0 for a ticket of an earlier wave.
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
