"""The ways of docs/operations.md for data: out of the embedded store, and back from a copy."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from fullhouse.store.embedded import embedded
from tests.event_room import EventRoom
from tests.servers import find_store, on_path, required, running_store, short_directory
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.servers import StoreName


async def test_what_the_embedded_store_wrote_as_commands_any_store_reads(
    store: StoreName, clock: FakeClock
) -> None:
    program = required(find_store(store), f"{store}-server")
    with short_directory() as before, short_directory() as after:
        async with embedded(before) as url, patient_store(url) as redis:
            inside = await an_event(EventRoom(redis, clock))
            await redis.config_set("aof-use-rdb-preamble", "no")
            await redis.bgrewriteaof()
            await rewritten(redis)
        shutil.copytree(before / "appendonlydir", after / "appendonlydir")

        with running_store(program, after, appendonly="yes") as url:
            async with patient_store(url) as redis:
                assert await EventRoom(redis, clock).seated() == inside


async def test_a_copy_is_restored_without_an_append_only_file_first(
    store: StoreName, clock: FakeClock
) -> None:
    program = required(find_store(store), f"{store}-server")
    client = required(on_path("redis-cli"), "redis-cli")
    with short_directory() as before, short_directory() as after:
        with running_store(program, before) as url:
            async with patient_store(url) as redis:
                inside = await an_event(EventRoom(redis, clock))
                await redis.config_set("repl-diskless-sync-delay", 0)
                copying = [str(client), "-s", url.removeprefix("unix://"), "--rdb"]
                copy = str(after / "dump.rdb")
                await asyncio.to_thread(
                    subprocess.run, [*copying, copy], check=True, capture_output=True
                )
        with running_store(program, after) as url:
            async with patient_store(url) as redis:
                await redis.config_set("appendonly", "yes")
                await rewritten(redis)

        with running_store(program, after, appendonly="yes") as url:
            async with patient_store(url) as redis:
                assert await EventRoom(redis, clock).seated() == inside


async def an_event(event_room: EventRoom) -> set[str]:
    """A room with people in it and in line; who is inside."""
    await event_room.open(seats=2)
    await event_room.hello("ada", "bob", "cleo")
    return await event_room.seated()


async def rewritten(redis: Redis) -> None:
    async def is_written() -> bool:
        info: dict[str, Any] = await redis.info("persistence")
        under_way = ("aof_rewrite_in_progress", "aof_rewrite_scheduled")
        return not any(info[name] for name in under_way)

    await wait_until(is_written)
