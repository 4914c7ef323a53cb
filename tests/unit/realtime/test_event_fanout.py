"""From an event of the store to what the members on this node are told."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

import pytest

from fullhouse.domain.host_message import HostMessage
from fullhouse.domain.room_events import (
    Call,
    CapacityChange,
    Departed,
    Entered,
    Expired,
    Gone,
    NoticeCleared,
    Queued,
    Reported,
    Requeued,
)
from fullhouse.domain.rooms import (
    SEATED,
    Holding,
    NoticeState,
    Place,
    Revision,
    Role,
)
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.place_endings import AT_ONCE
from fullhouse.realtime.place_updates import PlaceUpdates
from tests.unit.realtime.events import an_event, snapshot, state
from tests.unit.realtime.fakes import Store, Tab, TextFrames, World, a_room, comes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fullhouse.realtime.ports import Client

ATTENDEE, HOST = Role.ATTENDEE, Role.HOST


class Station:
    """A fan-out with its parts; notes the readmitted people and the reported rooms."""

    def __init__(self) -> None:
        self.store = Store()
        world = World(self.store)
        self.background_tasks = world.background_tasks
        self.metrics = world.metrics
        self.readmitted = world.readmitted
        self.reported: list[LocalRoom] = []
        self.event_fanout = world.event_fanout(self.reported)

    async def hears(self, room: LocalRoom, rev: int = 2, **told: Any) -> None:  # noqa: ANN401  # fields of RoomEvent
        """An event of that revision, and all the work that follows from it."""
        self.event_fanout.apply(room, an_event(Revision(7, rev), **told))
        await self.background_tasks.finish(5)


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    station = Station()
    yield station
    await station.background_tasks.finish(5)


async def test_an_event_heard_before_changes_nothing(station: Station) -> None:
    room = a_room(rev=2)
    _, (tab,) = comes(room, "ada", SEATED)

    await station.hears(room, 2, left=(Departed("ada", 5, ATTENDEE),))

    assert tab.closed is None


async def test_the_delay_of_freed_places_is_counted_once_for_each_event(station: Station) -> None:
    gone = (Expired("ada", 5, "seat"), Expired("bob", 5, "seat"))
    room = a_room(rev=1)

    await station.hears(room, 2, expired=gone, late_ms=1250)
    await station.hears(room, 3, expired=gone)  # from a node of an earlier version

    assert station.metrics.counted == [("expired_late", 1.25)]


async def test_a_gap_is_marked_and_the_event_applied(station: Station) -> None:
    room = a_room(rev=1)

    await station.hears(room, 2)
    assert not room.replica.missed
    await station.hears(room, 4)

    assert room.replica.missed
    assert room.replica.applied == Revision(7, 4)


async def test_a_gap_is_logged_with_what_was_received_after_it(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await station.hears(a_room(rev=1), 4, cause="leave")

    (line,) = (vars(record) for record in caplog.records)
    assert (line["message"], line["rev"], line["cause"]) == ("event.gap", 4, "leave")


async def test_a_notice_is_logged_when_it_is_given_and_not_while_it_stands(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    full = state(notice=NoticeState("7-1", "full", 0))
    room = a_room(rev=1)

    with caplog.at_level(logging.INFO):
        await station.hears(room, 2, state=full, notice_given=True)
        await station.hears(room, 3, state=full)

    (line,) = (vars(record) for record in caplog.records)
    assert (line["message"], line["room"]) == ("notice.given", "hall")
    assert (line["notice"], line["level"]) == ("7-1", "full")


async def test_an_answer_from_before_a_report_of_the_person_is_stale(station: Station) -> None:
    room = a_room(rev=1)

    await station.hears(room, 2, reported=(Reported("ada", 5, "seated", 0),))

    assert room.replica.is_stale("ada", Place("waiting", ticket=12), Revision(7, 1))


async def test_a_new_epoch_is_no_gap_but_has_the_node_vouch(station: Station) -> None:
    room = a_room(rev=9)

    station.event_fanout.apply(room, an_event(Revision(8, 1)))

    assert station.reported == [room]
    assert not room.replica.missed


async def test_a_call_is_told_to_the_tickets_called_and_to_no_other(station: Station) -> None:
    room = a_room()
    tabs = {ticket: comes(room, f"guest-{ticket}", ticket, tabs=2)[1] for ticket in (8, 9, 10, 11)}
    tabs[0] = comes(room, "inside", SEATED)[1]

    await station.hears(room, call=Call(9, 10, 2, window_ms=20, claim_ms=45_000))

    heard = {ticket: [len(tab.heard) for tab in opened] for ticket, opened in tabs.items()}
    assert heard == {8: [0, 0], 9: [1, 1], 10: [1, 1], 11: [0, 0], 0: [0]}
    assert station.metrics.counted == [("broadcast", 4)]


MANY = 3 * AT_ONCE
RAISED = CapacityChange(2, 3, "upgrade", "c")


def a_long_line(room: LocalRoom) -> list[Tab]:
    """So many people that they are told in several turns."""
    return [comes(room, f"guest-{n}", 100 + n)[1][0] for n in range(MANY)]


async def test_others_have_their_turn_while_a_long_line_is_told(station: Station) -> None:
    room = a_room()
    tabs = a_long_line(room)

    station.event_fanout.apply(room, an_event(Revision(7, 2), capacity=RAISED))
    told = sum(bool(tab.heard) for tab in tabs)
    await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop
    await asyncio.sleep(0)  # noqa: TID251  # another
    told_later = sum(bool(tab.heard) for tab in tabs)
    await station.background_tasks.finish(5)

    assert told == AT_ONCE
    assert AT_ONCE < told_later < MANY
    assert [len(tab.heard) for tab in tabs] == [1] * MANY
    assert station.metrics.counted == [("broadcast", MANY)]


async def test_a_telling_that_breaks_off_is_mended(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else those who had not been told yet would never hear of it."""
    room = a_room()
    last = a_long_line(room)[-1]

    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(last, "send", fail)
    await station.hears(room, capacity=RAISED)

    assert room.replica.missed
    assert not room.is_broadcasting


