"""What calls for rooms and their people take and answer, besides the room itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from fullhouse.domain.gates import InsideKind
from fullhouse.domain.rooms import HeldPlace, Role
from fullhouse.edge.objects import PresenterSeats, RoomObject

Title = Annotated[str, Meta(min_length=1, max_length=200)]


Watch = Annotated[str, Meta(min_length=1)] | UnsetType | None
"""The https address of a stream that people in line may watch, or null. Left out: as it is."""


class RoomBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`watch`: the https address of a stream that people in line may watch.

    Null: there is none. Left out: an open room keeps the address that it has.
    """

    title: Title
    watch: Watch = UNSET


class RoomChangesBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay as they are. `seats` null: the seats of the plan.

    `watch`: the https address of a stream that people in line may watch. Null: there is none.
    """

    paused: bool | UnsetType = UNSET
    seats: Annotated[int, Meta(ge=0)] | UnsetType | None = UNSET
    watch: Watch = UNSET


class RoomsObject(Struct, frozen=True):
    rooms: tuple[RoomObject, ...]
    next: str | None


MAX_TTL_S = timedelta(days=30) // timedelta(seconds=1)  # links go out weeks before an event


class TokenBody(Struct, frozen=True, forbid_unknown_fields=True):
    participant: str
    role: Role
    ttl_s: Annotated[int, Meta(ge=1, le=MAX_TTL_S)] = 3600
    name: str | None = None
    buy: bool | None = None


class TokenObject(Struct, frozen=True):
    token: str
    expires_at: datetime


class GateBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`role`: `host` for a host, who needs no place. Leave it out for everybody else."""

    participant: str
    role: Literal["host"] | None = None


class GateObject(Struct, frozen=True):
    """A person who is inside. `ends_in_ms`: the rest of their lease. `ends_at`: its end."""

    participant: str
    holding: InsideKind
    generation: int
    ends_in_ms: int
    ends_at: datetime


class HolderObject(Struct, frozen=True):
    """One place in the sets of the room. `ends_in_ms` is the rest of its lease."""

    participant: str
    place: HeldPlace
    ticket: int | None
    ends_in_ms: int
    generation: int


class AuditObject(Struct, frozen=True):
    """The counts of a room and all of its places. `drift` lists the differences."""

    account: str
    room: str
    status: Literal["open", "closed"]
    epoch: int
    rev: int
    capacity: int
    occupied: int
    above_capacity: int
    held: int
    waiting: int
    presenters: PresenterSeats
    holders: tuple[HolderObject, ...]
    drift: tuple[str, ...]


class HostMessageBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`text`: 1 to 280 characters in one line. Null: withdraw the message."""

    text: str | None
