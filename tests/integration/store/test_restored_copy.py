"""A store that went back in time, and nobody who remembers: an older copy, a lagging replica."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import NOTHING_SEEN, SEATED, Revision, Role, Session
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import decided_snapshot
from tests.event_room import LEASE_MS, REF, EventRoom, Guest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.event_probe import Ear

FIRST_CALLS: dict[str, Callable[[EventRoom], Awaitable[object]]] = {
    "hello": lambda event_room: event_room.hello("late"),
    "poll": lambda event_room: event_room.rooms.poll(
        REF, [Poll("late", Role.ATTENDEE)], lease_ms=9_000
    ),
    "renewal of nobody": lambda event_room: event_room.report_members(seen=NOTHING_SEEN),
}
"""What a node says of people when it was started after the store."""


async def restored(event_room: EventRoom, saved: dict[str, bytes]) -> None:
    """An operator puts an older copy back and starts the store, a while later."""
    await event_room.roll_back(saved)
    await event_room.become_another_run()
    event_room.clock.advance(ms=60_000)


@pytest.mark.parametrize("first_call", FIRST_CALLS)
async def test_a_restored_copy_begins_a_new_epoch_with_the_first_call_for_people(
    event_room: EventRoom, ear: Ear, first_call: str
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b")
    saved = await event_room.saved()
    await event_room.hello("c")
    lost = await event_room.revision()
    await restored(event_room, saved)
    await ear.heard()

    await FIRST_CALLS[first_call](event_room)

    revision = await event_room.revision()
    assert revision.epoch == event_room.clock.now_ms() > lost.epoch
    (event,) = await ear.heard()
    assert (event.cause, event.epoch, event.state.refilling) == ("restored", revision.epoch, False)


async def test_whoever_is_in_the_copy_keeps_the_place_and_others_stand_behind(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    _, b = await event_room.hello("a", "b")
    saved = await event_room.saved()
    (c,) = await event_room.hello("c")
    await restored(event_room, saved)

    again = await event_room.hello("c", "b", "a")

    assert [guest.place.kind for guest in again] == ["waiting", "waiting", "seated"]
    assert again[1].place.ticket == b.place.ticket
    assert again[0].place.ticket > c.place.ticket, "a number of the lost time is not given again"
    assert again[0].generation > c.generation


async def test_a_ghost_of_the_copy_holds_its_seat_no_longer_than_a_lease(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("ghost", "b")
    saved = await event_room.saved()
    await restored(event_room, saved)
    people = await event_room.hello("b")

    await event_room.wait(LEASE_MS - 1, keeping=people)
    held = await event_room.seated()
    await event_room.wait(1, keeping=people)

    assert held == {"ghost"}
    assert (await event_room.place("b")).called


async def test_many_nodes_that_know_nothing_begin_one_epoch(event_room: EventRoom) -> None:
    await event_room.open(seats=3)
    await event_room.hello("a")
    await restored(event_room, await event_room.saved())

    await event_room.hello("a")
    epoch = (await event_room.revision()).epoch
    event_room.clock.advance(ms=700)
    await event_room.hello("b")
    await event_room.report_members(seen=NOTHING_SEEN)
    await event_room.rooms.poll(REF, [Poll("c", Role.ATTENDEE)], lease_ms=9_000)

    assert (await event_room.revision()).epoch == epoch


async def test_a_restart_without_loss_keeps_the_epoch_where_one_node_remembers(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    before = await event_room.revision()
    await event_room.become_another_run()
    event_room.clock.advance(ms=900)

    await event_room.report_members(a.session, seen=before)
    await event_room.hello("b")

    assert (await event_room.revision()).epoch == before.epoch


async def test_neither_platform_nor_strangers_decide_before_those_who_remember(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    before = await event_room.revision()
    await event_room.become_another_run()

    await event_room.rooms.sweep_room(REF)
    await event_room.report_members(a.session, seen=before)
    await event_room.rooms.sweep_room(REF)
    await event_room.set_paused(paused=True)

    assert (await event_room.revision()).epoch == before.epoch


async def test_a_node_that_is_behind_proves_nothing(event_room: EventRoom) -> None:
    """It cannot know whether what it did not see was the last."""
    await event_room.open(seats=2)
    await event_room.hello("a")
    before = await event_room.revision()
    await event_room.become_another_run()
    event_room.clock.advance(ms=900)

    await event_room.rooms.sweep_room(REF, replace(before, rev=before.rev - 1))

    assert (await event_room.revision()).epoch > before.epoch


async def test_a_node_that_remembers_more_has_its_refill_after_strangers_spoke(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    saved = await event_room.saved()
    a, b = await event_room.hello("a", "b")
    lost = await event_room.revision()
    await restored(event_room, saved)
    (n,) = await event_room.hello("n")
    of_copy = await event_room.revision()
    event_room.clock.advance(ms=500)

    news = await event_room.report_members(a.session, b.session, seen=lost)

    revision = await event_room.revision()
    assert lost.epoch < of_copy.epoch < revision.epoch
    assert (news["a"].kind, news["b"].ticket) == ("seated", b.place.ticket)
    assert await event_room.seated() == {"n", "a"}
    assert n.place.kind == "seated"
    assert (await event_room.state()).refilling


async def test_that_refill_too_is_one_epoch(event_room: EventRoom) -> None:
    await event_room.open(seats=3)
    saved = await event_room.saved()
    a, b, _ = await event_room.hello("a", "b", "c")
    lost = await event_room.revision()
    await restored(event_room, saved)
    await event_room.hello("n")
    await event_room.report_members(a.session, seen=lost)
    refill = (await event_room.revision()).epoch

    await event_room.report_members(b.session, seen=replace(lost, rev=lost.rev + 3))

    assert (await event_room.revision()).epoch == refill
    assert {"a", "b"} <= await event_room.seated()


async def test_a_node_that_saw_no_more_than_the_copy_has_no_refill(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    copied = await event_room.revision()
    await restored(event_room, await event_room.saved())
    await event_room.hello("n")
    of_copy = (await event_room.revision()).epoch

    news = await event_room.report_members(a.session, seen=copied)

    assert news == {}
    assert (await event_room.revision()).epoch == of_copy


async def test_the_new_epoch_is_later_where_the_clock_was_set_back(event_room: EventRoom) -> None:
    await event_room.open()
    before = await event_room.revision()
    await restored(event_room, await event_room.saved())
    event_room.clock.advance(ms=-3_600_000)

    await event_room.hello("a")

    assert (await event_room.revision()).epoch == before.epoch + 1


async def test_a_closed_room_stays_closed_whatever_the_store(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.rooms.close_room(REF)
    closed = await event_room.revision()
    await event_room.become_another_run()

    snapshot = await event_room.rooms.snapshot(REF)

    assert (snapshot.revision, snapshot.in_doubt) == (closed, False)


async def test_people_of_a_closed_opening_decide_nothing(event_room: EventRoom) -> None:
    await event_room.open()
    seen = await event_room.revision()
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=1)
    await event_room.open()
    reopened = await event_room.revision()
    await event_room.become_another_run()

    renewals = await event_room.rooms.renew(REF, [Session("a", 1, SEATED)], seen, called_to=0)

    assert renewals.outcome == "closed"
    assert await event_room.revision() == reopened
    assert (await event_room.rooms.snapshot(REF)).in_doubt


async def test_a_snapshot_says_that_it_is_in_doubt_until_somebody_has_decided(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    first = (await event_room.rooms.snapshot(REF)).in_doubt
    await event_room.become_another_run()
    after_restart = (await event_room.rooms.snapshot(REF)).in_doubt
    await event_room.hello("a")

    assert (first, after_restart) == (False, True)
    assert not (await event_room.rooms.snapshot(REF)).in_doubt


async def test_what_a_node_reads_in_doubt_is_decided_before_it_counts_as_seen(
    event_room: EventRoom,
) -> None:
    """Else a node that was started later would vouch for what it has just read."""
    await event_room.open(seats=1)
    copied = await event_room.revision()
    await event_room.become_another_run()

    snapshot = await decided_snapshot(event_room.rooms, LocalRoom(REF))

    assert snapshot.revision.epoch > copied.epoch
    assert not snapshot.in_doubt


async def test_a_node_that_rereads_the_room_vouches_with_what_it_saw_before(
    event_room: EventRoom,
) -> None:
    _, opened = await event_room.open(seats=1)
    await event_room.become_another_run()
    here = LocalRoom(REF)
    here.apply(opened.revision, opened.state)

    snapshot = await decided_snapshot(event_room.rooms, here)

    assert snapshot == opened


async def test_epochs_rise_from_copy_to_copy(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    saved = await event_room.saved()
    epochs = [(await event_room.revision()).epoch]

    for _ in range(3):
        await restored(event_room, saved)
        await event_room.hello("a")
        epochs.append((await event_room.revision()).epoch)

    assert epochs == sorted(set(epochs))


async def test_a_store_that_does_not_say_which_run_it_is_is_believed(
    event_room: EventRoom,
) -> None:
    """As one behind a proxy or with other rights: only those who remember can tell then."""
    await event_room.open(seats=1)
    rights = ["on", "nopass", "~*", "&*", "+@all", "-info"]
    await event_room.redis.execute_command("ACL", "SETUSER", "quiet", *rights)  # type: ignore[no-untyped-call]  # redis-py
    try:
        before: Revision = await event_room.revision()
        await event_room.become_another_run()
        async with event_room.redis.client() as connection:
            await connection.execute_command("AUTH", "quiet", "any")  # type: ignore[no-untyped-call]  # redis-py
            quiet = EventRoom(connection, event_room.clock)
            (guest,) = await quiet.hello("a")
        assert isinstance(guest, Guest)
        assert (await event_room.revision()).epoch == before.epoch
    finally:
        await event_room.redis.execute_command("ACL", "DELUSER", "quiet")  # type: ignore[no-untyped-call]  # redis-py
