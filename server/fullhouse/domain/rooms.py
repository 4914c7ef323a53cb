"""The state of a room, the place of one person in it, and the answers of the store about both.

Instants are Unix ms of the store or of the room's house clock. Durations carry their unit.
The scripts of the store make all decisions about a room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from fullhouse.domain.host_message import HostMessage

HoldingKind = Literal["seated", "presenting", "waiting"]

HeldPlace = Literal["seat", "presenter", "ticket", "away"]
"""The kinds of places, as the sets of a room, its events and its audit name them. `away`: a place
kept for a person who is gone."""


class Holding(NamedTuple):
    """A place that a person holds. `ticket` is 0 unless they are waiting."""

    kind: HoldingKind
    ticket: int = 0


SEATED = Holding("seated")
PRESENTING = Holding("presenting")


class Role(StrEnum):
    """The roles that a room token can give to a person."""

    HOST = "host"
    PRESENTER = "presenter"
    ATTENDEE = "attendee"


Level = Literal["ok", "nearly_full", "full", "draining"]
NoticeLevel = Literal["nearly_full", "full"]
ClosedReason = Literal["closed", "forgotten"]
"""`closed` by the platform, or `forgotten` because the room was empty for too long."""

CapacityCause = Literal["upgrade", "downgrade", "platform"]
"""What changed the number of seats. `platform`: it limited the room, or lifted the limit."""

Deletion = Literal["deleted", "no_room", "open", "kept"]
"""The result of deleting a room. `kept`: the room was closed later than the given time."""


class RoomRef(NamedTuple):
    """The name of a room. Rooms of different accounts may share a name."""

    account: str
    room: str


@dataclass(frozen=True, slots=True, order=True)
class Revision:
    """The version of a room's state. Ordered: a higher epoch beats any `rev`."""

    epoch: int = 0
    rev: int = 0


NOTHING_SEEN = Revision()


@dataclass(frozen=True, slots=True)
class NoticeState:
    """The notice of a room, which nobody has dismissed."""

    id: str
    level: NoticeLevel
    since_ms: int


@dataclass(frozen=True, slots=True)
class RoomState:
    """The whole state of a room, in every snapshot and event.

    `waiting` counts the people who are not called, `held` the called ones not yet inside, `away`
    those who have been gone for longer than their grace. Nobody is in two of `occupied`, `held`,
    `waiting` and `away`. `watching` counts those of `held` and `waiting` who watch the stream with
    the address `watch`. `priorities` counts how often a person was put before the line.
    `closed_reason` and `closed_ms` are None in an open room, and in one that an earlier version
    closed.
    """

    title: str
    status: Literal["open", "closed"]
    plan: str
    paused: bool
    refilling: bool
    limited: bool
    capacity: int
    occupied: int
    held: int
    waiting: int
    presenter_capacity: int
    presenters: int
    level: Level
    joins_per_min: int
    freed: int
    observed_s: int
    called_to: int
    last_ticket: int
    lease_ms: int
    grace_ms: int
    wait_grace_ms: int
    claim_ms: int
    notice: NoticeState | None = None
    full_in_s: int | None = None
    away: int = 0
    away_ms: int = 0
    closed_reason: ClosedReason | None = None
    closed_ms: int | None = None
    host_message: HostMessage | None = None
    watch: str | None = None
    watching: int = 0
    priorities: int = 0

    @property
    def above_capacity(self) -> int:
        """How many seats are taken that the room does not have. They become free one by one."""
        return max(0, self.occupied - self.capacity)


PlaceKind = Literal[
    HoldingKind,
    "hosting",
    "none",  # nobody by that name has a place
    "presenters_full",
    "line_full",  # no seat is free, and the line has as many people as this installation allows
    "removed",
    "refill",  # the nodes are reporting their members; newcomers retry in a moment
    "lost",  # the room does not know this session
    "left",  # this session, or a later one, has left
]
"""In Lua, in events and in messages. mypy refuses a misspelt kind, and msgspec an unknown one
from the store. An `Enum` would check no more, and Python 3.11 looks up its members five times as
slowly.
"""


WaitingReason = Literal["full", "paused", "missed_call", "expired"]
"""Why a person waits. `expired`: their earlier ticket has expired; this is said once."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one person. The fields from `ticket` on are those of `waiting`.

    `ahead` counts the uncalled people in front and is exact at the moment of the answer.
    """

    kind: PlaceKind
    generation: int = 0
    ticket: int = 0
    ahead: int = 0
    called: bool = False
    claim_ms: int | None = None
    reason: WaitingReason = "full"

    @property
    def holding(self) -> Holding | None:
        """None where the person holds no place; a host holds none."""
        match self.kind:
            case "seated":
                return SEATED
            case "presenting":
                return PRESENTING
            case "waiting":
                return Holding("waiting", self.ticket)
        return None


class Newcomer(NamedTuple):
    """One hello or claim. `name`: the name that hosts see while the person is in line, or ''."""

    participant: str
    role: Role
    name: str = ""


class Session(NamedTuple):
    """The place of a connected person as one node knows it."""

    participant: str
    generation: int
    holding: Holding


class Drop(NamedTuple):
    """The last connection of a session on a node was lost; `after_ms` is added to the grace."""

    participant: str
    generation: int
    after_ms: int = 0


@dataclass(frozen=True, slots=True)
class RoomRules:
    """The settings that scripts need; stored with a room from its opening to its end."""

    lease_ms: int
    grace_ms: int
    wait_grace_ms: int
    claim_ms: int
    window_ms_per_100: int
    nearly_full_percent: int
    rearm_percent: int
    forecast_s: int
    forgotten_ms: int = 86_400_000
    away_ms: int = 0
    most_waiting: int = 0  # people in line; 0: no limit
    webhooks: str = ""  # the wanted types (domain/webhooks.py); '': none


Outcome = Literal["ok", "no_room", "closed", "forgotten"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What every script answers: the outcome, and the room's revision after it.

    If the outcome is not `ok`, nothing was changed, and epoch and rev are 0.
    """

    outcome: Outcome
    epoch: int
    rev: int

    @property
    def revision(self) -> Revision:
        return Revision(self.epoch, self.rev)


@dataclass(frozen=True, slots=True)
class Admissions(Answer):
    """`places` are in the order of the batch."""

    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class LineProgress(Answer):
    """How many people who are not called wait in front of each ticket, in the order asked.

    None: nobody with this ticket waits for a call.
    """

    ahead: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Renewals(Answer):
    """`news` names everyone whose place differs from what the node sent."""

    news: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Sweep(Answer):
    """The answer to a sweep.

    Attributes:
        more: Whether more places have expired than one call ends.
        has_deadline: Whether anything in the room has a deadline.
        forgotten: Whether the room is open, and was empty for as long as empty rooms stay open.
        forgotten_at: When the room will be forgotten if no person enters, in Unix ms of the
            store. None: never, or a person has a place.
    """

    more: bool = False
    has_deadline: bool = False
    forgotten: bool = False
    forgotten_at: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a room at one revision.

    Attributes:
        in_doubt: An earlier run of the store wrote the state, and no call for people has decided
            since whether data was lost. A node must not name this revision as seen.
    """

    revision: Revision
    state: RoomState
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person that a room token is for. `name`: of an attendee, or ''."""

    ref: RoomRef
    participant: str
    role: Role
    may_buy: bool = False
    name: str = field(default="", repr=False)  # logs have no names
