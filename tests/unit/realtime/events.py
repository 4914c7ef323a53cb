"""Rooms and events for tests: plain figures, each test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import (
    Revision,
    RoomState,
    Snapshot,
)


def state(**changes: Any) -> RoomState:  # noqa: ANN401  # fields of RoomState
    """A room of two seats, both taken; tickets up to 9 are called."""
    room = RoomState(
        title="Hall",
        status="open",
        plan="small",
        paused=False,
        refilling=False,
        limited=False,
        capacity=2,
        occupied=2,
        held=0,
        waiting=0,
        presenter_capacity=2,
        presenters=0,
        level="ok",
        joins_per_min=0,
        freed=0,
        observed_s=60,
        called_to=9,
        last_ticket=999,
        lease_ms=20_000,
        grace_ms=16_000,
        wait_grace_ms=30_000,
        away_ms=600_000,
        claim_ms=45_000,
    )
    return replace(room, **changes)


def snapshot(revision: Revision, room: RoomState | None = None) -> Snapshot:
    return Snapshot(revision, room or state())


def an_event(revision: Revision, **told: Any) -> RoomEvent:  # noqa: ANN401  # fields of RoomEvent
    """An event at that revision, which tells what the test names."""
    given = {"cause": "test", "state": state(), **told}
    return RoomEvent(room="hall", epoch=revision.epoch, rev=revision.rev, **given)
