"""The stream that people in line may watch, on two nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom

STREAM, OTHER = "https://stream.example/a", "https://stream.example/b"


async def test_people_in_line_are_told_on_every_node_and_nobody_else_is(
    event_room: EventRoom,
) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    line = [(await event_room.waiting(n, node=i))[0] for i, n in enumerate(("cleo", "dan"))]

    await event_room.sets(watch=STREAM)

    for client in line:
        await client.expect("watch", watch=STREAM, window_ms=0)
    later = await event_room.enter("eve", node=1)
    await later.expect("waiting", watch=STREAM)
    await ada.say("claim")
    await ada.expect("seated")
    assert ada.all("watch") == []


async def test_hosts_see_how_many_watch_and_the_window_follows_from_it(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada", "bob")
    host = await event_room.enter("hana", "host", node=1)
    (cleo,), (dan,) = await event_room.waiting("cleo"), await event_room.waiting("dan", node=1)
    await event_room.sets(watch=STREAM)

    for client in (cleo, dan):
        await client.expect("watch", watch=STREAM)
        await client.say("watching", on=True)
    await host.expect("room", watching=2)
    await cleo.say("watching", on=False)
    await host.expect("room", watching=1)
    await event_room.sets(watch=OTHER)

    await dan.expect("watch", watch=OTHER, window_ms=10)


async def test_a_watching_person_who_leaves_is_no_longer_counted(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    host = await event_room.enter("hana", "host")
    await event_room.sets(watch=STREAM)
    (cleo,) = await event_room.waiting("cleo", node=1)
    await cleo.say("watching", on=True)
    await host.expect("room", watching=1)

    await cleo.say("leave")

    await host.expect("room", watching=0, waiting=0)