async def test_what_is_heard_while_people_are_told_is_told_after_it(station: Station) -> None:
    room = a_room()
    tabs = a_long_line(room)

    for rev in (2, 3, 4):
        station.event_fanout.apply(room, an_event(Revision(7, rev), capacity=RAISED))
    assert room.replica.applied == Revision(7, 2)
    await station.background_tasks.finish(5)

    assert room.replica.applied == Revision(7, 4)
    assert not room.replica.missed
    assert {len(tab.heard) for tab in tabs} == {3}
    assert len({tuple(tab.heard) for tab in tabs}) == 1


async def test_an_answer_waits_as_long_as_people_are_told_of_what_came_before(
    station: Station,
) -> None:
    room = a_room()
    a_long_line(room)
    station.event_fanout.apply(room, an_event(Revision(7, 2), capacity=RAISED))
    station.event_fanout.apply(room, an_event(Revision(7, 3)))

    assert await room.caught_up(Revision(7, 3), timeout_s=0)


async def test_a_snapshot_is_not_applied_while_people_are_told_of_what_came_before(
    station: Station,
) -> None:
    room = a_room()
    tabs = a_long_line(room)
    station.store.snapshots.append(snapshot(Revision(7, 9)))
    station.event_fanout.apply(room, an_event(Revision(7, 2), capacity=RAISED))

    await PlaceUpdates(station.store, TextFrames()).reread(room)

    assert all(tab.heard for tab in tabs)
    assert room.replica.applied == Revision(7, 9)


async def test_whoever_left_the_line_while_others_were_told_is_told_nothing(
    station: Station,
) -> None:
    room = a_room()
    tabs = a_long_line(room)
    station.event_fanout.apply(room, an_event(Revision(7, 2), capacity=RAISED))

    room.roster.members[f"guest-{MANY - 1}"].holding = None
    await station.background_tasks.finish(5)

    assert [len(tab.heard) for tab in tabs] == [1] * (MANY - 1) + [0]


@pytest.mark.parametrize("holding", [None, SEATED, Holding("waiting", 100 + MANY)])
async def test_whoever_is_told_last_in_a_turn_may_go_anywhere_before_the_next(
    station: Station, holding: Holding | None
) -> None:
    """All others are told once: a call that somebody misses costs them their place."""
    room = a_room()
    tabs = a_long_line(room)
    given_out = state(last_ticket=99 + MANY)
    station.event_fanout.apply(room, an_event(Revision(7, 2), state=given_out, capacity=RAISED))

    room.roster.members[f"guest-{AT_ONCE - 1}"].holding = holding
    await station.background_tasks.finish(5)

    assert [len(tab.heard) for tab in tabs] == [1] * MANY


