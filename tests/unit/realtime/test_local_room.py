"""Who is here, and what the node has seen of the room."""

from __future__ import annotations

import asyncio

import pytest

from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Place,
    Revision,
    Role,
    Session,
)
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import Tab, a_room, comes

SEAT = Place("seated", generation=6)
PLACES = [
    (SEAT, SEATED),
    (Place("waiting", generation=6, ticket=12), 12),
    (Place("presenting", generation=6), PRESENTING),
    (Place("hosting"), None),
]


@pytest.mark.parametrize(("place", "ticket"), PLACES)
def test_a_member_believes_the_place_the_store_tells(place: Place, ticket: int | None) -> None:
    member, _ = comes(a_room(), "ada", None)
    member.wants_in = True

    member.take(place)

    assert (member.ticket, member.generation) == (ticket, place.generation)
    assert not member.wants_in


@pytest.mark.parametrize(
    ("ticket", "place", "is_news"),
    [
        (None, SEAT, True),
        (12, SEAT, True),
        (SEATED, SEAT, False),
        (12, Place("waiting", ticket=12), False),
        (12, Place("waiting", ticket=13), True),
        (SEATED, Place("waiting", ticket=13), True),
        (PRESENTING, Place("presenting"), False),
    ],
)
def test_a_place_is_news_where_it_is_another(
    ticket: int | None, place: Place, is_news: bool
) -> None:
    member, _ = comes(a_room(), "ada", ticket)

    assert member.differs(place) is is_news


def test_whoever_is_dismissed_is_vouched_for_no_more() -> None:
    """Also while their sockets are slow to close."""
    room = a_room()
    member, tabs = comes(room, "ada", SEATED, tabs=2)

    member.dismiss(4011, "left")

    assert [tab.closed for tab in tabs] == [4011, 4011]
    assert room.sessions() == []


def test_a_connection_that_came_in_another_role_is_not_dismissed_with_the_old_one() -> None:
    member, (tab,) = comes(a_room(), "ada", SEATED)
    moved = Tab(Role.HOST)
    member.add(moved)

    member.dismiss(4011, "entered in another role")

    assert (tab.closed, moved.closed) == (4011, None)


def test_only_those_with_a_place_are_renewed() -> None:
    room = a_room()
    comes(room, "ada", SEATED)
    comes(room, "cleo", 12)
    comes(room, "pia", PRESENTING, role=Role.PRESENTER)
    comes(room, "eve", None, role=Role.HOST)

    assert room.sessions() == [
        Session("pia", 5, PRESENTING),
        Session("ada", 5, SEATED),
        Session("cleo", 5, 12),
    ]
    assert [member.participant for member in room.waiting()] == ["cleo"]
    assert [member.participant for member in room.watchers()] == ["pia", "eve"]


async def test_an_answer_waits_until_its_events_have_been_applied() -> None:
    room = a_room(rev=1)
    waiting = asyncio.create_task(room.caught_up(Revision(7, 3), 10))
    await asyncio.sleep(0)  # noqa: TID251  # lets the task begin

    room.apply(Revision(7, 2), state())
    assert not waiting.done()
    room.apply(Revision(7, 3), state())

    assert await waiting


async def test_an_event_that_does_not_come_is_not_waited_for_long() -> None:
    assert not await a_room(rev=1).caught_up(Revision(7, 2), timeout_s=0.001)


async def test_a_newer_epoch_is_newer_than_any_revision_of_the_last() -> None:
    room = a_room(rev=1)

    room.apply(Revision(8, 1), state())

    assert await room.caught_up(Revision(7, 99), timeout_s=0.001)


def test_a_node_speaks_of_the_old_epoch_until_it_has_vouched() -> None:
    room = a_room(rev=4)
    assert (room.seen, room.must_report_members) == (Revision(7, 4), False)

    room.apply(Revision(8, 1), state(called_to=0))
    assert (room.seen, room.seen_called_to, room.must_report_members) == (Revision(7, 4), 9, True)

    room.note_seen(room.applied, 0)
    assert (room.seen, room.must_report_members) == (Revision(8, 1), False)


def test_a_room_never_seen_has_nothing_to_vouch_for() -> None:
    room = a_room()
    room.seen = NOTHING_SEEN

    assert not room.must_report_members


def test_names_are_remembered_for_the_second_in_which_answers_are_under_way() -> None:
    room = a_room(rev=3)
    room.name("ada")

    room.forget_names()
    assert room.named_after("ada", Revision(7, 2))
    assert not room.named_after("ada", Revision(7, 3))
    room.forget_names()

    assert not room.named_after("ada", Revision(7, 2))


async def test_whoever_has_a_request_under_way_is_waited_for() -> None:
    room = a_room()
    room.asking.update(["ada", "ada", "bob"])
    curious = [asyncio.create_task(room.answered(name)) for name in ("ada", "ada", "cleo")]

    room.note_answered(["ada", "bob"])
    await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop, no time
    assert [task.done() for task in curious] == [False, False, True]
    room.note_answered(["ada"])

    await asyncio.wait_for(asyncio.gather(*curious), timeout=5)
    assert not room.asking


async def test_whoever_gave_up_waiting_for_an_answer_does_no_harm() -> None:
    room = a_room()
    room.asking["ada"] += 1
    curious = asyncio.create_task(room.answered("ada"))
    await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop, no time

    curious.cancel()
    await asyncio.wait([curious])
    room.note_answered(["ada"])

    assert not room.asking
