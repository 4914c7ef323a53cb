"""The small world of the oracle's histories: six names, two nodes, short settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    Newcomer,
    Place,
    Revision,
    Role,
    RoomRules,
    Session,
)

NAMES = "abcdef"
SEATS, PRESENTERS = 3, 1
POLL_MS = 3_500
RULES = RoomRules(
    lease_ms=4_000,
    grace_ms=3_000,
    wait_grace_ms=6_000,
    claim_ms=5_000,
    window_ms_per_100=100_000,  # a second for each person: waves of three are told apart
    nearly_full_percent=80,
    rearm_percent=75,
    forecast_s=60,
    away_ms=9_000,
    most_waiting=4,  # so that a name or two are refused while the line is paused
)
"""Short, so that a history of forty steps sees every deadline; all different."""

names = st.sampled_from(NAMES)
roles = st.sampled_from([Role.ATTENDEE] * 5 + [Role.PRESENTER, Role.HOST])
batches = st.lists(st.builds(Newcomer, names, roles), min_size=1, max_size=4)
polls = st.lists(st.builds(Poll, names, roles, st.booleans()), min_size=1, max_size=4)
nodes = st.sampled_from([0, 1])


@dataclass
class Node:
    """What one node believes: as much of the room as it has been answered."""

    seen: Revision = NOTHING_SEEN
    called_to: int = 0
    people: dict[str, Session] = field(default_factory=dict)

    def assume(self, name: str, place: Place) -> Session | None:
        """What the node keeps of an answer about one person."""
        if place.holding is None:
            self.people.pop(name, None)
            return None
        self.people[name] = Session(name, place.generation, place.holding)
        return self.people[name]
