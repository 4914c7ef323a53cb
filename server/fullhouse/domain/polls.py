"""Polls: how people without a connection ask for their place, and the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fullhouse.domain.rooms import Admissions, Role, RoomState

POLL_AFTER_S = 5


class Poll(NamedTuple):
    """One poll. With `claims` a called person takes the seat. `name`: as in `Newcomer`."""

    participant: str
    role: Role
    claims: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Polled(Admissions):
    """The places of a batch and the room around them, all of one moment.

    A closed room gives no places, but its last `state` and revision; no room gives neither.
    """

    state: RoomState | None = None