async def test_the_end_of_a_long_line_is_told_in_several_turns(station: Station) -> None:
    room = a_room()
    tabs = a_long_line(room)

    station.event_fanout.apply(room, an_event(Revision(7, 2), state=state(status="closed")))
    closed = sum(tab.closed is not None for tab in tabs)
    await station.background_tasks.finish(5)

    assert closed == AT_ONCE
    assert {tab.closed for tab in tabs} == {4010}
    assert dict(room.roster.members) == {}


async def test_what_was_not_told_after_a_failure_is_missed(station: Station) -> None:
    """The members are compared with the store then, and later events are told again."""
    room = a_room()
    tabs = a_long_line(room)
    station.event_fanout.apply(room, an_event(Revision(7, 2), capacity=RAISED))
    station.event_fanout.apply(room, an_event(Revision(7, 3)))

    room.roster.members[f"guest-{MANY - 1}"].clients = (cast("Client", None),)
    await station.background_tasks.finish(5)
    assert room.replica.missed
    await station.hears(room, 4)

    assert room.replica.applied == Revision(7, 4)
    assert tabs[0].heard


async def test_a_raised_capacity_is_told_to_all_in_line_and_to_hosts(station: Station) -> None:
    room = a_room()
    _, (waiting,) = comes(room, "cleo", 12)
    _, (host,) = comes(room, "eve", None, role=HOST)

    await station.hears(room, capacity=CapacityChange(2, 3, "upgrade", "c"))

    assert [frame.split()[0] for frame in waiting.heard] == ["refresh_required"]
    assert [frame.split()[0] for frame in host.heard] == ["capacity_changed", "room"]


async def test_fewer_seats_are_told_to_hosts_alone(station: Station) -> None:
    room = a_room()
    _, (waiting,) = comes(room, "cleo", 12)
    _, (host,) = comes(room, "eve", None, role=HOST)

    await station.hears(room, capacity=CapacityChange(3, 2, "platform", "c"))

    assert waiting.heard == []
    assert host.heard[0].startswith("capacity_changed")


async def test_a_seat_taken_elsewhere_is_told_here(station: Station) -> None:
    room = a_room()
    ada, (tab,) = comes(room, "ada", 9)
    station.store.places.append((Revision(7, 2), (Place("seated", generation=6),)))

    await station.hears(room, entered=(Entered("ada", 6, ATTENDEE),))

    assert tab.heard == ["seated ada @2"]
    assert (ada.holding, ada.generation) == (SEATED, 6)


async def test_whoever_asks_for_themselves_is_told_by_the_answer_alone(station: Station) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", 9)
    room.under_way["ada"] += 1

    await station.hears(room, entered=(Entered("ada", 6, ATTENDEE),))

    assert tab.heard == []
    assert room.replica.named_after("ada", Revision(7, 1))


async def test_a_missed_call_is_told_with_the_new_ticket(station: Station) -> None:
    room = a_room()
    cleo, (tab,) = comes(room, "cleo", 9)
    station.store.places.append((Revision(7, 2), (Place("waiting", generation=5, ticket=20),)))

    await station.hears(room, requeued=(Requeued("cleo", 9, 20),))

    assert cleo.ticket == 20
    assert tab.heard == ["waiting cleo @2"]


async def test_two_missed_calls_end_in_a_word_and_no_renewal(station: Station) -> None:
    room = a_room()
    _, (tab,) = comes(room, "cleo", 9)

    await station.hears(room, dropped_out=(Gone("cleo", 5),))

    assert tab.heard == ["seat_lost missed_calls @2"]
    assert room.roster.sessions() == []
    assert station.readmitted == []


async def test_a_place_that_lapsed_though_its_person_is_here_is_asked_for_again(
    station: Station,
) -> None:
    room = a_room()
    ada, (tab,) = comes(room, "ada", SEATED)

    await station.hears(room, expired=(Expired("ada", 5, "seat"),))

    assert tab.heard == ["seat_lost expired @2"]
    assert station.readmitted == ["ada"]
    assert ada.wants_in


