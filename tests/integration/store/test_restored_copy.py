"""A store that went back in time, and nobody who remembers: an older copy, a lagging replica."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import NOTHING_SEEN, Revision, Role, Session
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_updates import decided_snapshot
from tests.room_fixture import LEASE_MS, REF, Guest, RoomFixture

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.event_probe import Ear

FIRST_CALLS: dict[str, Callable[[RoomFixture], Awaitable[object]]] = {
    "hello": lambda hall: hall.hello("late"),
    "poll": lambda hall: hall.rooms.poll(REF, [Poll("late", Role.ATTENDEE)], lease_ms=9_000),
    "renewal of nobody": lambda hall: hall.report_members(seen=NOTHING_SEEN),
}
"""What a node says of people when it was started after the store."""


async def restored(hall: RoomFixture, saved: dict[str, bytes]) -> None:
    """An operator puts an older copy back and starts the store, a while later."""
    await hall.roll_back(saved)
    await hall.become_another_run()
    hall.clock.advance(ms=60_000)


@pytest.mark.parametrize("first_call", FIRST_CALLS)
async def test_a_restored_copy_begins_a_new_epoch_with_the_first_call_for_people(
    hall: RoomFixture, ear: Ear, first_call: str
) -> None:
    await hall.open(seats=1)
    await hall.hello("a", "b")
    saved = await hall.saved()
    await hall.hello("c")
    lost = await hall.revision()
    await restored(hall, saved)
    await ear.heard()

    await FIRST_CALLS[first_call](hall)

    revision = await hall.revision()
    assert revision.epoch == hall.clock.now_ms() > lost.epoch
    (event,) = await ear.heard()
    assert (event.cause, event.epoch, event.state.refilling) == ("restored", revision.epoch, False)


async def test_whoever_is_in_the_copy_keeps_the_place_and_others_stand_behind(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    _, b = await hall.hello("a", "b")
    saved = await hall.saved()
    (c,) = await hall.hello("c")
    await restored(hall, saved)

    again = await hall.hello("c", "b", "a")

    assert [guest.place.kind for guest in again] == ["waiting", "waiting", "seated"]
    assert again[1].place.ticket == b.place.ticket
    assert again[0].place.ticket > c.place.ticket, "a number of the lost time is not given again"
    assert again[0].generation > c.generation


async def test_a_ghost_of_the_copy_holds_its_seat_no_longer_than_a_lease(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.hello("ghost", "b")
    saved = await hall.saved()
    await restored(hall, saved)
    people = await hall.hello("b")

    await hall.wait(LEASE_MS - 1, keeping=people)
    held = await hall.seated()
    await hall.wait(1, keeping=people)

    assert held == {"ghost"}
    assert (await hall.place("b")).called


async def test_many_nodes_that_know_nothing_begin_one_epoch(hall: RoomFixture) -> None:
    await hall.open(seats=3)
    await hall.hello("a")
    await restored(hall, await hall.saved())

    await hall.hello("a")
    epoch = (await hall.revision()).epoch
    hall.clock.advance(ms=700)
    await hall.hello("b")
    await hall.report_members(seen=NOTHING_SEEN)
    await hall.rooms.poll(REF, [Poll("c", Role.ATTENDEE)], lease_ms=9_000)

    assert (await hall.revision()).epoch == epoch


async def test_a_restart_without_loss_keeps_the_epoch_where_one_node_remembers(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    before = await hall.revision()
    await hall.become_another_run()
    hall.clock.advance(ms=900)

    await hall.report_members(a.session, seen=before)
    await hall.hello("b")

    assert (await hall.revision()).epoch == before.epoch


async def test_neither_platform_nor_strangers_decide_before_those_who_remember(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    before = await hall.revision()
    await hall.become_another_run()

    await hall.rooms.sweep_room(REF)
    await hall.report_members(a.session, seen=before)
    await hall.rooms.sweep_room(REF)
    await hall.set_paused(paused=True)

    assert (await hall.revision()).epoch == before.epoch


async def test_a_node_that_is_behind_proves_nothing(hall: RoomFixture) -> None:
    """It cannot know whether what it did not see was the last."""
    await hall.open(seats=2)
    await hall.hello("a")
    before = await hall.revision()
    await hall.become_another_run()
    hall.clock.advance(ms=900)

    await hall.rooms.sweep_room(REF, replace(before, rev=before.rev - 1))

    assert (await hall.revision()).epoch > before.epoch


async def test_a_node_that_remembers_more_has_its_refill_after_strangers_spoke(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    saved = await hall.saved()
    a, b = await hall.hello("a", "b")
    lost = await hall.revision()
    await restored(hall, saved)
    (n,) = await hall.hello("n")
    of_copy = await hall.revision()
    hall.clock.advance(ms=500)

    news = await hall.report_members(a.session, b.session, seen=lost)

    revision = await hall.revision()
    assert lost.epoch < of_copy.epoch < revision.epoch
    assert (news["a"].kind, news["b"].ticket) == ("seated", b.place.ticket)
    assert await hall.seated() == {"n", "a"}
    assert n.place.kind == "seated"
    assert (await hall.state()).refilling


async def test_that_refill_too_is_one_epoch(hall: RoomFixture) -> None:
    await hall.open(seats=3)
    saved = await hall.saved()
    a, b, _ = await hall.hello("a", "b", "c")
    lost = await hall.revision()
    await restored(hall, saved)
    await hall.hello("n")
    await hall.report_members(a.session, seen=lost)
    refill = (await hall.revision()).epoch

    await hall.report_members(b.session, seen=replace(lost, rev=lost.rev + 3))

    assert (await hall.revision()).epoch == refill
    assert {"a", "b"} <= await hall.seated()


async def test_a_node_that_saw_no_more_than_the_copy_has_no_refill(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    copied = await hall.revision()
    await restored(hall, await hall.saved())
    await hall.hello("n")
    of_copy = (await hall.revision()).epoch

    news = await hall.report_members(a.session, seen=copied)

    assert news == {}
    assert (await hall.revision()).epoch == of_copy


async def test_the_new_epoch_is_later_where_the_clock_was_set_back(hall: RoomFixture) -> None:
    await hall.open()
    before = await hall.revision()
    await restored(hall, await hall.saved())
    hall.clock.advance(ms=-3_600_000)

    await hall.hello("a")

    assert (await hall.revision()).epoch == before.epoch + 1


async def test_a_closed_room_stays_closed_whatever_the_store(hall: RoomFixture) -> None:
    await hall.open()
    await hall.rooms.close_room(REF)
    closed = await hall.revision()
    await hall.become_another_run()

    snapshot = await hall.rooms.snapshot(REF)

    assert (snapshot.revision, snapshot.in_doubt) == (closed, False)


async def test_people_of_a_closed_opening_decide_nothing(hall: RoomFixture) -> None:
    await hall.open()
    seen = await hall.revision()
    await hall.rooms.close_room(REF)
    hall.clock.advance(ms=1)
    await hall.open()
    reopened = await hall.revision()
    await hall.become_another_run()

    renewals = await hall.rooms.renew(REF, [Session("a", 1, 0)], seen, called_to=0)

    assert renewals.outcome == "closed"
    assert await hall.revision() == reopened
    assert (await hall.rooms.snapshot(REF)).in_doubt


async def test_a_snapshot_says_that_it_is_in_doubt_until_somebody_has_decided(
    hall: RoomFixture,
) -> None:
    await hall.open()
    first = (await hall.rooms.snapshot(REF)).in_doubt
    await hall.become_another_run()
    after_restart = (await hall.rooms.snapshot(REF)).in_doubt
    await hall.hello("a")

    assert (first, after_restart) == (False, True)
    assert not (await hall.rooms.snapshot(REF)).in_doubt


async def test_what_a_node_reads_in_doubt_is_decided_before_it_counts_as_seen(
    hall: RoomFixture,
) -> None:
    """Else a node that was started later would vouch for what it has just read."""
    await hall.open(seats=1)
    copied = await hall.revision()
    await hall.become_another_run()

    snapshot = await decided_snapshot(hall.rooms, LocalRoom(REF))

    assert snapshot.revision.epoch > copied.epoch
    assert not snapshot.in_doubt


async def test_a_node_that_rereads_the_room_vouches_with_what_it_saw_before(
    hall: RoomFixture,
) -> None:
    _, opened = await hall.open(seats=1)
    await hall.become_another_run()
    here = LocalRoom(REF)
    here.apply(opened.revision, opened.state)

    snapshot = await decided_snapshot(hall.rooms, here)

    assert snapshot == opened


async def test_epochs_rise_from_copy_to_copy(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    saved = await hall.saved()
    epochs = [(await hall.revision()).epoch]

    for _ in range(3):
        await restored(hall, saved)
        await hall.hello("a")
        epochs.append((await hall.revision()).epoch)

    assert epochs == sorted(set(epochs))


async def test_a_store_that_does_not_say_which_run_it_is_is_believed(hall: RoomFixture) -> None:
    """As one behind a proxy or with other rights: only those who remember can tell then."""
    await hall.open(seats=1)
    rights = ["on", "nopass", "~*", "&*", "+@all", "-info"]
    await hall.redis.execute_command("ACL", "SETUSER", "quiet", *rights)  # type: ignore[no-untyped-call]  # redis-py
    try:
        before: Revision = await hall.revision()
        await hall.become_another_run()
        async with hall.redis.client() as connection:
            await connection.execute_command("AUTH", "quiet", "any")  # type: ignore[no-untyped-call]  # redis-py
            quiet = RoomFixture(connection, hall.clock)
            (guest,) = await quiet.hello("a")
        assert isinstance(guest, Guest)
        assert (await hall.revision()).epoch == before.epoch
    finally:
        await hall.redis.execute_command("ACL", "DELUSER", "quiet")  # type: ignore[no-untyped-call]  # redis-py
