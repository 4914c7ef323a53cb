"""Reads what was counted for the report of a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fullhouse.domain.errors import NotFound
from fullhouse.domain.history import CapacityChanged
from fullhouse.domain.reports import ENDINGS, Counted, Distribution, Peak
from fullhouse.domain.rooms import RoomState
from fullhouse.store.base_store import BaseRoomStore
from fullhouse.store.histories import moments_of

if TYPE_CHECKING:
    from fullhouse.domain.rooms import RoomRef


@dataclass(frozen=True, slots=True)
class ReportReply:
    """`kept`: fields and values of the hash in turn, in no order (include/report.lua)."""

    outcome: str
    state: RoomState | None = None
    plan_seats: int = 0
    opened_ms: int = 0
    now_ms: int = 0
    peaks: str = "0 0 0 0"
    full_ms: int = 0
    watched: int = 0
    partial_since: int | None = None
    kept: tuple[str, ...] = ()


class Reports(BaseRoomStore):
    """What was counted of the events in rooms, open or closed."""

    async def report(self, ref: RoomRef) -> Counted:
        """What was counted since the last opening.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._calls.read(ReportReply, self._scripts.report, ref, self._instant())
        if reply.outcome == "no_room" or reply.state is None:
            raise NotFound("room", ref.room)
        return _counted(reply, reply.state)


def _counted(reply: ReportReply, state: RoomState) -> Counted:
    kept = dict(zip(reply.kept[::2], reply.kept[1::2], strict=True))
    counts = _counts(kept)
    inside, inside_at, demand, demand_at = map(int, reply.peaks.split())
    return Counted(
        state,
        reply.plan_seats,
        reply.opened_ms,
        reply.now_ms,
        partial_since_ms=reply.partial_since,
        at_once=counts.get("at_once", 0),
        ended={
            ending: counts[f"ended:{ending}"] for ending in ENDINGS if f"ended:{ending}" in counts
        },
        seated_s=_distribution(counts, "seated_s"),
        gave_up_s=_distribution(counts, "gave_up_s"),
        needed=_distribution(counts, "needed"),
        gave_up_needed=_distribution(counts, "gave_up_needed"),
        watched=reply.watched,
        seated_watching=counts.get("seated_watching", 0),
        gave_up_watching=counts.get("gave_up_watching", 0),
        calls_missed=counts.get("calls_missed", 0),
        removals=counts.get("removals", 0),
        inside_at_close=counts.get("at_close:inside", 0),
        waiting_at_close=counts.get("at_close:waiting", 0),
        peak_inside=Peak(inside, inside_at or None),
        peak_demand=Peak(demand, demand_at or None),
        full_ms=reply.full_ms,
        changes=tuple(each for each in moments_of(kept) if isinstance(each, CapacityChanged)),
    )


def _counts(kept: Mapping[str, str]) -> dict[str, int]:
    return {
        field.removeprefix("count:"): int(number)
        for field, number in kept.items()
        if field.startswith("count:")
    }


def _distribution(counts: Mapping[str, int], name: str) -> Distribution:
    found = {}
    for field, people in counts.items():
        kind, _, value = field.partition(":")
        if kind == name:
            found[int(value)] = people
    return found
