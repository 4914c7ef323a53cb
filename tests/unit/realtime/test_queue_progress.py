"""Word of progress: seldom, exact, and only to those whom it concerns."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import SEATED, Place, Revision
from fullhouse.domain.waits import Progress, estimate_s
from fullhouse.realtime.queue_mark import PEOPLE_PER_STEP
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import Store, a_room, comes, progress_of


async def test_those_not_called_hear_how_many_are_ahead() -> None:
    store, room = Store(), a_room(now=state(called_to=9, waiting=2))
    _, (inside,) = comes(room, "ada", SEATED)
    _, (called,) = comes(room, "bob", 9)
    _, tabs = comes(room, "cleo", 12, tabs=2)
    store.progress.append((Revision(7, 1), (1,)))

    await progress_of(store, room).step()

    assert [tab.heard for tab in tabs] == [["line 1 @1"]] * 2
    assert (inside.heard, called.heard) == ([], [])
    assert store.tickets_asked == [[12]]


async def test_a_line_that_stands_still_is_not_read() -> None:
    store, room = Store(), a_room(now=state(waiting=1))
    comes(room, "cleo", 12)
    store.progress.append((Revision(7, 1), (0,)))
    lines = progress_of(store, room)

    await lines.step()
    await lines.step()

    assert len(store.tickets_asked) == 1


async def test_a_line_moves_when_one_goes_and_another_comes() -> None:
    """As many wait as before, but whoever is between them has one fewer ahead."""
    store, room = Store(), a_room(now=state(waiting=2, last_ticket=12))
    cleo, (tab,) = comes(room, "cleo", 12)
    cleo.progress = Progress(1)
    lines = progress_of(store, room)
    for rev, last_ticket, ahead in ((1, 12, 1), (3, 13, 0)):
        room.apply(Revision(7, rev), state(waiting=2, last_ticket=last_ticket))
        store.progress.append((Revision(7, rev), (ahead,)))
        await lines.step()

    assert tab.heard == ["line 0 @3"]


async def test_nobody_hears_the_same_twice() -> None:
    store, room = Store(), a_room(now=state(waiting=2))
    cleo, (tab,) = comes(room, "cleo", 12)
    cleo.progress = Progress(1)
    store.progress.append((Revision(7, 1), (1,)))

    await progress_of(store, room).step()

    assert tab.heard == []


async def test_a_line_that_stands_still_hears_another_estimate() -> None:
    """Fewer seats became free lately, and nobody came or went."""
    store, room = Store(), a_room(now=state(waiting=1, freed=6, observed_s=590))
    cleo, (tab,) = comes(room, "cleo", 12)
    lines = progress_of(store, room)
    for rev, freed in ((1, 6), (2, 6), (3, 5)):
        room.apply(Revision(7, rev), state(waiting=1, freed=freed, observed_s=590))
        store.progress.append((Revision(7, rev), (0,)))
        await lines.step()

    six, five = (estimate_s(0, state(freed=freed, observed_s=590)) for freed in (6, 5))
    assert six is not None
    assert five is not None
    assert tab.heard == [
        f"line 0 in {low} {high} @{rev}" for rev, (low, high) in ((1, six), (3, five))
    ]
    assert cleo.progress == Progress(0, five)


async def test_who_no_longer_waits_is_left_to_the_event() -> None:
    store, room = Store(), a_room(now=state(waiting=1))
    _, (tab,) = comes(room, "cleo", 12)
    store.progress.append((Revision(7, 1), (None,)))

    await progress_of(store, room).step()

    assert tab.heard == []


INSIDE = Place("seated", generation=5)


@pytest.mark.parametrize("happens", ["called", "new ticket", "seated"])
async def test_what_an_event_told_meanwhile_stands(happens: str) -> None:
    """The answer is of the moment before the event."""
    store, room = Store(), a_room(now=state(waiting=1))
    cleo, (tab,) = comes(room, "cleo", 12)
    store.progress.append((Revision(7, 1), (0,)))

    def apply_event() -> None:
        if happens == "called":
            room.apply(Revision(7, 2), state(called_to=12))
        else:
            cleo.take(INSIDE if happens == "seated" else Place("waiting", 5, ticket=13, ahead=0))

    store.before_answer = apply_event
    await progress_of(store, room).step()

    assert tab.heard == []


async def test_a_long_line_hears_more_rarely() -> None:
    store, room = Store(), a_room(rev=1, now=state(waiting=2 * PEOPLE_PER_STEP))
    comes(room, "cleo", 12)
    lines = progress_of(store, room)
    for rev in range(1, 5):
        room.apply(Revision(7, rev), state(waiting=2 * PEOPLE_PER_STEP - rev))
        store.progress.append((Revision(7, rev), (100 - rev,)))
        await lines.step()

    assert len(store.tickets_asked) == 2  # the first step and the fourth


async def test_what_could_not_be_read_is_told_by_the_next_step() -> None:
    store, room = Store(), a_room(now=state(waiting=1))
    _, (tab,) = comes(room, "cleo", 12)
    lines = progress_of(store, room)

    await lines.step()
    store.progress.append((Revision(7, 1), (0,)))
    await lines.step()

    assert tab.heard == ["line 0 @1"]
