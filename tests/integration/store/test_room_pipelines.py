"""Each call of a pipeline knows which run of the store serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.room_keys import RoomKeys
from tests.both_paths import full_scripts
from tests.event_room import EventRoom

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.event_room import Guest
    from tests.fakes import FakeClock

HALL = RoomKeys(RoomRef("acme", "hall")).room


async def occupied_room(redis: Redis, clock: FakeClock) -> tuple[EventRoom, Guest]:
    """A room in which nothing is due soon, and its only guest."""
    room = EventRoom(redis, clock)
    await room.open(seats=4)
    (guest,) = await room.hello("a")
    await room.wait(80_000, keeping=[guest])
    return room, guest


async def sweep_in_pipeline(room: EventRoom) -> None:
    await room.rooms.sweep_rooms([(room.ref, await room.revision(), True)])


async def test_the_second_pipeline_knows_the_run(redis: Redis, clock: FakeClock) -> None:
    room, _ = await occupied_room(redis, clock)
    await sweep_in_pipeline(room)
    seen = await room.revision()
    await redis.config_resetstat()

    clock.advance(ms=1_000)
    await room.rooms.sweep_rooms([(room.ref, seen, True)])

    assert await full_scripts(redis) == 0


async def test_a_renewal_of_one_room_knows_the_run_too(redis: Redis, clock: FakeClock) -> None:
    room, guest = await occupied_room(redis, clock)
    seen = await room.revision()
    await room.report_members(guest.session, seen=seen)
    await redis.config_resetstat()

    clock.advance(ms=1_000)
    await room.report_members(guest.session, seen=seen)

    assert await full_scripts(redis) == 0


async def test_a_room_of_another_run_is_not_left_in_doubt(redis: Redis, clock: FakeClock) -> None:
    """Its copy was restored: the full script compares what was seen, and notes the present run."""
    room, _ = await occupied_room(redis, clock)
    await sweep_in_pipeline(room)
    present_run = await redis.hget(HALL, "store_run")
    await redis.hset(HALL, "store_run", "0" * 40)

    clock.advance(ms=1_000)
    await sweep_in_pipeline(room)

    assert await redis.hget(HALL, "store_run") == present_run


async def test_an_unknown_run_is_never_taken_for_the_one_that_wrote_the_room(
    redis: Redis, clock: FakeClock
) -> None:
    """A node that has just started leaves the decision to the full script."""
    room, _ = await occupied_room(redis, clock)
    await redis.hset(HALL, "store_run", "0" * 40)
    present_run = (await redis.info("replication"))["master_replid"]

    await sweep_in_pipeline(room)

    assert await redis.hget(HALL, "store_run") == present_run.encode()
