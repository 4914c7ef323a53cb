"""close_room: the end of an event."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.domain.rooms import Role
from tests.event_probe import Ear
from tests.event_room import REF, EventRoom


async def test_a_closed_room_is_empty_and_says_so_in_one_event(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    await event_room.hello("p", role=Role.PRESENTER)
    await ear.heard()

    snapshot = await event_room.rooms.close_room(REF)

    state = snapshot.state
    assert state.status == "closed"
    assert (state.occupied, state.held, state.waiting, state.presenters) == (0, 0, 0, 0)
    assert (state.level, state.notice) == ("ok", None)
    event = await ear.heard_one()
    assert (event.cause, event.state, event.revision) == ("close", state, snapshot.revision)
    assert (event.notice_cleared, event.left, event.call) == (None, (), None)


async def test_closing_again_changes_nothing(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open()
    closed = await event_room.rooms.close_room(REF)
    await ear.heard()

    event_room.clock.advance(ms=1)
    again = await event_room.rooms.close_room(REF)

    assert again == closed
    assert await ear.heard() == []


async def test_a_closed_room_keeps_nobodys_name(event_room: EventRoom) -> None:
    """What remains is its record, history and counts. Only the trail of the account has names."""
    await event_room.open(seats=2)
    a, _, _ = await event_room.hello("a", "b", "c")
    await event_room.leave(a)
    await event_room.rooms.remove_participant(REF, "b")

    await event_room.rooms.close_room(REF)

    kept = {key.rpartition(":")[2]: value for key, value in (await event_room.contents()).items()}
    assert kept.keys() == {"account", "closed", "room", "epochs", "people"}
    history = kept["epochs"]
    assert isinstance(history, dict)
    assert {field.partition(b":")[0] for field in history} == {b"moment", b"count"}
    assert not any(field.endswith((b":a", b":b", b":c")) for field in history)


async def test_a_paused_room_closes_unpaused(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.set_paused(paused=True)

    assert not (await event_room.rooms.close_room(REF)).state.paused


async def test_a_room_that_closes_while_it_refills_does_not_refill_for_ever(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    revision = await event_room.revision()
    ahead = type(revision)(revision.epoch, revision.rev + 1)
    await event_room.report_members(seen=ahead)

    snapshot = await event_room.rooms.close_room(REF)

    assert not snapshot.state.refilling


async def test_an_epoch_replaced_by_a_refill_ends_with_the_event_too(
    event_room: EventRoom,
) -> None:
    """A node that slept through the refill and the end must not bring its people back."""
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    asleep = await event_room.revision()
    await event_room.report_members(seen=type(asleep)(asleep.epoch, asleep.rev + 1))
    await event_room.rooms.close_room(REF)
    await event_room.open(seats=1)

    renewals = await event_room.rooms.renew(REF, [a.session], asleep, called_to=0)

    assert renewals.outcome == "closed"


async def test_nothing_changes_in_a_closed_room(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.rooms.close_room(REF)

    with pytest.raises(RoomClosed):
        await event_room.set_paused(paused=True)
    with pytest.raises(RoomClosed):
        await event_room.rooms.remove_participant(REF, "a")
    assert await event_room.rooms.dismiss_notice(REF, "1-1", rest=False) == "closed"
    assert (await event_room.rooms.positions(REF, ["a"])).outcome == "closed"


async def test_a_room_must_exist_to_be_closed(event_room: EventRoom) -> None:
    with pytest.raises(NotFound):
        await event_room.rooms.close_room(REF)


async def test_a_node_that_knows_this_opening_hears_that_it_is_over(event_room: EventRoom) -> None:
    _, opened = await event_room.open()
    await event_room.rooms.close_room(REF)

    renewals = await event_room.rooms.renew(REF, [], opened.revision, called_to=0)

    assert renewals.outcome == "closed"


async def test_a_node_that_knows_a_later_opening_hears_of_no_room(event_room: EventRoom) -> None:
    """The store has forgotten that opening; it does not tell its people that the event is over."""
    await event_room.open()
    closed = await event_room.rooms.close_room(REF)
    later = type(closed.revision)(closed.revision.epoch + 1, 1)

    renewals = await event_room.rooms.renew(REF, [], later, called_to=0)

    assert renewals.outcome == "no_room"
