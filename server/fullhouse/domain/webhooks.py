"""Webhooks: what the platform's backend is told about its accounts, and when again.

Source: docs/webhooks.md and docs/decisions/0051-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple

ROOM_TYPES = (
    "room.opened",
    "room.nearly_full",
    "room.full",
    "room.capacity_changed",
    "room.closed",
)
PARTICIPANT_TYPES = ("participant.seated", "participant.waiting", "participant.left")
ACCOUNT_TYPES = (
    "account.upgraded",
    "account.renewed",
    "account.downgraded",
    "downgrade.requested",
    "downgrade.decided",
    "payment.failed",
)
TYPES = (*ROOM_TYPES, *PARTICIPANT_TYPES, *ACCOUNT_TYPES)
DEFAULT_TYPES = (*ROOM_TYPES, *ACCOUNT_TYPES)

TRIED_FOR = timedelta(days=1)
"""A message that is older than this when an attempt fails is given up."""

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 600.0
LONGEST_ASKED_S = 3600.0  # of a Retry-After: a receiver may not put off a message for a day


class Message(NamedTuple):
    """A message to the platform, as it is written into the outbox.

    Attributes:
        type: One of `TYPES`.
        data: Values that JSON has.
    """

    type: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Webhook:
    """A message that is ready for delivery.

    Attributes:
        id: The same in all attempts, and when the message is sent again.
        type: One of `TYPES`.
        at_ms: When the change happened, in Unix ms of the store.
        data: The details as JSON.
    """

    id: str
    account: str
    type: str
    at_ms: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """The first message of an outbox, which this node alone may deliver now.

    Attributes:
        number: Its number in the outbox.
        text: As it is stored.
        attempt: How many attempts have failed.
        pending: The number of messages in the outbox.
        dropped: How many were dropped since the last answer, because the outbox was full.
        now_ms: The store's clock.
    """

    number: int
    text: bytes
    webhook: Webhook
    attempt: int
    pending: int
    dropped: int
    now_ms: int

    @property
    def age_s(self) -> float:
        """How long ago the change happened."""
        return max(0, self.now_ms - self.webhook.at_ms) / 1000


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing may be delivered from this outbox for `wait_ms`."""

    wait_ms: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that could not be delivered.

    Attributes:
        document: As it is stored.
        at_ms: When it was given up, in Unix ms.
        reason: Why the last attempt failed.
    """

    webhook: Webhook
    document: bytes
    at_ms: int
    reason: str

    def names(self, participant: str) -> bool:
        """Whether the message is about this person."""
        return f'"participant":"{participant}"'.encode() in self.webhook.data


FailureKind = Literal["refused_address", "connection", "timeout", "status"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed.

    Attributes:
        kind: For metrics.
        reason: For operators. It never contains what the receiver sent.
        retry_after_s: What the receiver asked for. None: nothing.
    """

    kind: FailureKind
    reason: str
    retry_after_s: float | None = None


def wanted_types(names: Sequence[str]) -> frozenset[str]:
    """The types that these names mean: a type, `room.*` or `*`. No names: `DEFAULT_TYPES`.

    Raises:
        ValueError: a name means no type. The text says which.
    """
    if not names:
        return frozenset(DEFAULT_TYPES)
    wanted: set[str] = set()
    for name in names:
        meant = _meant(name)
        if not meant:
            raise ValueError(f"{name!r} is no type of a webhook; the types are {', '.join(TYPES)}")
        wanted |= meant
    return frozenset(wanted)


def _meant(name: str) -> set[str]:
    if name.endswith("*"):
        return {each for each in TYPES if each.startswith(name[:-1])}
    return {each for each in TYPES if each == name}


def room_types_text(wanted: frozenset[str]) -> str:
    """The wanted types of rooms and participants as a room keeps them; '' for none."""
    types = [each for each in (*ROOM_TYPES, *PARTICIPANT_TYPES) if each in wanted]
    return f",{','.join(types)}," if types else ""


def pause_s(attempt: int, failure: Failure, chance: Callable[[], float]) -> float:
    """How long to wait after that many failed attempts: exponential, with jitter.

    Args:
        attempt: 1 after the first failure.
        failure: Of the last attempt. Its `retry_after_s` is the least pause.
        chance: Returns a random number from 0 to 1.
    """
    longest = min(FIRST_PAUSE_S * 2.0 ** min(attempt - 1, 20), LONGEST_PAUSE_S)
    asked = min(failure.retry_after_s or 0.0, LONGEST_ASKED_S)
    return max(longest * (0.5 + chance() / 2), asked)


def oldest_ms(now_ms: int) -> int:
    """Messages of this instant or earlier are given up."""
    return now_ms - TRIED_FOR // timedelta(milliseconds=1)
