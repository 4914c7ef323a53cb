"""A place is told only at a revision at which it is so."""

from __future__ import annotations

from fullhouse.domain.rooms import SEATED, Place, Revision, Role
from fullhouse.realtime.place_updates import BATCH, PlaceUpdates, batches
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import REF, Store, Tab, TextFrames, a_room, comes

SEAT = Place("seated", generation=5)


def places_of(store: Store) -> PlaceUpdates:
    return PlaceUpdates(store, TextFrames())


def waits(ticket: int, **more: bool) -> Place:
    return Place("waiting", generation=5, ticket=ticket, called=more.get("called", False))


async def test_a_place_that_no_event_concerned_is_settled_as_it_is() -> None:
    store, room = Store(), a_room(rev=3)
    room.replica.note_named("somebody else")

    assert await places_of(store).settled(room, "ada", SEAT, Revision(7, 2)) == SEAT
    assert store.asked == []


async def test_a_place_is_read_again_when_a_newer_event_concerned_the_person() -> None:
    store, room = Store(), a_room(rev=3)
    room.replica.note_named("ada")
    store.places.append((Revision(7, 3), (waits(12),)))

    settled = await places_of(store).settled(room, "ada", SEAT, Revision(7, 2))

    assert settled == waits(12)


async def test_a_place_in_line_is_read_again_when_the_calls_have_reached_it() -> None:
    store, room = Store(), a_room(rev=3, now=state(called_to=12))
    store.places.append((Revision(7, 3), (waits(12, called=True),)))

    settled = await places_of(store).settled(room, "ada", waits(12), Revision(7, 2))

    assert settled.called


async def test_reading_again_comes_to_an_end() -> None:
    """A place that changes under every reading is told as it last was; its event corrects it."""
    store, room = Store(), a_room(rev=9)
    room.replica.note_named("ada")
    store.places.extend((Revision(7, rev), (waits(rev),)) for rev in range(3, 9))

    settled = await places_of(store).settled(room, "ada", waits(2), Revision(7, 2))

    assert settled == waits(5)


async def test_where_events_do_not_come_the_room_is_read_and_marked_as_missed() -> None:
    store, room = Store(), a_room(rev=1)
    store.snapshots.append(snapshot(Revision(7, 4)))

    await places_of(store).catch_up(room, Revision(7, 3))

    assert room.replica.applied == Revision(7, 4)
    assert room.replica.missed


async def test_a_snapshot_older_than_what_is_known_changes_nothing() -> None:
    store, room = Store(), a_room(rev=5)
    store.snapshots.append(snapshot(Revision(7, 4)))

    await places_of(store).reread(room)

    assert room.replica.applied == Revision(7, 5)
    assert not room.replica.missed


async def test_people_are_told_in_all_their_tabs_and_believed() -> None:
    store, room = Store(), a_room(rev=3)
    ada, ada_tabs = comes(room, "ada", 12, tabs=2)
    eve, (eve_tab,) = comes(room, "eve", None, role=Role.HOST)
    store.places.append((Revision(7, 3), (SEAT,)))

    await places_of(store).tell(room, [ada, eve])

    assert [tab.heard for tab in ada_tabs] == [["seated ada @3"]] * 2
    assert eve_tab.heard == []
    assert ada.holding == SEATED
    assert store.asked == [["ada"]]


async def test_people_who_could_not_be_told_are_owed_it() -> None:
    room = a_room()
    ada, (tab,) = comes(room, "ada", 12)

    await places_of(Store()).tell(room, [ada])

    assert room.replica.owed == {"ada"}
    assert tab.heard == []


def test_somebody_without_a_place_is_told_none() -> None:
    room, tab = a_room(), Tab()

    places_of(Store()).tell_client(room, tab, "ada", Place("none"))

    assert tab.heard == []
    assert room.ref == REF


def test_batches_are_in_order_and_never_too_large() -> None:
    chunks = batches(range(2 * BATCH + 1))

    assert [len(chunk) for chunk in chunks] == [BATCH, BATCH, 1]
    assert [n for chunk in chunks for n in chunk] == list(range(2 * BATCH + 1))
