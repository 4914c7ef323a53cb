"""People who are away while the store loses its latest writes, and calls with them."""

from __future__ import annotations

from fullhouse.domain.rooms import Place
from tests.event_room import LEASE_MS, WAIT_GRACE_MS, EventRoom, Guest
from tests.integration.store.test_away import go_away, opened, pass_time, state


async def now(event_room: EventRoom, name: str) -> Guest:
    return Guest(name, await event_room.place(name))


async def roll_back(event_room: EventRoom, saved: dict[str, bytes], *people: Guest) -> None:
    """The store loses what came after the copy, and the node reports these people."""
    seen, called_to = await event_room.revision(), (await event_room.state()).called_to
    await event_room.roll_back(saved)
    event_room.clock.advance(ms=500)
    sessions = [guest.session for guest in people]
    await event_room.report_members(*sessions, seen=seen, called_to=called_to)


async def returns(event_room: EventRoom, name: str) -> Place:
    (guest,) = await event_room.hello(name)
    return guest.place


async def test_a_lost_call_that_is_valid_again_does_not_call_who_was_away(
    event_room: EventRoom,
) -> None:
    await opened(event_room)
    inside, a, b, c = await event_room.hello("inside", "a", "b", "c")
    await go_away(event_room, [a], inside, b, c)
    saved = await event_room.saved()
    await event_room.leave(inside)
    await roll_back(event_room, saved, await now(event_room, "b"), c)

    back = await returns(event_room, "a")

    assert (back.called, back.ahead) == (False, 0)
    assert (await event_room.place("b")).called
    assert (await event_room.place("c")).ahead == 1
    assert (await state(event_room))[1:] == (1, 2, 0)


async def test_a_lost_seat_leaves_who_was_away_in_front_of_the_line(
    event_room: EventRoom,
) -> None:
    await opened(event_room)
    inside, a, b, c = await event_room.hello("inside", "a", "b", "c")
    await go_away(event_room, [a], inside, b, c)
    saved = await event_room.saved()
    await event_room.leave(inside)
    (b,) = await event_room.hello("b")
    await roll_back(event_room, saved, b, c)

    back = await returns(event_room, "a")

    assert (back.called, back.ahead) == (False, 0)
    assert (await event_room.place("c")).ahead == 1


async def test_nobody_shares_a_ticket_after_exchanges_were_lost(event_room: EventRoom) -> None:
    """Two people with one ticket in `away_tickets` would stop all scripts of the room."""
    await opened(event_room)
    inside, a, b, c = await event_room.hello("inside", "a", "b", "c")
    await go_away(event_room, [a], inside, b, c)
    saved = await event_room.saved()
    await event_room.leave(inside)
    (b,) = await event_room.hello("b")
    await event_room.hello("a")  # with the ticket that b had
    back = await now(event_room, "a")
    await event_room.leave(b)
    await roll_back(event_room, saved, Guest("a", back.place), c)

    (inside,) = await event_room.hello("inside")
    await event_room.drop(await now(event_room, "a"))
    await pass_time(event_room, 3 * LEASE_MS + WAIT_GRACE_MS, c, inside)

    await event_room.hello("a", "b")
    assert (await state(event_room))[3] == 0
    assert len(set(await event_room.line())) == 3


async def test_who_is_brought_back_keeps_the_order_of_the_first_ticket(
    event_room: EventRoom,
) -> None:
    """Else somebody who came later could stand in front after both were away."""
    await opened(event_room)
    inside, b, a, c, d = await event_room.hello("inside", "b", "a", "c", "d")
    await go_away(event_room, [b, a], inside, c, d)
    await event_room.leave(inside)  # c is called with the ticket of b: b has that of a now
    (c,) = await event_room.hello("c")
    saved = await event_room.saved()
    (b,) = await event_room.hello("b")
    await roll_back(event_room, saved, c, b, d)
    await pass_time(event_room, 3 * LEASE_MS, c, b, d)

    await go_away(event_room, [await now(event_room, "b")], c, d)
    await event_room.hello("a", "b")

    assert [(await event_room.place(name)).ahead for name in "bad"] == [0, 1, 2]
