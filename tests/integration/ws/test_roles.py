"""A person who comes in another role: the old place goes, and so do the connections in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.raw import hello, raw_socket

if TYPE_CHECKING:
    from tests.clients import WsClient
    from tests.integration.ws.event_room import EventRoom

WELCOME = {"attendee": "seated", "presenter": "room", "host": "room"}
CHANGES = [(old, new) for old in WELCOME for new in WELCOME if old != new]


async def _enters(event_room: EventRoom, role: str, *, node: int) -> WsClient:
    client = await event_room.enter("eve", role, node=node)
    await client.expect(WELCOME[role])
    return client


async def _holds_the_place_of(event_room: EventRoom, role: str) -> None:
    await event_room.settles(occupied=int(role == "attendee"))
    room = await event_room.room()
    assert room["presenters"]["occupied"] == int(role == "presenter")
    assert room["waiting"] == 0


@pytest.mark.parametrize("node", [0, 1], ids=["same node", "other node"])
@pytest.mark.parametrize(("old", "new"), CHANGES)
async def test_a_hello_in_another_role_closes_the_connections_in_the_old_one(
    event_room: EventRoom, old: str, new: str, node: int
) -> None:
    before = await _enters(event_room, old, node=node)

    after = await _enters(event_room, new, node=0)

    await before.expect_close(4011)
    await after.round_trip()
    assert not after.is_closed
    await _holds_the_place_of(event_room, new)


@pytest.mark.parametrize(("old", "new"), CHANGES)
async def test_a_hello_in_another_role_on_the_same_connection_is_answered_on_it(
    event_room: EventRoom, old: str, new: str
) -> None:
    eve = await _enters(event_room, old, node=0)
    elsewhere = await _enters(event_room, old, node=1)

    eve.role = new
    await eve.say("hello", token=event_room.token("eve", new))

    await eve.expect(WELCOME[new])
    await elsewhere.expect_close(4011)
    await eve.round_trip()
    assert not eve.is_closed
    await _holds_the_place_of(event_room, new)


async def test_a_seat_given_up_for_another_role_goes_to_the_head_of_the_line(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo", node=1)

    await (await event_room.enter("ada", "presenter")).expect("room")

    await cleo.expect("refresh_required", reason="seat_freed")


async def test_a_presenter_refused_keeps_the_seat_for_the_grace(event_room: EventRoom) -> None:
    """The new role was not accepted, so nothing was given up; the connection goes all the same."""
    for name in ("pia", "paul"):
        await (await event_room.enter(name, "presenter")).expect("room")
    (ada,) = await event_room.seated("ada")

    ada.role = "presenter"
    await ada.say("hello", token=event_room.token("ada", "presenter"))

    await ada.expect("error", code="presenters_full")
    await ada.expect_close(4012)
    assert (await event_room.room())["occupied"] == 1
    await event_room.settles(occupied=0)


async def test_a_place_in_the_old_role_does_not_come_back(event_room: EventRoom) -> None:
    """The old tab does not answer the close frame: its node must not vouch for it meanwhile."""
    await event_room.enter("pia", "presenter")
    await event_room.enter("paul", "presenter", node=1)
    async with raw_socket(event_room.nodes[1]) as mute:
        mute.send(hello(event_room.token("eve")))
        await event_room.settles(occupied=1)

        eve = await _enters(event_room, "host", node=0)
        await event_room.settles(occupied=0)
        await event_room.beats()

        await eve.round_trip()
        assert not eve.is_closed
        assert (await event_room.room())["occupied"] == 0
