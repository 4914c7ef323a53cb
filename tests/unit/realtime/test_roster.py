"""The people of a room who are connected, by name and by ticket."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.rooms import PRESENTING, SEATED, Holding, Place, Role, Session
from fullhouse.realtime.roster import TicketOrder
from tests.unit.realtime.fakes import Tab, a_room, comes


@dataclass(eq=False)
class Waiter:
    ticket: int


@given(st.lists(st.integers(1, 9)), st.data())
def test_it_is_what_sorting_would_give(tickets: list[int], data: st.DataObject) -> None:
    """Also with a ticket held twice, which a store that forgot may give."""
    order: TicketOrder[Waiter] = TicketOrder()
    waiters = [Waiter(ticket) for ticket in tickets]
    for waiter in waiters:
        order.add(waiter)
    gone = data.draw(st.sets(st.sampled_from(waiters))) if waiters else set()
    for waiter in gone:
        order.discard(waiter)
    last = data.draw(st.integers(0, 10))

    left = [waiter for waiter in waiters if waiter not in gone]
    assert [w.ticket for w in order] == sorted(w.ticket for w in left)
    assert set(order) == set(left)
    assert set(order.beyond(last)) == {w for w in left if (w.ticket) > last}


@given(st.lists(st.integers(1, 9)), st.integers(0, 10), st.integers(0, 10), st.integers(1, 4))
def test_the_chunks_are_the_whole(tickets: list[int], first: int, last: int, size: int) -> None:
    """Nobody is left out where a ticket is held twice, and nobody comes twice."""
    order: TicketOrder[Waiter] = TicketOrder()
    for ticket in tickets:
        order.add(Waiter(ticket))

    chunks = list(order.chunks(first, last, size))

    whole = [w for w in order if first <= (w.ticket) <= last]
    assert [w for chunk in chunks for w in chunk] == whole
    assert all(len(chunk) >= size for chunk in chunks[:-1])


def test_whoever_goes_before_their_chunk_is_taken_is_not_in_it() -> None:
    order: TicketOrder[Waiter] = TicketOrder()
    first, second, third, fourth = (Waiter(ticket) for ticket in (1, 2, 3, 4))
    for waiter in (first, second, third, fourth):
        order.add(waiter)

    chunks = order.chunks(1, 3, 2)
    assert next(chunks) == [first, second]
    order.discard(third)
    order.add(Waiter(2))  # their chunk has been

    assert list(chunks) == []


@pytest.mark.parametrize("ticket", [0, 9])
def test_what_becomes_of_the_last_of_a_part_moves_nobody_else(ticket: int) -> None:
    """Who leaves, is seated or goes to the end of the line while the others have their turn."""
    order: TicketOrder[Waiter] = TicketOrder()
    first, second, third, fourth = (Waiter(ticket) for ticket in (1, 2, 3, 4))
    for waiter in (first, second, third, fourth):
        order.add(waiter)

    chunks = order.chunks(1, 4, 2)
    assert next(chunks) == [first, second]
    order.discard(second)
    second.ticket = ticket

    assert list(chunks) == [[third, fourth]]


def test_who_is_not_in_it_is_not_missed() -> None:
    order: TicketOrder[Waiter] = TicketOrder()
    stays = Waiter(3)
    order.add(stays)

    for stranger in (Waiter(2), Waiter(3), Waiter(4)):
        order.discard(stranger)

    assert list(order) == [stays]


def test_a_member_stands_where_their_ticket_says() -> None:
    room = a_room()
    cleo, _ = comes(room, "cleo", 12)
    dora, _ = comes(room, "dora", 13)

    cleo.holding = Holding("waiting", 20)
    assert list(room.roster.waiting()) == [dora, cleo]
    dora.holding = SEATED
    assert list(room.roster.waiting()) == [cleo]
    dora.holding = Holding("waiting", 21)
    assert room.roster.waiting_beyond(20) == [dora]
    cleo.holding = None

    assert list(room.roster.waiting()) == [dora]


def test_whoever_went_stands_in_no_order_whatever_becomes_of_their_ticket() -> None:
    room = a_room()
    cleo, _ = comes(room, "cleo", 12)

    room.roster.remove(cleo)
    cleo.holding = Holding("waiting", 14)

    assert list(room.roster.waiting()) == []
    assert dict(room.roster.members) == {}


def test_whoever_comes_in_another_role_takes_the_place_of_the_first() -> None:
    room = a_room()
    first, _ = comes(room, "cleo", 12)
    second, _ = comes(room, "cleo", 13)

    room.roster.remove(first)

    assert list(room.roster.waiting()) == [second]
    assert dict(room.roster.members) == {"cleo": second}


SEAT = Place("seated", generation=6)
PLACES = [
    (SEAT, SEATED),
    (Place("waiting", generation=6, ticket=12), Holding("waiting", 12)),
    (Place("presenting", generation=6), PRESENTING),
    (Place("hosting"), None),
]


@pytest.mark.parametrize(("place", "holding"), PLACES)
def test_a_member_has_the_place_that_the_store_reports(
    place: Place, holding: Holding | None
) -> None:
    member, _ = comes(a_room(), "ada", None)
    member.wants_in = True

    member.take(place)

    assert (member.holding, member.generation) == (holding, place.generation)
    assert not member.wants_in


@pytest.mark.parametrize(
    ("holding", "place", "is_news"),
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
    holding: Holding | int | None, place: Place, is_news: bool
) -> None:
    member, _ = comes(a_room(), "ada", holding)

    assert member.differs(place) is is_news


def test_whoever_is_closed_is_renewed_no_more() -> None:
    """Also while their sockets are slow to close."""
    room = a_room()
    member, tabs = comes(room, "ada", SEATED, tabs=2)

    member.close(4011, "left")

    assert [tab.closed for tab in tabs] == [4011, 4011]
    assert room.roster.sessions() == []


def test_a_connection_that_came_in_another_role_is_not_closed_with_the_old_one() -> None:
    member, (tab,) = comes(a_room(), "ada", SEATED)
    moved = Tab(Role.HOST)
    member.add(moved)

    member.close(4011, "entered in another role")

    assert (tab.closed, moved.closed) == (4011, None)


def test_only_those_with_a_place_are_renewed() -> None:
    room = a_room()
    comes(room, "ada", SEATED)
    comes(room, "cleo", 12)
    comes(room, "pia", PRESENTING, role=Role.PRESENTER)
    comes(room, "eve", None, role=Role.HOST)

    assert room.roster.sessions() == [
        Session("pia", 5, PRESENTING),
        Session("ada", 5, SEATED),
        Session("cleo", 5, Holding("waiting", 12)),
    ]
    assert [member.participant for member in room.roster.waiting()] == ["cleo"]
    assert [member.participant for member in room.roster.watchers()] == ["pia", "eve"]


def test_a_connection_is_known_while_its_person_has_it() -> None:
    room = a_room()
    member, (first, second) = comes(room, "ada", SEATED, tabs=2)

    member.discard(second)

    assert room.roster.knows("ada", first)
    assert not room.roster.knows("ada", second)
    assert not room.roster.knows("bob", first)


def test_a_connection_is_added_once() -> None:
    member, (tab,) = comes(a_room(), "ada", SEATED)

    member.add(tab)

    assert member.clients == (tab,)


def test_a_person_is_found_by_name_and_in_their_role_only() -> None:
    room = a_room()
    eve, _ = comes(room, "eve", None, role=Role.HOST)

    assert room.roster.member("eve") is eve
    assert room.roster.member("eve", Role.HOST) is eve
    assert room.roster.member("eve", Role.ATTENDEE) is None
