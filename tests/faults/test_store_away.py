"""The store is killed, emptied, frozen, full; the people keep their places."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fullhouse.service.poll_requests import BATCH
from tests.clients import room_token
from tests.faults.event_room import EventRoom
from tests.nodes import QUICK
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.faults.visitors import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

LEASE_S = QUICK["lease_s"]
READY_S = 5.0  # a store that is back is believed so soon
SLACK_S = 2  # the promise of whoever asks after that
MOST_CONNECTIONS = 60
HERE, THERE = 0, 1


async def passed(event_room: EventRoom, seconds: float) -> None:
    """The wall clock has moved: what a frozen store cannot tell."""
    await asyncio.sleep(seconds)  # noqa: TID251  # the fault lasts so long


def nobody_lost_anything(*people: Visitor) -> bool:
    return not any(person.all("seat_lost") for person in people)


async def test_a_store_that_was_killed_comes_back_with_everybody_in_place(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=3)
    await event_room.visit("host", role="host", first=THERE)
    people = await event_room.crowd("abcdef")
    before, epoch = await event_room.places(), (await event_room.room())["epoch"]

    event_room.store.kill()
    await event_room.store.start()
    await event_room.rig.within(READY_S + SLACK_S, event_room.rig.all_ready)
    await event_room.visit("late", first=THERE)

    await event_room.converges()
    places = await event_room.places()
    assert places.pop("late") > max(before.values())
    assert places == before
    assert nobody_lost_anything(*people)
    assert (await event_room.room())["epoch"] == epoch, "no acknowledged write was lost"


async def test_while_the_store_is_away_newcomers_are_told_to_come_again(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    (a, _) = await event_room.crowd("ab")
    event_room.store.freeze()

    newcomers = [await event_room.visit(name, first=THERE) for name in "cd"]

    for newcomer in newcomers:
        retry = newcomer.frames[0]
        assert retry["type"] == "retry"
        assert 0 < retry["after_ms"] <= 2000
    await a.say("position")
    event_room.store.thaw()
    await wait_until(lambda: all(newcomer.place for newcomer in newcomers))
    await event_room.converges(READY_S + SLACK_S)


async def test_a_crowd_that_polls_while_the_store_is_away_is_told_to_come_again(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    tokens = [
        room_token(event_room.account, f"p{number}", "attendee") for number in range(3 * BATCH)
    ]
    event_room.store.freeze()

    answers = await asyncio.gather(*(polled(event_room, token) for token in tokens))

    assert all(b'"type":"retry"' in answer for answer in answers)


async def polled(event_room: EventRoom, token: str) -> bytes:
    """The answer to a poll, head and all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", event_room.nodes[HERE].port)
    head = ["POST /v1/poll HTTP/1.1", "Host: x", "Connection: close"]
    head += [f"Authorization: Bearer {token}", "Content-Length: 0", "", ""]
    writer.write("\r\n".join(head).encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_store_frozen_for_three_leases_costs_nobody_anything(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=3)
    await event_room.visit("host", role="host", first=THERE)
    people = await event_room.crowd("abcdef")
    await event_room.set_seats(4)  # d is called, and does not come before the freeze
    event_room.store.freeze()

    await passed(event_room, 3 * LEASE_S)
    event_room.store.thaw()

    await event_room.converges(READY_S + SLACK_S)
    assert nobody_lost_anything(*people)
    places = await event_room.places()
    assert [name for name, place in places.items() if place == 0] != []
    await wait_until(lambda: [p.name for p in people if p.place == 0] == list("abcd"))
    clients = await event_room.store.redis.client_list()
    assert len(clients) < MOST_CONNECTIONS, "calls piled up"


async def test_after_a_stall_the_node_that_comes_later_loses_nobody(event_room: EventRoom) -> None:
    """The truce: nothing lapses until every node had time to renew."""
    await event_room.open(seats=2)
    people = await event_room.crowd("abcd")
    before = await event_room.places()
    event_room.lines[THERE].hold()  # first: calls that a frozen store has taken in are carried out
    event_room.store.freeze()
    await passed(event_room, 3 * LEASE_S)

    event_room.store.thaw()
    await event_room.rig.within(READY_S + SLACK_S, lambda: event_room.rig.is_ready(HERE))
    await passed(event_room, 0.5 * LEASE_S)
    assert await event_room.places(HERE) == before
    event_room.lines[THERE].heal()

    await event_room.converges(READY_S + SLACK_S)
    await passed(event_room, LEASE_S)
    assert await event_room.places() == before
    assert nobody_lost_anything(*people)


async def test_an_emptied_store_is_refilled_before_newcomers(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    host = await event_room.visit("host", role="host", first=THERE)
    people = await event_room.crowd("abcdef")
    before, epoch = await event_room.places(), (await event_room.room())["epoch"]
    event_room.store.kill()
    await event_room.store.restart_empty()
    await event_room.rig.within(READY_S + SLACK_S, event_room.rig.all_ready)
    arrivals = [
        await event_room.visit(name, first=number % 2) for number, name in enumerate("uvw")
    ]
    await people[4].say("claim")  # somebody in line reloads, and must keep the connection
    assert all(person.is_connected for person in people)

    await event_room.put_account()
    await event_room.put_room()
    await event_room.set_seats(2)

    await event_room.converges(LEASE_S + READY_S + SLACK_S)
    await wait_until(lambda: all(person.place is not None for person in arrivals))
    await event_room.converges()
    places = await event_room.places()
    assert {name: places[name] for name in before} == before
    assert min(places[name] for name in "uvw") > max(before.values())
    assert all(len(person.pages) == 1 for person in people), "people kept their connections"
    assert nobody_lost_anything(*people)
    assert host.all("room")[-1]["epoch"] > epoch


async def test_a_full_store_lets_nobody_in_but_everybody_out(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    a, b, c = await event_room.crowd("abc")
    await event_room.visit("host", role="host", first=THERE)
    await event_room.store.redis.config_set("maxmemory", 1)

    newcomer = await event_room.visit("d", first=HERE)
    assert newcomer.frames[0]["type"] == "retry"
    await a.say("leave")
    event_room.forget(a)
    await wait_until(lambda: c.all("refresh_required"))
    lapsing = await event_room.tab("b", THERE)
    await lapsing.close()
    await b.go()
    event_room.forget(b)
    await wait_until(lambda: is_out(event_room, "b"))
    await event_room.store.redis.config_set("maxmemory", 0)

    await wait_until(lambda: newcomer.place == 0)
    await event_room.converges()


async def is_out(event_room: EventRoom, name: str) -> bool:
    return name not in await event_room.places()


async def test_a_store_that_evicts_is_warned_about_at_the_start_and_in_readiness(
    event_room: EventRoom,
) -> None:
    await event_room.store.redis.config_set("maxmemory-policy", "allkeys-lru")
    event_room.nodes[THERE].kill()
    await event_room.rig.replace(THERE)

    ready = await event_room.platform(THERE).ask("GET", "/health/ready")

    assert ready.status == 200
    assert "noeviction" in ready.json["warnings"][0]
    assert "store.evicts" in event_room.nodes[THERE].log.read_text()


async def test_forgotten_scripts_are_loaded_again_without_a_word(event_room: EventRoom) -> None:
    await event_room.open(seats=5)
    flushing = asyncio.create_task(flushed_again_and_again(event_room))

    people = await event_room.crowd("abcdefghij")
    for person in people[:3]:
        await person.leave()
    event_room.forget(*people[:3])
    await event_room.converges()

    flushing.cancel()
    assert not any(person.all("retry") for person in people)
    assert (await event_room.room())["waiting"] == 2


async def flushed_again_and_again(event_room: EventRoom) -> None:
    while True:
        await event_room.store.redis.script_flush()
        await asyncio.sleep(0.002)  # noqa: TID251  # faster than any script is loaded and called
