"""The store is killed, emptied, frozen, full; the people keep their places."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fullhouse.service.poll_requests import BATCH
from tests.clients import room_token
from tests.faults.house import House
from tests.nodes import QUICK
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.faults.visitors import Visitor

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="package")]

LEASE_S = QUICK["lease_s"]
READY_S = 5.0  # a store that is back is believed so soon
SLACK_S = 10  # how much later a machine with other work may get to it: no promise of ours
MOST_CONNECTIONS = 60
HERE, THERE = 0, 1


async def passed(house: House, seconds: float) -> None:
    """The wall clock has moved: what a frozen store cannot tell."""
    await asyncio.sleep(seconds)  # noqa: TID251  # the fault lasts so long


def nobody_lost_anything(*people: Visitor) -> bool:
    return not any(person.all("seat_lost") for person in people)


async def test_a_store_that_was_killed_comes_back_with_everybody_in_place(house: House) -> None:
    await house.open(seats=3)
    await house.visit("host", role="host", first=THERE)
    people = await house.crowd("abcdef")
    before, epoch = await house.places(), (await house.room())["epoch"]

    house.store.kill()
    await house.store.start()
    await wait_until(house.rig.all_ready, READY_S + SLACK_S)
    await house.visit("late", first=THERE)

    await house.converges()
    places = await house.places()
    assert places.pop("late") > max(before.values())
    assert places == before
    assert nobody_lost_anything(*people)
    assert (await house.room())["epoch"] == epoch, "no acknowledged write was lost"


async def test_while_the_store_is_away_newcomers_are_told_to_come_again(house: House) -> None:
    await house.open(seats=2)
    (a, _) = await house.crowd("ab")
    house.store.freeze()

    newcomers = [await house.visit(name, first=THERE) for name in "cd"]

    for newcomer in newcomers:
        retry = newcomer.frames[0]
        assert retry["type"] == "retry"
        assert 0 < retry["after_ms"] <= 2000
    await a.say("position")
    house.store.thaw()
    await wait_until(lambda: all(newcomer.place for newcomer in newcomers))
    await house.converges(READY_S + SLACK_S)


async def test_a_crowd_that_polls_while_the_store_is_away_is_told_to_come_again(
    house: House,
) -> None:
    await house.open(seats=2)
    tokens = [room_token(house.account, f"p{number}", "attendee") for number in range(3 * BATCH)]
    house.store.freeze()

    answers = await asyncio.gather(*(polled(house, token) for token in tokens))

    assert all(b'"type":"retry"' in answer for answer in answers)


async def polled(house: House, token: str) -> bytes:
    """The answer to a poll, head and all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.nodes[HERE].port)
    head = ["POST /v1/poll HTTP/1.1", "Host: x", "Connection: close"]
    head += [f"Authorization: Bearer {token}", "Content-Length: 0", "", ""]
    writer.write("\r\n".join(head).encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_store_frozen_for_three_leases_costs_nobody_anything(house: House) -> None:
    await house.open(seats=3)
    await house.visit("host", role="host", first=THERE)
    people = await house.crowd("abcdef")
    await house.set_seats(4)  # d is called, and does not come before the freeze
    house.store.freeze()

    await passed(house, 3 * LEASE_S)
    house.store.thaw()

    await house.converges(READY_S + SLACK_S)
    assert nobody_lost_anything(*people)
    places = await house.places()
    assert [name for name, place in places.items() if place == 0] != []
    await wait_until(lambda: [p.name for p in people if p.place == 0] == list("abcd"))
    clients = await house.store.redis.client_list()
    assert len(clients) < MOST_CONNECTIONS, "calls piled up"


async def test_after_a_stall_the_node_that_comes_later_loses_nobody(house: House) -> None:
    """The truce: nothing lapses until every node had time to renew."""
    await house.open(seats=2)
    people = await house.crowd("abcd")
    before = await house.places()
    house.lines[THERE].hold()  # first: calls that a frozen store has taken in are carried out
    house.store.freeze()
    await passed(house, 3 * LEASE_S)

    house.store.thaw()
    await wait_until(lambda: house.rig.is_ready(HERE), READY_S + SLACK_S)
    await passed(house, 0.5 * LEASE_S)
    assert await house.places(HERE) == before
    house.lines[THERE].heal()

    await house.converges(READY_S + SLACK_S)
    await passed(house, LEASE_S)
    assert await house.places() == before
    assert nobody_lost_anything(*people)


async def test_an_emptied_store_is_refilled_before_newcomers(house: House) -> None:
    await house.open(seats=2)
    host = await house.visit("host", role="host", first=THERE)
    people = await house.crowd("abcdef")
    before, epoch = await house.places(), (await house.room())["epoch"]
    house.store.kill()
    await house.store.restart_empty()
    await wait_until(house.rig.all_ready, READY_S + SLACK_S)
    arrivals = [await house.visit(name, first=number % 2) for number, name in enumerate("uvw")]
    await people[4].say("claim")  # somebody in line reloads, and must keep the connection
    assert all(person.is_connected for person in people)

    await house.put_account()
    await house.put_room()
    await house.set_seats(2)

    await house.converges(LEASE_S + READY_S + SLACK_S)
    await wait_until(lambda: all(person.place is not None for person in arrivals))
    await house.converges()
    places = await house.places()
    assert {name: places[name] for name in before} == before
    assert min(places[name] for name in "uvw") > max(before.values())
    assert all(len(person.pages) == 1 for person in people), "people kept their connections"
    assert nobody_lost_anything(*people)
    assert host.all("room")[-1]["epoch"] > epoch


async def test_a_full_store_lets_nobody_in_but_everybody_out(house: House) -> None:
    await house.open(seats=2)
    a, b, c = await house.crowd("abc")
    await house.visit("host", role="host", first=THERE)
    await house.store.redis.config_set("maxmemory", 1)

    newcomer = await house.visit("d", first=HERE)
    assert newcomer.frames[0]["type"] == "retry"
    await a.say("leave")
    house.forget(a)
    await wait_until(lambda: c.all("refresh_required"))
    lapsing = await house.tab("b", THERE)
    await lapsing.close()
    await b.go()
    house.forget(b)
    await wait_until(lambda: is_out(house, "b"))
    await house.store.redis.config_set("maxmemory", 0)

    await wait_until(lambda: newcomer.place == 0)
    await house.converges()


async def is_out(house: House, name: str) -> bool:
    return name not in await house.places()


async def test_a_store_that_evicts_is_warned_about_at_the_start_and_in_readiness(
    house: House,
) -> None:
    await house.store.redis.config_set("maxmemory-policy", "allkeys-lru")
    house.nodes[THERE].kill()
    await house.rig.replace(THERE)

    ready = await house.platform(THERE).ask("GET", "/health/ready")

    assert ready.status == 200
    assert "noeviction" in ready.json["warnings"][0]
    assert "store.evicts" in house.nodes[THERE].log.read_text()


async def test_forgotten_scripts_are_loaded_again_without_a_word(house: House) -> None:
    await house.open(seats=5)
    flushing = asyncio.create_task(flushed_again_and_again(house))

    people = await house.crowd("abcdefghij")
    for person in people[:3]:
        await person.say("leave")
    house.forget(*people[:3])
    await house.converges()

    flushing.cancel()
    assert not any(person.all("retry") for person in people)
    assert (await house.room())["waiting"] == 2


async def flushed_again_and_again(house: House) -> None:
    while True:
        await house.store.redis.script_flush()
        await asyncio.sleep(0.002)  # noqa: TID251  # faster than any script is loaded and called