@pytest.mark.parametrize("generation", [3, 4])
async def test_word_of_an_earlier_session_does_not_touch_the_present_one(
    station: Station, generation: int
) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", SEATED, generation=5)

    await station.hears(
        room,
        expired=(Expired("ada", generation, "seat"),),
        left=(Departed("ada", generation, ATTENDEE),),
        dropped_out=(Gone("ada", generation),),
    )

    assert (tab.heard, tab.closed, station.readmitted) == ([], None, [])


async def test_a_leave_elsewhere_closes_the_tabs_here(station: Station) -> None:
    room = a_room()
    _, tabs = comes(room, "ada", SEATED, tabs=2)

    await station.hears(room, left=(Departed("ada", 5, ATTENDEE),))

    assert [tab.closed for tab in tabs] == [4011, 4011]


async def test_a_leave_of_another_role_closes_nothing(station: Station) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", None, role=HOST)

    await station.hears(room, changed_role=(Departed("ada", 5, ATTENDEE),))

    assert tab.closed is None


async def test_a_person_who_enters_elsewhere_in_another_role_is_closed_here(
    station: Station,
) -> None:
    room = a_room()
    _, (tab,) = comes(room, "eve", None, role=HOST)

    await station.hears(room, queued=(Queued("eve", 6, 12),))

    assert tab.closed == 4011


@pytest.mark.parametrize(("role", "words"), [(ATTENDEE, ["seat_lost removed @2"]), (HOST, [])])
async def test_a_removed_person_is_closed_and_attendees_are_told(
    station: Station, role: Role, words: list[str]
) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", None, role=role)

    await station.hears(room, removed=(Gone("ada", 5),))

    assert (tab.heard, tab.closed) == (words, 4013)


async def test_the_end_of_the_event_is_told_to_everybody_in_their_own_words(
    station: Station,
) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", SEATED)
    _, (host,) = comes(room, "eve", None, role=HOST)

    await station.hears(room, state=state(status="closed"))

    assert (tab.heard, tab.closed) == (["room_closed closed @2"], 4010)
    assert (host.heard[0].split()[0], host.closed) == ("room", 4010)
    assert dict(room.roster.members) == {}


async def test_a_notice_cleared_is_told_to_those_who_see_the_room(station: Station) -> None:
    room = a_room()
    _, (tab,) = comes(room, "ada", SEATED)
    _, (host,) = comes(room, "eve", None, role=HOST)

    await station.hears(room, notice_cleared=NoticeCleared("7-1", "below"))

    assert tab.heard == []
    assert host.heard[0].startswith("notice_cleared")


async def test_a_message_of_the_host_goes_to_everybody_in_line_and_nobody_else(
    station: Station,
) -> None:
    room = a_room()
    _, (inside,) = comes(room, "ada", SEATED)
    _, (called,) = comes(room, "bob", 9)
    _, tabs = comes(room, "cleo", 12, tabs=2)
    now = state(host_message=HostMessage(5, "Soon"))

    await station.hears(room, 2, state=now)
    await station.hears(room, 3, state=now)  # says it again, as every later event does

    assert inside.heard == []
    assert [tab.heard for tab in (called, *tabs)] == [["message Soon @2"]] * 3


async def test_another_stream_is_told_once_to_everybody_in_line_and_nobody_else(
    station: Station,
) -> None:
    room = a_room(now=state(watch="https://a.example/"))
    _, (inside,) = comes(room, "ada", SEATED)
    _, tabs = comes(room, "cleo", 12, tabs=2)

    for rev, watch in ((2, "https://b.example/"), (3, "https://b.example/"), (4, None)):
        await station.hears(room, rev, state=state(watch=watch))

    assert inside.heard == []
    assert [tab.heard for tab in tabs] == [["watch https://b.example/ @2", "watch None @4"]] * 2


async def test_a_withdrawn_message_is_told_once(station: Station) -> None:
    room = a_room(now=state(host_message=HostMessage(5, "Soon")))
    _, (tab,) = comes(room, "cleo", 12)

    for rev in (2, 3):
        await station.hears(room, rev, state=state(host_message=HostMessage(6)))

    assert tab.heard == ["message None @2"]
