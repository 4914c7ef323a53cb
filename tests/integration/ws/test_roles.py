"""A person who comes in another role: the old place goes, and so do the connections in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.raw import hello, raw_socket

if TYPE_CHECKING:
    from tests.clients import WsClient
    from tests.integration.ws.hall import RoomFixture

WELCOME = {"attendee": "seated", "presenter": "room", "host": "room"}
CHANGES = [(old, new) for old in WELCOME for new in WELCOME if old != new]


async def _enters(hall: RoomFixture, role: str, *, node: int) -> WsClient:
    client = await hall.enter("eve", role, node=node)
    await client.expect(WELCOME[role])
    return client


async def _holds_the_place_of(hall: RoomFixture, role: str) -> None:
    await hall.settles(occupied=int(role == "attendee"))
    room = await hall.room()
    assert room["presenters"]["occupied"] == int(role == "presenter")
    assert room["waiting"] == 0


@pytest.mark.parametrize("node", [0, 1], ids=["same node", "other node"])
@pytest.mark.parametrize(("old", "new"), CHANGES)
async def test_a_hello_in_another_role_closes_the_connections_in_the_old_one(
    hall: RoomFixture, old: str, new: str, node: int
) -> None:
    before = await _enters(hall, old, node=node)

    after = await _enters(hall, new, node=0)

    await before.expect_close(4011)
    await after.round_trip()
    assert not after.is_closed
    await _holds_the_place_of(hall, new)


@pytest.mark.parametrize(("old", "new"), CHANGES)
async def test_a_hello_in_another_role_on_the_same_connection_is_answered_on_it(
    hall: RoomFixture, old: str, new: str
) -> None:
    eve = await _enters(hall, old, node=0)
    elsewhere = await _enters(hall, old, node=1)

    eve.role = new
    await eve.say("hello", token=hall.token("eve", new))

    await eve.expect(WELCOME[new])
    await elsewhere.expect_close(4011)
    await eve.round_trip()
    assert not eve.is_closed
    await _holds_the_place_of(hall, new)


async def test_a_seat_given_up_for_another_role_goes_to_the_head_of_the_line(
    hall: RoomFixture,
) -> None:
    await hall.seated("ada", "bob")
    (cleo,) = await hall.waiting("cleo", node=1)

    await (await hall.enter("ada", "presenter")).expect("room")

    await cleo.expect("refresh_required", reason="seat_freed")


async def test_a_presenter_refused_keeps_the_seat_for_the_grace(hall: RoomFixture) -> None:
    """The new role was not accepted, so nothing was given up; the connection goes all the same."""
    for name in ("pia", "paul"):
        await (await hall.enter(name, "presenter")).expect("room")
    (ada,) = await hall.seated("ada")

    ada.role = "presenter"
    await ada.say("hello", token=hall.token("ada", "presenter"))

    await ada.expect("error", code="presenters_full")
    await ada.expect_close(4012)
    assert (await hall.room())["occupied"] == 1
    await hall.settles(occupied=0)


async def test_a_place_in_the_old_role_does_not_come_back(hall: RoomFixture) -> None:
    """The old tab does not answer the close frame: its node must not vouch for it meanwhile."""
    await hall.enter("pia", "presenter")
    await hall.enter("paul", "presenter", node=1)
    async with raw_socket(hall.nodes[1]) as mute:
        mute.send(hello(hall.token("eve")))
        await hall.settles(occupied=1)

        eve = await _enters(hall, "host", node=0)
        await hall.settles(occupied=0)
        await hall.beats()

        await eve.round_trip()
        assert not eve.is_closed
        assert (await hall.room())["occupied"] == 0
