"""What people hear of places that are kept for whoever is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.clients import WsClient
    from tests.integration.ws.event_room import EventRoom


async def goes_away(event_room: EventRoom, client: WsClient) -> None:
    """The connection is lost, and the grace ends."""
    before = (await event_room.room())["away"]
    await client.close()
    await wait_until(lambda: _is_away(event_room, before + 1))


async def _is_away(event_room: EventRoom, count: int) -> bool:
    return bool((await event_room.room())["away"] == count)


async def test_a_call_passes_over_who_is_away_and_who_returns_is_next(
    event_room: EventRoom,
) -> None:
    """Each on another node than before."""
    ada, _ = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan")
    (eve,) = await event_room.waiting("eve", node=1)
    await goes_away(event_room, cleo)

    await ada.say("leave")
    await dan.expect("waiting", called=True)
    await dan.say("claim")
    await dan.expect("seated")
    back = await event_room.enter("cleo", node=1)
    first = await back.expect("waiting", ahead=0, called=False)
    await eve.say("position")
    behind = await eve.expect("waiting", ahead=1, called=False)

    assert first["called_to"] < first["ticket"] < behind["ticket"]
    audit = await event_room.audit()
    assert audit["drift"] == []
    assert (audit["waiting"], (await event_room.room())["away"]) == (2, 0)


async def test_people_behind_are_told_that_they_are_nearer(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan")

    await goes_away(event_room, cleo)

    await dan.expect("line", ahead=0)
