"""What a node does with a cluster of three masters, at its start and in its indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from redis.exceptions import ClusterCrossSlotError

from fullhouse.domain.rooms import NOTHING_SEEN, RoomRef, Sweep
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.connect import StoreOutOfReach, check_store, open_store
from fullhouse.store.idle_rooms import IdleRooms
from fullhouse.store.keys import KeySpace
from fullhouse.store.masters import master_of, masters_of
from fullhouse.store.requirements import RIGHTS, StoreRefuses, check_requirements
from fullhouse.store.room_index import RoomIndex
from fullhouse.store.room_store import RoomStore
from fullhouse.store.scripts import Scripts
from tests.event_probe import ear_on
from tests.servers import free_port
from tests.stores import empty_store, patient_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.servers import StoreName

KEYS = KeySpace(in_cluster=True)
REFS = [RoomRef(f"account-{number}", "hall") for number in range(40)]


@pytest.fixture
def cluster_url(url_of: Callable[[StoreName], str]) -> str:
    return url_of("cluster")


@pytest.fixture
async def cluster(cluster_url: str) -> AsyncIterator[Redis]:
    async with empty_store(cluster_url) as client:
        yield client


async def test_every_master_can_do_what_a_node_needs_and_is_left_as_it_was(cluster: Redis) -> None:
    facts = await check_store(cluster)
    await check_requirements(cluster, KEYS, Scripts.register(cluster).try_commands)

    assert facts.product == "Valkey"
    assert [await master.dbsize() for master in masters_of(cluster)] == [0, 0, 0]


async def test_masters_that_stop_together_are_warned_about(
    cluster: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    assert not (await check_store(cluster)).stops_as_one
    last = masters_of(cluster)[-1]
    await last.config_set("cluster-require-full-coverage", "yes")

    facts = await check_store(cluster)
    await last.config_set("cluster-require-full-coverage", "no")

    assert facts.stops_as_one
    assert "store.stops_as_one" in caplog.messages


async def test_a_right_that_one_master_lacks_is_named(cluster: Redis, cluster_url: str) -> None:
    rights = ("~fh:*", "&fh:*", *RIGHTS.split(), "+cluster|slots")
    for number, master in enumerate(masters_of(cluster)):
        lacks = ["-zadd"] if number == 2 else []
        await acl(master, "SETUSER", "app", "reset", "on", ">p", *rights, *lacks)

    async with patient_store(cluster_url.replace("://", "://app:p@")) as app:
        await check_store(app)
        with pytest.raises(StoreRefuses, match=r"does not permit.*ZADD"):
            await check_requirements(app, KEYS, Scripts.register(app).try_commands)


async def test_the_right_to_ask_for_the_slots_is_named(cluster: Redis, cluster_url: str) -> None:
    for master in masters_of(cluster):
        await acl(master, "SETUSER", "app", "reset", "on", ">p", "~fh:*", "&fh:*", *RIGHTS.split())

    async with patient_store(cluster_url.replace("://", "://app:p@")) as app:
        with pytest.raises(StoreOutOfReach, match=r"needs \+cluster\|slots"):
            await check_store(app)


async def acl(master: Redis, *words: str) -> None:
    await master.execute_command("ACL", *words)  # type: ignore[no-untyped-call]  # redis-py


async def test_a_member_that_is_given_as_a_single_store_is_named(cluster_url: str) -> None:
    member = cluster_url.replace("redis+cluster", "redis").partition(",")[0]

    async with open_store(member) as redis:
        with pytest.raises(StoreRefuses, match=r"begin the URL with redis\+cluster://"):
            await check_requirements(redis, KeySpace(), Scripts.register(redis).try_commands)


async def test_a_single_store_that_is_given_as_a_cluster_is_named(redis: Redis) -> None:
    port = free_port()
    await redis.config_set("port", port)

    async with open_store(f"redis+cluster://127.0.0.1:{port}") as client:
        with pytest.raises(StoreOutOfReach, match="begin FULLHOUSE_REDIS_URL with redis://"):
            await check_store(client)

    await redis.config_set("port", 0)


async def test_rooms_of_all_masters_are_watched_taken_and_rested(
    cluster: Redis, clock: FakeClock
) -> None:
    index = RoomIndex(cluster, KEYS, instant=clock.now_ms)
    await index.watch(REFS)
    clock.advance(ms=20_000)

    taken = await index.take(100)

    assert {each.ref for each in taken} == set(REFS)
    assert await index.take(100) == []
    await index.postpone(REFS)
    await index.rest(taken)
    used = [await master.dbsize() for master in masters_of(cluster)]
    assert min(used) > 0


async def test_more_than_wanted_are_left_for_the_next_look(
    cluster: Redis, clock: FakeClock
) -> None:
    idle = IdleRooms(cluster, KEYS, instant=clock.now_ms)
    await idle.note(dict.fromkeys(REFS, clock.now_ms()))

    first = await idle.take(5)
    rest = await idle.take(100)

    assert 5 <= len(first) < len(REFS)
    assert sorted([*first, *rest]) == sorted(REFS)
    await idle.drop(REFS)
    assert [await master.dbsize() for master in masters_of(cluster)] == [0, 0, 0]


async def test_names_of_accounts_are_one_sorted_list(cluster: Redis) -> None:
    index = AccountIndex(cluster, KEYS)
    names = sorted(ref.account for ref in REFS)
    for name in names:
        await index.add(name)

    page = await index.names(prefix="account-", after=names[3], count=10)

    assert page == names[4:14]


async def test_rooms_of_all_masters_in_one_pipeline_get_their_own_answers(cluster: Redis) -> None:
    rooms, closed = RoomStore(cluster, KEYS), REFS[: len(REFS) // 3]
    for ref in closed:
        await cluster.hset(KEYS.room(ref).room, "status", "closed")

    for _ in range(2):  # a master without the script refuses the first, and gets single calls
        sweeps = await rooms.sweep_rooms([(ref, NOTHING_SEEN, False) for ref in REFS])

    outcomes = [sweep.outcome for sweep in sweeps if isinstance(sweep, Sweep)]
    assert outcomes == ["closed" if ref in closed else "no_room" for ref in REFS]


async def test_each_command_of_a_pipeline_gets_its_own_reply(cluster: Redis) -> None:
    names = [f"key-{number}" for number in range(40)]
    for name in names:
        await cluster.set(name, name)

    pipeline = cluster.pipeline(transaction=False)
    for name in names:
        pipeline.get(name)

    assert await pipeline.execute() == [name.encode() for name in names]


async def test_a_call_with_keys_of_two_accounts_is_refused_before_any_write(
    cluster: Redis,
) -> None:
    keys = [*KEYS.room(REFS[0]).all(), KEYS.account(REFS[1].account).record]

    with pytest.raises(ClusterCrossSlotError):
        await Scripts.register(cluster).reopen_room(keys=keys, args=[0, 0, 0])

    assert [await master.dbsize() for master in masters_of(cluster)] == [0, 0, 0]


async def test_two_installations_on_one_cluster_do_not_meet(
    cluster: Redis, clock: FakeClock
) -> None:
    ours, theirs = KEYS, KeySpace("staging", in_cluster=True)
    await RoomIndex(cluster, ours, instant=clock.now_ms).watch(REFS)
    await AccountIndex(cluster, ours).add("acme")
    clock.advance(ms=20_000)

    async with ear_on(cluster, "acme", ours) as ear, ear_on(cluster, "acme", theirs) as other:
        await master_of(cluster, "{acme}").spublish(theirs.events_channel("acme"), b"{}")
        assert await ear.heard() == []
        with pytest.raises(msgspec.ValidationError):  # it has heard what is no event of a room
            await other.heard()

    assert await RoomIndex(cluster, theirs, instant=clock.now_ms).take(100) == []
    assert await AccountIndex(cluster, theirs).names(prefix="", after=None, count=9) == []
    assert await AccountIndex(cluster, ours).names(prefix="", after=None, count=9) == ["acme"]
