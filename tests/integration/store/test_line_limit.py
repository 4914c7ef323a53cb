"""The line of a room has so many places, and whoever has one keeps it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Newcomer, Role
from tests.event_probe import Ear
from tests.event_room import WAIT_GRACE_MS, EventRoom, Guest


def kinds(guests: list[Guest]) -> list[str]:
    return [guest.place.kind for guest in guests]


async def test_a_newcomer_for_whom_the_line_has_no_room_is_refused(event_room: EventRoom) -> None:
    await event_room.open(seats=1, most_waiting=2)

    batch = await event_room.hello("a", "b", "c", "d", "e")
    alone = await event_room.hello("f")

    assert kinds(batch) == ["seated", "waiting", "waiting", "line_full", "line_full"]
    assert kinds(alone) == ["line_full"]
    assert await event_room.line() == ["b", "c"]


async def test_people_in_a_full_line_keep_their_places(event_room: EventRoom) -> None:
    await event_room.open(seats=1, most_waiting=1)
    (a, b) = await event_room.hello("a", "b")

    again = await event_room.hello("a", "b", "c")
    await event_room.leave(a)
    called = await event_room.claim("b")

    assert [guest.place for guest in again][:2] == [a.place, b.place]
    assert called.kind == "seated"


def of_room(contents: Mapping[str, object]) -> dict[str, object]:
    """Without the fields of the room and what the trail notes of a refusal."""
    people = {key: dict(it) for key, it in contents.items() if isinstance(it, dict)}
    for fields in people.values():
        fields.pop(b"!refused", None)
    trail_and_room = (":room", ":trail:people")
    return {
        key: people.get(key, it)
        for key, it in contents.items()
        if not key.endswith(trail_and_room)
    }


async def test_a_refused_newcomer_leaves_no_trace_in_the_line(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1, most_waiting=1)
    await event_room.hello("a", "b")
    await ear.heard()
    before = await event_room.contents()

    await event_room.hello("c")
    after = await event_room.contents()

    assert of_room(after) == of_room(before)
    assert await ear.heard() == []


async def test_a_place_kept_for_somebody_who_is_away_counts(event_room: EventRoom) -> None:
    await event_room.open(seats=1, most_waiting=1, away_ms=600_000)
    a, b = await event_room.hello("a", "b")
    await event_room.drop(b)
    await event_room.wait(WAIT_GRACE_MS + 1, keeping=[a])

    refused = await event_room.hello("c")
    returned = await event_room.hello("b")

    assert (await event_room.state()).waiting == 1
    assert kinds(refused) == ["line_full"]
    assert kinds(returned) == ["waiting"]


async def test_a_free_seat_is_given_although_no_place_in_line_is_allowed(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2, most_waiting=1)
    await event_room.set_paused(paused=True)
    await event_room.hello("a")
    await event_room.set_paused("resume", paused=False)

    assert kinds(await event_room.hello("a", "b", "c", "d")) == [
        "seated",
        "seated",
        "waiting",
        "line_full",
    ]


@pytest.mark.parametrize("others", [[], [Newcomer("p", Role.PRESENTER)]])
async def test_a_line_of_called_people_keeps_nobody_from_a_free_seat(
    event_room: EventRoom, others: list[Newcomer]
) -> None:
    """In a batch of attendees, and in one that is served one by one."""
    await event_room.open(seats=2, most_waiting=1)
    a, b, _ = await event_room.hello("a", "b", "c")
    await event_room.leave(a, b)

    batch = [Newcomer("d", Role.ATTENDEE), *others]
    admissions = await event_room.rooms.admit(event_room.ref, batch)

    assert admissions.places[0].kind == "seated"


@pytest.mark.parametrize("role", [Role.PRESENTER, Role.HOST])
async def test_hosts_and_presenters_come_in_while_the_line_is_full(
    event_room: EventRoom, role: Role
) -> None:
    await event_room.open(seats=1, most_waiting=1)
    await event_room.hello("a", "b")

    assert kinds(await event_room.hello("p", role=role)) != ["line_full"]


async def test_a_presenter_who_would_not_get_into_the_line_stays_a_presenter(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1, most_waiting=1)
    await event_room.hello("a", "b")
    await event_room.hello("p", role=Role.PRESENTER)

    refused = await event_room.hello("p")

    assert kinds(refused) == ["line_full"]
    assert (await event_room.state()).presenters == 1


async def test_a_poll_is_refused_as_a_hello_is(event_room: EventRoom) -> None:
    await event_room.open(seats=1, most_waiting=1)
    await event_room.hello("a", "b")

    poll = Poll("c", Role.ATTENDEE, claims=True)
    polled = await event_room.rooms.poll(event_room.ref, [poll], lease_ms=15_000)

    assert [place.kind for place in polled.places] == ["line_full"]


async def test_without_a_limit_everybody_gets_a_ticket(event_room: EventRoom) -> None:
    await event_room.open(seats=1)

    guests = await event_room.hello(*(f"guest-{n}" for n in range(300)))

    assert kinds(guests)[1:] == ["waiting"] * 299
