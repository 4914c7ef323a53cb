"""history: the event so far, as its own events tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import NotFound
from fullhouse.domain.history import (
    MOST_MOMENTS,
    MOST_STEPS,
    CapacityChanged,
    Closed,
    History,
    LinePaused,
    MessageSet,
    NoticeGiven,
    Opened,
    Purchased,
    Step,
)
from fullhouse.store.histories import Histories
from fullhouse.store.host_messages import HostMessages
from tests.accounts import LARGE, SMALL
from tests.event_room import REF
from tests.shop import Shop

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.event_probe import Ear
    from tests.event_room import EventRoom, Guest
    from tests.fakes import FakeClock

FIRST_SLOT_MS = 1_000


def in_slots(since_ms: int, changes: list[Step]) -> tuple[Step, ...]:
    """The rule in plain words: of all changes, the last one in each slot of time.

    A slot lasts a second, and twice as long each time that the event has outlasted 360 slots.
    """
    slot_ms = FIRST_SLOT_MS
    while changes[-1].at_ms - since_ms >= MOST_STEPS * slot_ms:
        slot_ms *= 2
    return tuple({(step.at_ms - since_ms) // slot_ms: step for step in changes}.values())


@dataclass(slots=True)
class Chronicle:
    """What a listener to the events of the room would write down."""

    event_room: EventRoom
    ear: Ear
    changes: list[Step] = field(default_factory=list)

    async def note(self) -> None:
        """Called at each instant at which something may have happened."""
        for event in await self.ear.heard():
            state = event.state
            people = (state.occupied, state.held, state.waiting)
            figures = (*people, state.capacity, state.watching)
            if not self.changes or self.changes[-1][1:] != figures:
                self.changes.append(Step(self.event_room.clock.now_ms(), *figures))


async def history_of(event_room: EventRoom) -> History:
    return await Histories(event_room.redis).history(event_room.ref)


async def test_a_room_that_was_just_opened_has_one_step_and_one_moment(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)

    history = await history_of(event_room)

    now_ms = event_room.clock.now_ms()
    assert history.since_ms == now_ms
    assert history.steps == (Step(now_ms, 0, 0, 0, 2),)
    assert history.moments == (Opened(now_ms),)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("longest_pause_ms", [900, 4_000, 400_000])
async def test_the_history_of_a_played_event_is_that_of_its_events(
    event_room: EventRoom, ear: Ear, seed: int, longest_pause_ms: int
) -> None:
    """Up to six minutes, half an hour, and days: slots of one second, of a few, and of many."""
    random = Random(seed)
    await event_room.open(seats=3)
    await event_room.set_stream()
    since_ms = event_room.clock.now_ms()
    chronicle = Chronicle(event_room, ear)
    await chronicle.note()
    here: dict[str, Guest] = {}

    for turn in range(400):
        event_room.clock.advance(ms=random.randrange(longest_pause_ms))
        match random.randrange(5):
            case 0 | 1:
                (guest,) = await event_room.hello(f"p{turn}")
                here[guest.name] = guest
            case 2 if here:
                await event_room.leave(here.pop(random.choice(list(here))))
            case 3:
                await event_room.set_seats(random.randrange(4), f"change-{turn}")
                await event_room.watch(*here, on=random.random() < 0.7)
            case _:
                await event_room.sweep()
        await chronicle.note()

    history = await history_of(event_room)
    assert history.since_ms == since_ms
    assert history.steps == in_slots(since_ms, chronicle.changes)
    assert len(history.steps) <= MOST_STEPS


async def test_slots_become_longer_at_the_moment_at_which_the_event_outlasts_them(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=2)
    since_ms = event_room.clock.now_ms()
    chronicle = Chronicle(event_room, ear)
    for second in range(MOST_STEPS):
        await event_room.set_seats(1 + second % 2, f"change-{second}")
        await chronicle.note()
        event_room.clock.advance(ms=FIRST_SLOT_MS)
    assert len((await history_of(event_room)).steps) == MOST_STEPS

    await event_room.set_seats(1, "one more")

    await chronicle.note()
    steps = (await history_of(event_room)).steps
    assert steps == in_slots(since_ms, chronicle.changes)
    assert len(steps) == MOST_STEPS / 2 + 1


async def test_every_moment_is_told_with_its_details(event_room: EventRoom) -> None:
    host = HostMessages(event_room.redis, instant=event_room.clock.now_ms)
    await event_room.open(seats=5)
    ms = event_room.clock.now_ms()

    event_room.clock.advance(ms=1_000)
    await event_room.set_seats(1, "fewer")
    event_room.clock.advance(ms=1_000)
    await event_room.hello("a", "b")
    event_room.clock.advance(ms=1_000)
    for _ in range(2):  # the second is no change
        await event_room.set_paused("hold", paused=True)
    event_room.clock.advance(ms=1_000)
    await host.set_message(REF, "1", "Soon")
    await host.set_message(REF, "2", None)
    event_room.clock.advance(ms=1_000)
    await event_room.rooms.close_room(REF)

    history = await history_of(event_room)
    (notice,) = (each for each in history.moments if isinstance(each, NoticeGiven))
    assert history.moments == (
        Opened(ms),
        CapacityChanged(ms + 1_000, 5, 1, "platform", "fewer"),
        NoticeGiven(ms + 2_000, notice.notice, "full", 1, 1),
        LinePaused(ms + 3_000, paused=True),
        MessageSet(ms + 4_000, "Soon"),
        MessageSet(ms + 4_000),
        Closed(ms + 5_000, "closed"),
    )
    assert history.steps[-1] == Step(ms + 5_000, 0, 0, 0, 1)


async def test_a_purchase_and_its_seats_are_two_moments(redis: Redis, clock: FakeClock) -> None:
    shop = Shop(redis, clock)
    (event_room,) = await shop.open(rooms=1)

    await shop.buy(shop.purchase())

    ms = clock.now_ms()
    assert (await history_of(event_room)).moments == (
        Opened(ms),
        Purchased(ms, LARGE.id, "u1", price=shop.purchase().quote.terms.due_now),
        CapacityChanged(ms, SMALL.seats, LARGE.seats, "upgrade", "u1"),
    )


async def test_the_newest_two_hundred_moments_are_kept(event_room: EventRoom) -> None:
    await event_room.open()
    for turn in range(MOST_MOMENTS + 3):
        await event_room.set_paused(f"turn-{turn}", paused=turn % 2 == 0)

    moments = (await history_of(event_room)).moments

    paused = [moment.paused for moment in moments if isinstance(moment, LinePaused)]
    assert paused == [turn % 2 == 0 for turn in range(3, MOST_MOMENTS + 3)]


async def test_a_wall_clock_that_is_set_back_puts_no_step_before_another(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    event_room.clock.advance(ms=10_000)
    await event_room.hello("a")
    event_room.clock.advance(ms=-8_000)
    await event_room.hello("b")

    steps = (await history_of(event_room)).steps

    since_ms = steps[0].at_ms
    assert [(step.at_ms - since_ms, step.inside) for step in steps] == [(0, 0), (10_000, 2)]


async def test_a_quiet_room_writes_no_history(event_room: EventRoom) -> None:
    await event_room.open()
    (a,) = await event_room.hello("a")
    await event_room.wait(70_000, keeping=[a])  # the pace of the first arrival has passed
    before = await history_of(event_room)

    await event_room.wait(200_000, keeping=[a])

    assert await history_of(event_room) == before


async def test_a_new_opening_starts_anew_and_a_deleted_room_has_none(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    await event_room.hello("a")
    event_room.clock.advance(ms=5_000)
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=5_000)

    await event_room.open()
    history = await history_of(event_room)
    assert history.since_ms == event_room.clock.now_ms()
    assert (len(history.steps), history.moments) == (1, (Opened(history.since_ms),))

    await event_room.rooms.close_room(REF)
    await event_room.closed.delete(REF)
    with pytest.raises(NotFound):
        await history_of(event_room)
