"""Who waits, ordered by ticket."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.rooms import SEATED
from fullhouse.realtime.order import TicketOrder
from tests.unit.realtime.fakes import a_room, comes


@dataclass(eq=False)
class Waiter:
    ticket: int | None


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
    assert [w.ticket for w in order] == sorted(w.ticket or 0 for w in left)
    assert set(order) == set(left)
    assert set(order.beyond(last)) == {w for w in left if (w.ticket or 0) > last}


@given(st.lists(st.integers(1, 9)), st.integers(0, 10), st.integers(0, 10), st.integers(1, 4))
def test_the_chunks_are_the_whole(tickets: list[int], first: int, last: int, size: int) -> None:
    """Nobody is left out where a ticket is held twice, and nobody comes twice."""
    order: TicketOrder[Waiter] = TicketOrder()
    for ticket in tickets:
        order.add(Waiter(ticket))

    chunks = list(order.chunks(first, last, size))

    whole = [w for w in order if first <= (w.ticket or 0) <= last]
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


@pytest.mark.parametrize("ticket", [None, SEATED, 9])
def test_what_becomes_of_the_last_of_a_part_moves_nobody_else(ticket: int | None) -> None:
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

    cleo.ticket = 20
    assert list(room.waiting()) == [dora, cleo]
    dora.ticket = SEATED
    assert list(room.waiting()) == [cleo]
    dora.ticket = 21
    assert room.waiting_beyond(20) == [dora]
    cleo.ticket = None

    assert list(room.waiting()) == [dora]


def test_whoever_went_stands_in_no_order_whatever_becomes_of_their_ticket() -> None:
    room = a_room()
    cleo, _ = comes(room, "cleo", 12)

    room.let_go(cleo)
    cleo.ticket = 14

    assert list(room.waiting()) == []
    assert dict(room.members) == {}


def test_whoever_comes_in_another_role_takes_the_place_of_the_first() -> None:
    room = a_room()
    first, _ = comes(room, "cleo", 12)
    second, _ = comes(room, "cleo", 13)

    room.let_go(first)

    assert list(room.waiting()) == [second]
    assert dict(room.members) == {"cleo": second}
