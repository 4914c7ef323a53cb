"""set_message: the host's word to everybody in line, kept with the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.domain.host_message import HostMessage
from fullhouse.store.host_messages import HostMessages
from tests.event_room import REF

if TYPE_CHECKING:
    from tests.event_probe import Ear
    from tests.event_room import EventRoom


@pytest.fixture
def host(event_room: EventRoom) -> HostMessages:
    return HostMessages(event_room.redis, instant=event_room.clock.now_ms)


async def kept(event_room: EventRoom) -> HostMessage | None:
    return (await event_room.rooms.snapshot(REF)).state.host_message


async def test_the_message_is_a_part_of_the_room_until_it_is_replaced(
    event_room: EventRoom, host: HostMessages
) -> None:
    await event_room.open()
    assert await kept(event_room) is None
    await host.set_message(REF, "1", "We open at eight")
    first_ms = event_room.clock.now_ms()

    event_room.clock.advance(ms=1_000)
    snapshot = await host.set_message(REF, "2", 'At "nine", sorry 🎈')

    assert snapshot.state.host_message == HostMessage(first_ms + 1_000, 'At "nine", sorry 🎈')
    assert await kept(event_room) == snapshot.state.host_message


async def test_every_message_is_told_in_one_event_even_the_same_text_at_the_same_instant(
    event_room: EventRoom, host: HostMessages, ear: Ear
) -> None:
    await event_room.open()
    await ear.heard()

    for change in ("1", "2"):
        await host.set_message(REF, change, "Soon")

    told = await ear.heard()
    assert [event.state.host_message for event in told] == [
        HostMessage(event_room.clock.now_ms(), "Soon")
    ] * 2


async def test_a_withdrawn_message_leaves_the_instant_of_its_end(
    event_room: EventRoom, host: HostMessages
) -> None:
    await event_room.open()
    await host.set_message(REF, "1", "Soon")

    event_room.clock.advance(ms=1_000)
    await host.set_message(REF, "2", None)

    assert await kept(event_room) == HostMessage(event_room.clock.now_ms())


async def test_there_is_nothing_to_tell_when_no_message_is_withdrawn(
    event_room: EventRoom, host: HostMessages, ear: Ear
) -> None:
    await event_room.open()
    await ear.heard()

    await host.set_message(REF, "1", None)

    assert await ear.heard() == []
    assert await kept(event_room) is None


async def test_a_change_that_is_sent_again_does_not_undo_a_later_one(
    event_room: EventRoom, host: HostMessages
) -> None:
    """The client library sends a call again whose answer was lost."""
    await event_room.open()
    await host.set_message(REF, "1", "Soon")
    await host.set_message(REF, "2", None)

    await host.set_message(REF, "1", "Soon")

    message = await kept(event_room)
    assert message is not None
    assert message.text is None


async def test_a_closed_room_and_a_new_opening_have_no_message(
    event_room: EventRoom, host: HostMessages
) -> None:
    await event_room.open()
    await host.set_message(REF, "1", "Soon")

    closed = await event_room.rooms.close_room(REF)
    await event_room.open()

    assert closed.state.host_message is not None
    assert closed.state.host_message.text is None
    assert await kept(event_room) is None


async def test_a_message_needs_an_open_room(event_room: EventRoom, host: HostMessages) -> None:
    with pytest.raises(NotFound):
        await host.set_message(REF, "1", "Soon")
    await event_room.open()
    await event_room.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await host.set_message(REF, "2", "Soon")
