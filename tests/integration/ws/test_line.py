"""The waiting room: who is next, who is called, and what it costs to be away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.ws.event_room import EventRoom


async def test_a_freed_seat_goes_to_the_head_of_the_line(event_room: EventRoom) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo", node=1)
    (dan,) = await event_room.waiting("dan")

    await ada.say("leave")
    call = await cleo.expect("refresh_required", reason="seat_freed")
    await cleo.say("claim")

    await cleo.expect("seated")
    await dan.never("refresh_required")
    assert call["called_from"] == call["called_to"] == cleo.heard[0]["ticket"]


async def test_a_newcomer_never_overtakes_the_line(event_room: EventRoom) -> None:
    """There is a free seat, and it belongs to whoever is called."""
    ada, _ = await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo")

    await ada.say("leave")
    await cleo.expect("refresh_required")
    dan = await event_room.enter("dan", node=1)

    assert (await dan.expect("waiting"))["ahead"] == 0
    assert (await event_room.room())["held"] == 1


async def test_a_claim_before_the_call_changes_nothing(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo")

    await cleo.say("claim")

    assert await cleo.expect("waiting", called=False) == cleo.all("waiting")[0]


async def test_a_claim_of_somebody_inside_is_answered_by_seated(event_room: EventRoom) -> None:
    (ada,) = await event_room.seated("ada")

    await ada.say("claim")

    await ada.expect("seated")


async def test_a_missed_claim_moves_to_the_end_of_the_line_with_word_of_it(
    event_room: EventRoom,
) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan", node=1)
    await ada.say("leave")
    await cleo.expect("refresh_required")

    moved = await cleo.expect("waiting", reason="missed_call")

    await dan.expect("refresh_required", reason="seat_freed")
    assert moved["ticket"] > dan.heard[0]["ticket"]
    assert (moved["called"], moved["ahead"]) == (False, 0)


async def test_the_reason_to_wait_stays_as_long_as_the_ticket(event_room: EventRoom) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan")
    await ada.say("leave")
    await cleo.expect("waiting", reason="missed_call")
    await dan.say("claim")
    await dan.expect("seated")

    await cleo.say("position")

    await cleo.expect("waiting", reason="missed_call")


async def test_two_misses_in_a_row_lose_the_ticket_and_a_claim_queues_anew(
    event_room: EventRoom,
) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    cleo = await event_room.enter("cleo", node=1)
    first = await cleo.expect("waiting")
    await ada.say("leave")
    await cleo.expect("refresh_required")
    second = await cleo.expect("waiting", reason="missed_call", called=True)

    await cleo.expect("seat_lost", reason="missed_calls")
    await event_room.seated("dan")
    await cleo.say("claim")

    third = await cleo.expect("waiting", reason="full", called=False)
    assert first["ticket"] < second["ticket"] < third["ticket"]


async def test_position_tells_the_exact_place(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    _, dan, eve = await event_room.waiting("cleo", "dan", "eve")
    assert eve.heard[0]["ahead"] == 2
    await dan.say("leave")
    await dan.expect_close(4011)

    await eve.say("position")

    await eve.expect("waiting", ahead=1, called=False)


async def test_word_of_progress_reaches_those_who_are_not_called(event_room: EventRoom) -> None:
    await event_room.seated("ada", "bob")
    _, dan = await event_room.waiting("cleo", "dan")
    (eve,) = await event_room.waiting("eve", node=1)

    await dan.say("leave")

    await eve.expect("line", ahead=1)


async def test_the_wait_is_estimated_once_two_seats_were_freed(event_room: EventRoom) -> None:
    ada, bob = await event_room.seated("ada", "bob")
    (cleo,) = await event_room.waiting("cleo")
    assert cleo.heard[0]["estimate_s"] is None
    for inside in (ada, bob):
        await inside.say("leave")
    dan = await event_room.enter("dan")
    await dan.expect("seated")

    eve = await event_room.enter("eve")

    low, high = (await eve.expect("waiting"))["estimate_s"]
    assert 0 <= low <= high


async def test_a_line_hears_the_estimate_of_each_place(event_room: EventRoom) -> None:
    ada, bob = await event_room.seated("ada", "bob")
    amy, ben, dan, eve = await event_room.waiting("amy", "ben", "dan", "eve")

    for inside, called in ((ada, amy), (bob, ben)):
        await inside.say("leave")
        await called.expect("refresh_required")
        await called.say("claim")

    nearer = (await dan.expect("line", ahead=0))["estimate_s"]
    further = (await eve.expect("line", ahead=1))["estimate_s"]
    assert nearer[0] <= nearer[1]
    assert nearer[1] < further[1]


async def test_a_pause_makes_newcomers_wait_and_its_end_calls_them(event_room: EventRoom) -> None:
    """Also where seats are free and nobody is in line."""
    await event_room.sets(paused=True)
    ada = await event_room.enter("ada")
    (bob,) = await event_room.waiting("bob", node=1)
    await ada.expect("waiting", reason="paused", called=False)

    await event_room.sets(paused=False)

    for client in (ada, bob):
        await client.expect("refresh_required")
        await client.say("claim")
        await client.expect("seated")


async def test_somebody_called_before_a_pause_may_still_come_in(event_room: EventRoom) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan", node=1)
    await ada.say("leave")
    await cleo.expect("refresh_required")

    await event_room.sets(paused=True)
    await cleo.say("claim")

    await cleo.expect("seated")
    await dan.never("refresh_required")


async def test_a_removed_person_in_line_is_told_and_the_next_moves_up(
    event_room: EventRoom,
) -> None:
    ada, _ = await event_room.seated("ada", "bob")
    cleo, dan = await event_room.waiting("cleo", "dan", node=1)

    await event_room.removes("cleo")
    await cleo.expect("seat_lost", reason="removed")
    await cleo.expect_close(4013)
    await ada.say("leave")

    await dan.expect("refresh_required")
