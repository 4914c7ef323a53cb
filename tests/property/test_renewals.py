"""People renewed together fare as each would alone, whatever their node believes of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fullhouse.domain.audit import SeatHolder
from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Drop,
    Holding,
    Renewals,
    Revision,
    Role,
    Session,
)
from fullhouse.store import script_source, scripts
from fullhouse.store.room_store import RoomStore
from tests.both_paths import without_bookkeeping
from tests.event_probe import Ear, ear_on
from tests.event_room import CLAIM_MS, REF, STEP_MS, EventRoom
from tests.fakes import FakeClock
from tests.stores import patient_store

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = "abcdefgh"
EXAMPLES = 100
OLD_EPOCH = Revision(1_600_000_000_000, 40)
"""Of a history that the store has forgotten: whoever names it begins a refill, or is in one."""

Memory = Literal["nothing", "now", "lost", "refilled"]
Act = tuple[Literal["hello", "present", "drop", "leave", "remove", "miss calls"], str]
Doubt = Literal["none", "older", "newer", "seated", "presenting", "earlier", "later"]

acts = st.tuples(
    st.sampled_from(
        ["hello", "hello", "hello", "present", "drop", "drop", "leave", "remove", "miss calls"]
    ),
    st.sampled_from(NAMES),
)
doubts = st.sampled_from(
    ["none"] * 6 + ["older", "newer", "seated", "presenting", "earlier", "later"]
)
reported = st.lists(st.tuples(st.sampled_from(NAMES), doubts), unique_by=lambda belief: belief[0])


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a renewal does, as far as anybody can see.

    A store that calls for the first time takes the full script, the other one the fast path.
    """

    answer: Renewals
    events: list[RoomEvent]
    contents: dict[str, object]


_source_of = script_source.source_of


def source_for_each_alone(name: str, database: int) -> str:
    """The scripts, where `renew` leaves out what it does for many together."""
    source = _source_of(name, database)
    if name != "renew":
        return source
    together = "ipairs(lengthen_matching(room, run, refilling))"
    assert source.count(together) == 1
    return source.replace(together, "ipairs((select(2, sort_out(run, {}, {}))))")


class Stage:
    """A room with a history, and a renewal that is tried twice from there."""

    def __init__(self, event_room: EventRoom, ear: Ear) -> None:
        self._event_room = event_room
        self._ear = ear
        self._known: dict[str, Session] = {}

    async def live_through(self, history: Sequence[Act]) -> None:
        """Two inside, three in line and a presenter, and what becomes of them."""
        await self._event_room.open(seats=2)
        await self._event_room.hello(*"abcde")
        for act, name in [("present", "f"), *history]:
            await self._do(act, name)
            self._event_room.clock.advance(ms=700)
            self._known |= {
                holder.participant: session_of(holder)
                for holder in (await self._event_room.holders()).values()
            }

    async def _do(self, act: str, name: str) -> None:
        session = self._known.get(name, Session(name, 1, SEATED))
        rooms = self._event_room.rooms
        match act:
            case "hello":
                await self._event_room.hello(name)
            case "present":
                await self._event_room.hello(name, role=Role.PRESENTER)
            case "drop":
                await rooms.drop(REF, [Drop(name, session.generation)], NOTHING_SEEN)
            case "leave":
                await rooms.leave(REF, [(name, session.generation)])
            case "remove":
                await rooms.remove_participant(REF, name)
            case "miss calls":
                await self._miss_calls()

    async def _miss_calls(self) -> None:
        for _ in range(0, CLAIM_MS, STEP_MS):
            self._event_room.clock.advance(ms=STEP_MS)
            await self._event_room.report_members(*self._known.values(), seen=NOTHING_SEEN)

    async def forget(self, memory: Memory) -> Revision:
        """Returns what the renewing node has seen."""
        if memory == "refilled":
            await self._event_room.report_members(seen=OLD_EPOCH)
        if memory == "now":
            return await self._event_room.revision()
        return NOTHING_SEEN if memory == "nothing" else OLD_EPOCH

    def believed(self, beliefs: Sequence[tuple[str, Doubt]]) -> list[Session]:
        opened = self._event_room.clock.now_ms()
        return [
            doubted(self._known.get(name, Session(name, opened, SEATED)), doubt)
            for name, doubt in beliefs
        ]

    async def outcome(
        self, rooms: RoomStore, sessions: Sequence[Session], seen: Revision
    ) -> Outcome:
        await self._ear.heard()
        called_to = max((session.holding.ticket for session in sessions), default=0)
        answer = await rooms.renew(REF, sessions, seen, called_to=called_to)
        contents = without_bookkeeping(await self._event_room.contents())
        return Outcome(answer, await self._ear.heard(), contents)

    async def both_ways(
        self, sessions: Sequence[Session], seen: Revision
    ) -> tuple[Outcome, Outcome]:
        event_room = self._event_room
        before = await event_room.saved()
        together = await self.outcome(event_room.rooms, sessions, seen)
        await event_room.roll_back(before)
        with patch.object(scripts, "source_of", source_for_each_alone):
            alone = RoomStore(event_room.redis, instant=event_room.clock.now_ms)
        return together, await self.outcome(alone, sessions, seen)


def session_of(holder: SeatHolder) -> Session:
    holding = {"seat": SEATED, "presenter": PRESENTING}.get(holder.place)
    return Session(
        holder.participant,
        holder.generation,
        holding or Holding("waiting", holder.ticket or 0),
    )


def doubted(session: Session, doubt: Doubt) -> Session:
    """What a node believes that was told something else, or not everything."""
    name, generation, holding = session
    return {
        "none": session,
        "older": Session(name, generation - 1, holding),
        "newer": Session(name, generation + 1, holding),
        "seated": Session(name, generation, SEATED),
        "presenting": Session(name, generation, PRESENTING),
        "earlier": Session(name, generation, Holding("waiting", max(1, holding.ticket - 1))),
        "later": Session(name, generation, Holding("waiting", max(1, holding.ticket + 1))),
    }[doubt]


@pytest.mark.timeout(300)  # a failure takes its time to shrink
def test_people_renewed_together_fare_as_each_would_alone(redis_url: str) -> None:
    @settings(max_examples=EXAMPLES)
    @example([], [("d", "earlier"), ("c", "none")], "lost")  # d is brought back to c's ticket
    @given(
        history=st.lists(acts, max_size=8),
        beliefs=reported,
        memory=st.sampled_from(["nothing", "now", "lost", "refilled"]),
    )
    def check(history: list[Act], beliefs: list[tuple[str, Doubt]], memory: Memory) -> None:
        together, alone = asyncio.run(both_ways(redis_url, history, beliefs, memory))
        assert together == alone

    check()


async def both_ways(
    url: str, history: Sequence[Act], beliefs: Sequence[tuple[str, Doubt]], memory: Memory
) -> tuple[Outcome, Outcome]:
    async with patient_store(url) as redis, ear_on(redis, REF.account) as ear:
        await redis.flushall()
        stage = Stage(EventRoom(redis, FakeClock()), ear)
        await stage.live_through(history)
        seen = await stage.forget(memory)
        return await stage.both_ways(stage.believed(beliefs), seen)
