"""What messages mean: to a person with a place, and to a host with a room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest_asyncio

from tests.browser.lab import Lab, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser

WAITING = {
    "type": "waiting",
    "ticket": 100,
    "ahead": 7,
    "called": False,
    "called_to": 92,
    "reason": "full",
    "claim_s": None,
    "grace_s": 30,
    "estimate_s": None,
}
CALL = {
    "type": "refresh_required",
    "refresh": "one",
    "called_from": 91,
    "called_to": 110,
    "window_ms": 2_000,
    "claim_s": 45,
}
ROOM = {"type": "room", "capacity": 3, "occupied": 3, "held": 0, "waiting": 5, "notice": None}
RAISED = {"type": "capacity_changed", "from": 3, "to": 6, "cause": "upgrade", "change": "c1"}


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


async def place_after(lab: Lab, *messages: dict[str, Any]) -> dict[str, Any]:
    """The place after these messages, the first at 0 ms and each a second later."""
    place: dict[str, Any] = await lab.page.evaluate(
        """async (messages) => {
          const { NOWHERE, nextPlace } = await import("/library/place.js");
          const next = (place, message, turn) => nextPlace(place, message, 1000 * turn);
          return messages.reduce(next, NOWHERE);
        }""",
        list(messages),
    )
    return place


async def view_after(lab: Lab, *messages: dict[str, Any]) -> dict[str, Any]:
    view: dict[str, Any] = await lab.page.evaluate(
        """async (messages) => {
          const { NO_ROOM, nextRoomView } = await import("/pages/roomview.js");
          return messages.reduce(nextRoomView, NO_ROOM);
        }""",
        list(messages),
    )
    return view


async def test_ones_own_moment_follows_from_the_ticket(lab: Lab) -> None:
    """Twenty tickets over two seconds; lower ones were called before and have no moment here."""
    moments = {
        t: await lab.call("../library/place.js", "momentMs", t, CALL) for t in (91, 92, 110, 90, 1)
    }

    assert moments == {91: 0, 92: 100, 110: 1_900, 90: 0, 1: 0}


async def test_a_called_person_has_the_claim_time_after_the_own_moment(lab: Lab) -> None:
    place = await place_after(lab, WAITING, CALL)

    assert place["kind"] == "called"
    assert place["momentAt"] == 1_000 + 900
    assert place["claimUntil"] == 1_000 + 900 + 45_000


async def test_a_call_that_is_repeated_or_followed_by_another_moves_no_moment(lab: Lab) -> None:
    later = {**CALL, "refresh": "two", "called_from": 111, "called_to": 120}

    once = await place_after(lab, WAITING, CALL)

    assert await place_after(lab, WAITING, CALL, CALL) == once
    assert await place_after(lab, WAITING, CALL, later) == once


async def test_nobody_called_leaves_everybody_waiting(lab: Lab) -> None:
    nobody = {**CALL, "called_from": 93, "called_to": 92}

    place = await place_after(lab, WAITING, nobody)

    assert (place["kind"], place["ahead"]) == ("waiting", 7)


async def test_whoever_is_behind_the_call_moves_up(lab: Lab) -> None:
    place = await place_after(lab, WAITING, {**CALL, "called_from": 93, "called_to": 97})

    assert (place["kind"], place["ahead"], place["firstAhead"]) == ("waiting", 2, 7)


async def test_for_one_ticket_the_place_only_gets_better(lab: Lab) -> None:
    worse = {**WAITING, "ahead": 9}

    place = await place_after(lab, WAITING, {"type": "line", "ahead": 4}, worse)

    assert place["ahead"] == 4


async def test_a_missed_call_is_a_new_ticket_with_its_own_place(lab: Lab) -> None:
    anew = {**WAITING, "ticket": 130, "ahead": 20, "reason": "missed_call"}

    place = await place_after(lab, WAITING, CALL, anew)

    assert (place["kind"], place["ahead"], place["reason"]) == ("waiting", 20, "missed_call")
    assert place["firstAhead"] == 20


async def test_being_called_already_at_hello_counts_what_is_left(lab: Lab) -> None:
    place = await place_after(lab, {**WAITING, "called": True, "ahead": 0, "claim_s": 12})

    assert (place["kind"], place["momentAt"], place["claimUntil"]) == ("called", 0, 12_000)


async def test_people_who_come_in_after_an_upgrade_are_counted_until_the_last_call_is_answered(
    lab: Lab,
) -> None:
    raised = {**ROOM, "capacity": 6, "occupied": 3, "held": 2, "waiting": 0}
    some = {**raised, "occupied": 4, "held": 1}
    all_ = {**raised, "occupied": 5, "held": 0}
    newcomer = {**raised, "occupied": 6, "held": 0}

    coming = (await view_after(lab, ROOM, RAISED, raised, some))["arrivals"]
    done = (await view_after(lab, ROOM, RAISED, raised, some, all_, newcomer))["arrivals"]

    assert (coming["came"], coming["called"], coming["done"]) == (1, 2, False)
    assert (done["came"], done["called"], done["done"]) == (2, 2, True)


async def test_a_change_of_capacity_that_is_told_twice_is_one(lab: Lab) -> None:
    raised = {**ROOM, "capacity": 6, "occupied": 5, "held": 1}

    once = await view_after(lab, ROOM, RAISED, raised)

    assert await view_after(lab, ROOM, RAISED, raised, RAISED) == once


async def test_clearing_an_older_notice_leaves_the_one_that_stands(lab: Lab) -> None:
    notice = {"type": "notice", "notice": {"id": "n2"}}

    kept = await view_after(lab, notice, {"type": "notice_cleared", "notice": "n1"})
    gone = await view_after(lab, notice, {"type": "notice_cleared", "notice": "n2"})

    assert kept["notice"] == {"id": "n2"}
    assert gone["notice"] is None


async def test_the_house_has_a_dot_for_every_seat_or_for_a_round_number_of_them(lab: Lab) -> None:
    for seats in (1, 2, 3, 25, 50, 100, 499, 500, 501, 1_000, 5_000, 123_456):
        per_dot = await lab.call("seats.js", "seatsPerDot", seats)
        dots = -(-seats // per_dot)
        house = await lab.call("seats.js", "halfCircle", dots)

        assert str(per_dot).rstrip("0") in {"1", "2", "5"}
        assert dots <= 500
        assert len(house["places"]) == dots
        assert all(0 < place["x"] < 640 and 0 < place["y"] < 336 for place in house["places"])
