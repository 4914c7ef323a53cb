"""The report of a room over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import Role, RoomRef

if TYPE_CHECKING:
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"
REPORT = f"{EVENT_ROOM}/report"
REF = RoomRef("acme", "hall")


async def hundred_and_three(world: World) -> None:
    """A room of the plan `small`, 100 seats: two people gave up, one still waits."""
    await world.has_account()
    await world.has_room()
    await world.pass_time(timedelta(seconds=1))
    await world.enter(*(f"p{n}" for n in range(100)))
    await world.pass_time(timedelta(seconds=2))
    await world.enter("ann", "ben", "cem")
    await world.pass_time(timedelta(seconds=90))
    await world.rooms.leave(REF, [("ann", 0)])
    await world.pass_time(timedelta(seconds=30))
    await world.rooms.leave(REF, [("ben", 0)])


async def test_the_report_of_an_event_has_every_figure(world: World) -> None:
    await hundred_and_three(world)

    report = (await world.ask("GET", REPORT)).json

    opened_at, now = report["opened_at"], report["now"]
    peak_at = report["peak_demand"]["at"]
    assert opened_at < report["peak_inside"]["at"] < peak_at < now
    none = {"measured": 0, "median_s": None, "p90_s": None, "longest_s": None}
    assert report == {
        "account": "acme",
        "room": "hall",
        "title": "Hall",
        "status": "open",
        "opened_at": opened_at,
        "closed_at": None,
        "closed_reason": None,
        "now": now,
        "partial_since": None,
        "plan": "small",
        "capacity": 100,
        "capacity_changes": [],
        "arrivals": 103,
        "seated_at_once": 100,
        "came_in": 100,
        "inside": 100,
        "peak_inside": {"people": 100, "at": report["peak_inside"]["at"]},
        "peak_demand": {"people": 103, "at": peak_at},
        "full_s": 122,
        "waits": {
            "people": 3,
            "seated": 0,
            "gave_up": 2,
            "left": 2,
            "expired": 0,
            "missed_calls": 0,
            "removed": 0,
            "changed_role": 0,
            "still_waiting": 1,
            "watched": 0,
            "seated_watching": 0,
            "gave_up_watching": 0,
            "times_to_seat": none,
            "times_to_give_up": {
                "measured": 2,
                "median_s": 90,
                "p90_s": 120,
                "longest_s": 120,
            },
        },
        "calls_missed": 0,
        "removals": 0,
        "plans": [
            effect("large", "Large", 250),
            effect("huge", "Huge", 500),
        ],
    }


def effect(plan: str, name: str, seats: int) -> dict[str, object]:
    """A plan with which everybody would have had a seat at once."""
    return {
        "plan": plan,
        "name": name,
        "seats": seats,
        "seats_short_at_peak": 0,
        "would_have_waited": 0,
        "would_have_given_up": 0,
    }


async def test_a_closed_room_keeps_its_report_until_it_is_opened_again(world: World) -> None:
    await hundred_and_three(world)
    await world.ask("POST", f"{EVENT_ROOM}/close")
    before = (await world.ask("GET", REPORT)).json
    await world.pass_time(timedelta(hours=5))

    report = (await world.ask("GET", REPORT)).json

    assert report == before | {"now": report["now"]}
    assert (report["status"], report["closed_reason"]) == ("closed", "closed")
    assert report["closed_at"] == before["now"]
    assert (report["inside"], report["waits"]["still_waiting"]) == (100, 1)

    await world.has_room()
    again = (await world.ask("GET", REPORT)).json
    assert (again["arrivals"], again["opened_at"]) == (0, report["now"])


async def test_changes_of_the_seats_are_listed(event_room: World) -> None:
    await event_room.ask("PATCH", EVENT_ROOM, {"seats": 3})

    report = (await event_room.ask("GET", REPORT)).json

    assert report["capacity"] == 3
    assert report["capacity_changes"] == [
        {"at": report["now"], "from": 100, "to": 3, "cause": "platform"}
    ]


async def test_nobodys_id_is_in_a_report(world: World) -> None:
    await hundred_and_three(world)
    await world.ask("DELETE", f"{EVENT_ROOM}/participants/cem")

    body = (await world.ask("GET", REPORT)).body

    assert not any(name in body for name in (b"ann", b"ben", b"cem", b"p42"))


async def test_only_the_platform_reads_it(event_room: World) -> None:
    for token in (event_room.token("ada", Role.HOST), event_room.attendee()):
        assert (await event_room.ask("GET", REPORT, key=token)).status == 403
    assert (await event_room.ask("GET", REPORT, key=None)).status == 401
    assert (await event_room.ask("GET", REPORT)).status == 200


async def test_there_is_no_report_of_a_room_that_never_was(world: World) -> None:
    assert (await world.ask("GET", REPORT)).status == 404
    await world.has_account()
    assert (await world.ask("GET", REPORT)).status == 404
    await world.has_room()
    await world.ask("POST", f"{EVENT_ROOM}/close")
    assert (await world.ask("DELETE", EVENT_ROOM)).status == 204
    assert (await world.ask("GET", REPORT)).status == 404
