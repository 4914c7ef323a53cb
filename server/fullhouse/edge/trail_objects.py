"""What the call for the trail of an account answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from fullhouse.domain.rooms import Role
from fullhouse.domain.trail import EventKind, Figures


class ByObject(Struct, frozen=True):
    """A platform key by its name, or the person of a room token.

    `participant` is null for a key, and for a person whose data was deleted.
    """

    kind: Literal["key", "person"]
    key: str | None
    participant: str | None
    role: Role | None


class RequestObject(Struct, frozen=True):
    """A request and its answer.

    `code`: the error code, if the request was refused. `reason`: the caller's own words, if the
    call takes any. `replayed`: an earlier request with the same `Idempotency-Key` had the effect.
    """

    by: ByObject
    call: str
    status: int
    code: str | None
    request_id: str
    reason: str | None
    replayed: bool


class EventObject(Struct, frozen=True):
    """One event of the trail.

    `participant`: whom it is about. `rule`: what decided it; null for requests. `ticket`,
    `new_ticket`: of a person in line. `figures`: the room after it. `request`: only of `request`
    and `request_refused`.
    """

    at: datetime
    kind: EventKind
    room: str | None
    participant: str | None
    rule: str | None
    ticket: int | None
    new_ticket: int | None
    figures: Figures | None
    request: RequestObject | None


class EventsObject(Struct, frozen=True):
    """Newest first. A page may have fewer events than `limit`, or none, and still a `next`."""

    events: tuple[EventObject, ...]
    next: str | None
