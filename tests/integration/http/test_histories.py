"""The history of a room over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import Role

if TYPE_CHECKING:
    from tests.integration.http.face import World

EVENT_ROOM = "/v1/accounts/acme/rooms/hall"
HISTORY = f"{EVENT_ROOM}/history"


async def test_the_event_is_told_in_steps_and_moments(world: World) -> None:
    await world.has_account()
    await world.has_room(seats=1)
    await world.pass_time(timedelta(milliseconds=1_250))
    await world.enter("ada", "bob")

    history = (await world.ask("GET", HISTORY)).json
    assert history["now"] == history["steps"][-1]["at"]

    since: str = history["since"]
    first, later = history["steps"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", since)
    empty = {"inside": 0, "held": 0, "waiting": 0, "capacity": 1, "watching": 0}
    assert first == {"at": since, **empty}
    assert (later["inside"], later["waiting"], later["capacity"]) == (1, 1, 1)
    assert later["at"] > since
    kinds = [moment["kind"] for moment in history["moments"]]
    assert kinds == ["opened", "capacity", "notice"]
    change, notice = history["moments"][1:]
    assert (change["from"], change["to"], change["cause"]) == (100, 1, "platform")
    assert (notice["level"], notice["occupied"], notice["capacity"]) == ("full", 1, 1)


async def test_a_closed_room_still_has_its_history(event_room: World) -> None:
    await event_room.ask("PATCH", EVENT_ROOM, {"paused": True})
    await event_room.ask("POST", f"{EVENT_ROOM}/messages", {"text": "Soon"})
    await event_room.ask("POST", f"{EVENT_ROOM}/messages", {"text": None})
    await event_room.ask("POST", f"{EVENT_ROOM}/close")

    moments = (await event_room.ask("GET", HISTORY)).json["moments"]

    at = moments[0]["at"]
    assert moments == [
        {"kind": "opened", "at": at},
        {"kind": "pause", "at": at, "paused": True},
        {"kind": "message", "at": at, "text": "Soon"},
        {"kind": "message", "at": at, "text": None},
        {"kind": "closed", "at": at, "reason": "closed"},
    ]


async def test_only_whoever_may_buy_reads_it(event_room: World) -> None:
    host = event_room.token("ada", Role.HOST)
    stranger = event_room.token("ada", Role.HOST, account="other")

    assert (await event_room.ask("GET", HISTORY, key=host)).status == 200
    for token in (stranger, event_room.token(buy=False), event_room.attendee()):
        assert (await event_room.ask("GET", HISTORY, key=token)).status == 403
    assert (await event_room.ask("GET", HISTORY, key=None)).status == 401


async def test_there_is_no_history_of_a_room_that_never_was(world: World) -> None:
    await world.has_account()

    assert (await world.ask("GET", HISTORY)).status == 404
