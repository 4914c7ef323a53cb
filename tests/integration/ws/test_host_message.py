"""The host's word to everybody in line, on two nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom


async def test_everybody_in_line_hears_it_on_every_node_and_so_do_those_who_come_later(
    event_room: EventRoom,
) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    line = [(await event_room.waiting(n, node=i))[0] for i, n in enumerate(("cleo", "dan"))]

    said = await event_room.must("POST", event_room.path + "/messages", {"text": "At eight"})

    for client in line:
        await client.expect("message", text="At eight", at=said["at"])
    later = await event_room.enter("eve", node=1)
    waiting, message = await later.expect("waiting"), await later.expect("message")
    assert (message["text"], message["at"]) == ("At eight", said["at"])
    assert (message["epoch"], message["rev"]) == (waiting["epoch"], waiting["rev"])
    await ada.say("claim")
    await ada.expect("seated")
    assert ada.all("message") == []


async def test_a_withdrawn_message_is_told_once_and_not_to_those_who_come_later(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo")
    await event_room.must("POST", event_room.path + "/messages", {"text": "At eight"})
    await cleo.expect("message", text="At eight")

    await event_room.must("POST", event_room.path + "/messages", {"text": None})

    await cleo.expect("message", text=None)
    (dan,) = await event_room.waiting("dan", node=1)
    await dan.say("position")
    await dan.expect("waiting")
    assert dan.all("message") == []


async def test_hosts_see_the_message_in_the_room(event_room: EventRoom) -> None:
    host = await event_room.enter("hana", "host", node=1)
    await host.expect("room", message=None)

    said = await event_room.must("POST", event_room.path + "/messages", {"text": "At eight"})

    await host.expect("room", message=said)
    await event_room.sets(paused=True)
    await host.expect("room", paused=True)
    assert host.all("message") == []
