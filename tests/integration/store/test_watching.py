"""note_watching: who of the people in line watches the stream, and what is counted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.store.reports import Reports
from tests.event_room import CLAIM_MS, REF, RULES, STREAM, WAIT_GRACE_MS

if TYPE_CHECKING:
    from tests.event_probe import Ear
    from tests.event_room import EventRoom


async def counted(event_room: EventRoom) -> tuple[int, int, int]:
    """The waits with somebody who watched: all, those with a seat, those given up."""
    report = await Reports(event_room.redis, instant=event_room.clock.now_ms).report(REF)
    return report.watched, report.seated_watching, report.gave_up_watching


async def watching(event_room: EventRoom) -> int:
    return (await event_room.state()).watching


async def test_only_people_in_line_watch_and_only_where_there_is_a_stream(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("inside", "a", "b")
    await ear.heard()

    await event_room.watch("a", "inside", "nobody")
    assert await ear.heard() == []
    await event_room.set_stream()
    await event_room.watch("a", "inside", "nobody")

    assert await watching(event_room) == 1
    assert [event.state.watching for event in await ear.heard()] == [0, 1]


async def test_who_is_away_or_never_watched_changes_no_count(event_room: EventRoom) -> None:
    await event_room.open(seats=1, away_ms=100_000)
    await event_room.set_stream()
    inside, away, *line = await event_room.hello("inside", "away", "a", "b", "c")
    await event_room.watch("a")
    await event_room.drop(away)
    await event_room.wait(WAIT_GRACE_MS, keeping=[inside, *line])

    await event_room.watch("away")
    await event_room.watch("b", on=False)

    assert (await watching(event_room), (await counted(event_room))[0]) == (1, 1)


async def test_a_seat_a_leave_and_an_end_are_told_apart(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.set_stream()
    first, _, b, c, d = await event_room.hello("first", "a", "b", "c", "d")
    await event_room.watch("a", "b", "c", "d")
    await event_room.watch("c", on=False)

    await event_room.leave(first)
    await event_room.claim("a")
    await event_room.leave(b, c)
    await event_room.rooms.remove_participant(REF, d.name)

    assert await counted(event_room) == (4, 1, 2)
    assert await watching(event_room) == 0


async def test_to_begin_and_to_end_in_one_batch_counts(event_room: EventRoom) -> None:
    """The number of people who watch is the same before and after."""
    await event_room.open(seats=0)
    await event_room.set_stream()
    await event_room.hello("a", "b")
    await event_room.watch("b")

    await event_room.watch("a")
    await event_room.watch("b", on=False)
    await event_room.watch("a", on=False)

    assert (await watching(event_room), (await counted(event_room))[0]) == (0, 2)


async def test_the_count_follows_a_person_through_a_call_and_a_missed_one(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.set_stream()
    first, a = await event_room.hello("first", "a")
    await event_room.watch("a")

    await event_room.leave(first)
    assert ((await event_room.place("a")).called, await watching(event_room)) == (True, 1)
    await event_room.wait(CLAIM_MS + 1_000, keeping=[a])

    assert ((await event_room.place("a")).reason, await watching(event_room)) == ("missed_call", 1)


async def test_nobody_watches_who_is_away(event_room: EventRoom) -> None:
    await event_room.open(seats=1, away_ms=60_000)
    await event_room.set_stream()
    first, a = await event_room.hello("first", "a")
    await event_room.watch("a")

    await event_room.drop(a)
    await event_room.wait(WAIT_GRACE_MS + 1_000, keeping=[first])
    assert await watching(event_room) == 0
    await event_room.hello("a")
    await event_room.watch("a")

    assert (await watching(event_room), (await counted(event_room))[0]) == (1, 1)


async def test_a_wait_that_an_earlier_version_ended_is_not_counted_for_ever(
    event_room: EventRoom,
) -> None:
    """It takes the person out of the line, and knows nothing of the count."""
    await event_room.open(seats=0)
    await event_room.set_stream()
    await event_room.hello("a", "b")
    await event_room.watch("a", "b")
    await event_room.redis.zrem("fh:{acme}:room:hall:line", "a")

    await event_room.sweep()

    assert await watching(event_room) == 1


async def test_a_closed_room_keeps_the_counts_and_a_new_opening_begins_without_a_stream(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=0)
    await event_room.set_stream()
    await event_room.hello("a", "b")
    await event_room.watch("a")

    closed = await event_room.rooms.close_room(REF)
    assert (closed.state.watching, (await counted(event_room))[0]) == (0, 1)
    _, opened = await event_room.open(seats=0)

    assert (opened.state.watch, await counted(event_room)) == (None, (0, 0, 0))


async def test_a_title_put_again_keeps_the_stream_and_an_address_replaces_it(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open()
    await event_room.rooms.open_room(REF, "Hall", RULES, watch=STREAM)
    await ear.heard()

    _, kept = await event_room.rooms.open_room(REF, "Great hall", RULES)
    _, removed = await event_room.rooms.open_room(REF, "Great hall", RULES, watch="")

    assert (kept.state.watch, removed.state.watch) == (STREAM, None)
    assert [event.state.watch for event in await ear.heard()] == [STREAM, None]
