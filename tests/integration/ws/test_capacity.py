"""More seats, fewer seats: one step for the room, one identical frame for everybody in line."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from fullhouse.store.account_keys import AccountKeys
from tests.event_room import RULES
from tests.stores import patient_store

if TYPE_CHECKING:
    from tests.clients import Frame, WsClient
    from tests.integration.ws.event_room import EventRoom

LINE = ("cleo", "dan", "eve", "fay", "gus")


async def _line(event_room: EventRoom) -> list[WsClient]:
    """A full room, and five people in line, by turns on both nodes."""
    await event_room.seated("ada", "bob")
    return [(await event_room.waiting(name, node=n % 2))[0] for n, name in enumerate(LINE)]


async def _calls(line: list[WsClient]) -> list[Frame]:
    """The `refresh_required` that each heard, the same bytes for all."""
    frames = [
        await client.expect("refresh_required", reason="capacity_changed") for client in line
    ]
    texts = {
        client.raw[client.heard.index(frame)] for client, frame in zip(line, frames, strict=True)
    }
    assert len(texts) == 1
    return frames


async def _come_in(*called: WsClient) -> None:
    for client in called:
        await client.say("claim")
    for client in called:
        await client.expect("seated")


async def test_an_upgrade_tells_everybody_in_line_the_same_and_the_called_all_get_in(
    event_room: EventRoom,
) -> None:
    line = await _line(event_room)
    tickets = [client.all("waiting")[0]["ticket"] for client in line]

    await event_room.upgrades(seats=5)
    call = (await _calls(line))[0]
    await _come_in(*line[:3])

    assert [call["called_from"], call["called_to"]] == [tickets[0], tickets[2]]
    room = await event_room.room()
    assert [room["capacity"], room["occupied"], room["held"], room["waiting"]] == [5, 5, 0, 2]


async def test_more_seats_given_by_the_platform_are_told_like_an_upgrade(
    lobby: EventRoom,
) -> None:
    await lobby.has_account(seats=5)
    await lobby.opens()
    await lobby.sets(seats=2)
    line = await _line(lobby)

    await lobby.sets(seats=4)

    await _calls(line)
    await _come_in(*line[:2])


async def test_more_seats_for_a_paused_room_call_nobody(event_room: EventRoom) -> None:
    line = await _line(event_room)
    await event_room.sets(paused=True)

    await event_room.upgrades(seats=5)

    call = (await _calls(line))[0]
    assert call["called_from"] == call["called_to"] + 1
    assert (await event_room.room())["held"] == 0


async def test_more_seats_than_people_in_line_call_them_all(event_room: EventRoom) -> None:
    line = await _line(event_room)

    await event_room.upgrades(seats=100)

    await _calls(line)
    await _come_in(*line)
    await event_room.settles(occupied=7, waiting=0)


async def test_fewer_seats_take_back_no_call_and_no_seat(event_room: EventRoom) -> None:
    ada, bob = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan", node=1)
    await ada.say("leave")
    await cleo.expect("refresh_required")

    await event_room.sets(seats=1)
    await _come_in(cleo)
    await bob.vanish()
    (bob,) = await event_room.seated("bob", node=1)
    await bob.say("leave")
    await event_room.settles(occupied=1)

    await dan.never("refresh_required")
    assert (await event_room.room())["held"] == 0


async def test_a_room_of_no_seats_seats_nobody(event_room: EventRoom) -> None:
    await event_room.sets(seats=0)

    (ada,) = await event_room.waiting("ada")
    await event_room.sets(seats=None)

    await ada.expect("refresh_required", reason="capacity_changed")


async def test_everybody_gets_in_at_their_moment_though_the_window_is_longer_than_the_claim(
    lobby: EventRoom, nodes_url: str
) -> None:
    """Ten people over a window of two seconds, with half a second to claim."""
    await lobby.has_account(seats=10)
    rules = replace(
        RULES, lease_ms=2600, wait_grace_ms=1500, claim_ms=500, window_ms_per_100=20_000
    )
    await lobby.opens_with(nodes_url, rules)
    await lobby.sets(paused=True)
    line = await lobby.waiting(*(f"guest-{n}" for n in range(10)))

    await lobby.sets(paused=False)

    await asyncio.gather(*map(_comes_at_their_moment, line))


async def _comes_at_their_moment(client: WsClient) -> None:
    ticket = client.heard[0]["ticket"]
    call = await client.expect("refresh_required")
    share = (ticket - call["called_from"]) / (call["called_to"] - call["called_from"] + 1)
    await asyncio.sleep(call["window_ms"] * share / 1000)  # noqa: TID251  # what the protocol asks
    await client.say("claim")
    await client.expect("seated")


async def test_an_upgrade_opens_the_seats_of_all_live_rooms_in_one_change(
    event_room: EventRoom,
) -> None:
    await event_room.must("PATCH", event_room.account_path, {"parallel_events": 1})
    await event_room.must("PUT", event_room.account_path + "/rooms/annex", {"title": "Annex"})
    here = await event_room.enter("eve", "host")
    there = await event_room.connect(event_room.token("eve", "host", room="annex"), node=1)
    await there.hello()
    for host in (here, there):
        await host.expect("room")

    await event_room.upgrades(seats=5)

    changes = [await host.expect("capacity_changed", cause="upgrade") for host in (here, there)]
    assert changes[0]["change"] == changes[1]["change"]
    assert [changes[0]["from"], changes[0]["to"]] == [2, 5]


async def test_ten_retries_with_one_key_on_both_nodes_are_one_charge_and_one_change(
    event_room: EventRoom, nodes_url: str
) -> None:
    host = await event_room.enter("eve", "host")
    await host.expect("room")
    quote = (await event_room.quote(seats=5))["id"]

    answers = await asyncio.gather(
        *(event_room.buys(quote, key="once", node=n % 2) for n in range(10))
    )

    await host.expect("capacity_changed", to=5)
    await event_room.settles(capacity=5)
    await host.never("capacity_changed")
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    async with patient_store(nodes_url) as redis:
        assert await redis.llen(AccountKeys(event_room.account).ledger) == 1
