"""What people ask of a room: hellos and claims, leaves, drops."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TypeAlias

from fullhouse.domain.replies import RETRY_LATER_MS
from fullhouse.domain.rooms import Role
from fullhouse.realtime.ports import Client

RETRY_MS = 1000
RETRY_JITTER_MS = 1000  # clients that are told to retry at one moment do not come at one moment

LATER_JITTER_MS = 15_000


@dataclass(frozen=True, slots=True, eq=False)
class HelloRequest:
    """A hello or claim. `client` is None when the node readmits a member by itself."""

    participant: str
    role: Role
    client: Client | None
    name: str = field(default="", repr=False)

    @property
    def kind(self) -> str:
        return "hello"


@dataclass(frozen=True, slots=True, eq=False)
class LeaveRequest:
    """A leave. Its generation is looked up when it is served: a hello may be queued before it."""

    participant: str
    client: Client

    @property
    def kind(self) -> str:
        return "leave"

    @property
    def role(self) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class DropRequest:
    """The last connection of a person was lost, or will be closed when the node drains.

    `after_ms` is added to the grace.
    """

    participant: str
    generation: int
    after_ms: int = 0

    @property
    def kind(self) -> str:
        return "drop"

    @property
    def role(self) -> None:
        return None


Request: TypeAlias = HelloRequest | LeaveRequest | DropRequest


def retry_ms() -> int:
    """After how long to retry, a little different for each client."""
    return RETRY_MS + random.randrange(RETRY_JITTER_MS)  # noqa: S311  # spread, not secrecy


def retry_later_ms() -> int:
    """After how long to retry where a moment changes nothing."""
    return RETRY_LATER_MS + random.randrange(LATER_JITTER_MS)  # noqa: S311  # as above
