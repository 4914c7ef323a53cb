"""The line as hosts read it: page by page, with names that go with the people."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import RoomClosed
from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Newcomer, Role
from fullhouse.domain.waiting_people import CallNext, LinePosition, WaitingPerson
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_room import LEASE_MS, REF, WAIT_GRACE_MS, EventRoom, Guest


def line_of(event_room: EventRoom) -> WaitingPeople:
    return WaitingPeople(event_room.redis, instant=event_room.clock.now_ms)


async def arrive(event_room: EventRoom, **names: str) -> list[Guest]:
    people = [Newcomer(who, Role.ATTENDEE, name) for who, name in names.items()]
    places = (await event_room.rooms.admit(REF, people)).places
    return [Guest(who, place) for who, place in zip(names, places, strict=True)]


async def pages(event_room: EventRoom, size: int) -> list[list[WaitingPerson]]:
    after, found = LinePosition(), []
    while rows := await line_of(event_room).list_waiting(REF, after, size):
        found.append(rows)
        after = LinePosition(rows[-1].section, rows[-1].position)
    return found


async def names_kept(event_room: EventRoom) -> set[str]:
    """Every name anywhere in the store of the account."""
    text = repr(await event_room.contents())
    return {
        name for name in ("Ada L.", "Bob", "Cleo", "Дана") if repr(name.encode())[2:-1] in text
    }


async def test_everybody_once_in_the_order_of_calls(event_room: EventRoom) -> None:
    await event_room.open(seats=2, away_ms=100_000)
    other, inside, *line = await arrive(event_room, x="", y="", a="", b="", c="", d="", e="")
    await event_room.leave(inside)
    await event_room.drop(line[1])
    await event_room.wait(WAIT_GRACE_MS, keeping=[other, line[0], *line[2:]])
    await line_of(event_room).call_next("n", CallNext(REF, "e", by=None, reason="r"))

    for size in (1, 2, 3, 9):
        rows = [row for page in await pages(event_room, size) for row in page]
        assert [(row.participant, row.section, row.ahead) for row in rows] == [
            ("a", "called", 0),
            ("e", "priority", 0),
            ("c", "line", 1),
            ("d", "line", 2),
            ("b", "away", None),
        ]


async def test_people_chosen_from_the_head_of_the_line_hide_nobody_behind_them(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await arrive(event_room, x="", a="", b="", c="", d="")
    for name in ("b", "a"):
        await line_of(event_room).call_next(name, CallNext(REF, name, by=None, reason="r"))

    for size in (1, 2, 9):
        rows = [row for page in await pages(event_room, size) for row in page]
        assert [(row.participant, row.section, row.ahead) for row in rows] == [
            ("b", "priority", 0),
            ("a", "priority", 1),
            ("c", "line", 2),
            ("d", "line", 3),
        ]


async def test_a_row_has_name_ticket_and_the_begin_of_the_wait(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await arrive(event_room, x="")
    since = event_room.clock.now_ms()
    (ada,) = await arrive(event_room, ada="Ada L.")
    event_room.clock.advance(ms=700)
    await arrive(event_room, bob="")

    (first, second), *_ = await pages(event_room, 9)

    assert (first.name, first.ticket, first.since_ms) == ("Ada L.", ada.place.ticket, since)
    assert (second.name, second.since_ms) == (None, since + 700)


async def test_reading_a_page_costs_as_much_as_the_page(event_room: EventRoom) -> None:
    """The commands of the script do not depend on how many wait."""
    await event_room.open(seats=1)
    for batch in range(10):
        await event_room.hello(*(f"g{batch}-{n}" for n in range(200)))
    before = await calls(event_room)

    rows = await line_of(event_room).list_waiting(REF, LinePosition(), 10)

    assert len(rows) == 10
    assert {name: n for name, n in (await calls(event_room)).items() if n != before.get(name)}
    spent = sum((await calls(event_room)).values()) - sum(before.values())
    assert spent < 20


async def calls(event_room: EventRoom) -> dict[str, int]:
    stats = await event_room.redis.info("commandstats")
    return {
        name: row["calls"]
        for name, row in stats.items()
        if name.startswith(("cmdstat_z", "cmdstat_h"))
    }


@pytest.mark.parametrize("ending", ["seated", "left", "removed", "expired", "closed", "presenter"])
async def test_the_name_is_deleted_in_the_step_in_which_the_wait_ends(
    event_room: EventRoom, ending: str
) -> None:
    await event_room.open(seats=1)
    (inside,) = await event_room.hello("inside")
    (guest,) = await arrive(event_room, ada="Ada L.")
    assert await names_kept(event_room) == {"Ada L."}

    match ending:
        case "seated":
            await event_room.leave(inside)
            assert (await event_room.claim("ada")).kind == "seated"
        case "left":
            await event_room.leave(guest)
        case "removed":
            await line_of(event_room).remove_present(REF, "ada")
        case "expired":
            await event_room.wait(LEASE_MS, keeping=[inside])
        case "closed":
            await event_room.rooms.close_room(REF)
        case "presenter":
            await event_room.hello("ada", role=Role.PRESENTER)

    assert await names_kept(event_room) == set()


async def test_people_who_get_a_seat_at_once_leave_no_name(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    await arrive(event_room, ada="Ada L.", bob="Bob")

    assert await names_kept(event_room) == {"Bob"}


async def test_the_newest_token_says_the_name_and_a_poll_brings_it_too(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await arrive(event_room, x="", bob="Bob")
    await arrive(event_room, bob="Дана")
    poll = Poll("cleo", Role.ATTENDEE, name="Cleo")
    await event_room.rooms.poll(REF, [poll], lease_ms=LEASE_MS)

    (rows,) = await pages(event_room, 9)

    assert [row.name for row in rows] == ["Дана", "Cleo"]


async def test_a_closed_room_has_no_line(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.rooms.close_room(REF)

    with pytest.raises(RoomClosed):
        await line_of(event_room).list_waiting(REF, LinePosition(), 9)
