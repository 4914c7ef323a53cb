"""The requests and broadcasts of a room on this node, and waiting for them."""

from __future__ import annotations

import asyncio

from fullhouse.domain.rooms import Revision
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import a_room
from tests.waiting import PATIENCE_S


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


async def test_whoever_has_a_request_under_way_is_waited_for() -> None:
    room = a_room()
    room.under_way.update(["ada", "ada", "bob"])
    curious = [asyncio.create_task(room.replied(name)) for name in ("ada", "ada", "cleo")]

    room.end_requests(["ada", "bob"])
    await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop, no time
    assert [task.done() for task in curious] == [False, False, True]
    room.end_requests(["ada"])

    await asyncio.wait_for(asyncio.gather(*curious), timeout=PATIENCE_S)
    assert not room.under_way


async def test_whoever_gave_up_waiting_for_an_answer_does_no_harm() -> None:
    room = a_room()
    room.under_way["ada"] += 1
    curious = asyncio.create_task(room.replied("ada"))
    await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop, no time

    curious.cancel()
    await asyncio.wait([curious])
    room.end_requests(["ada"])

    assert not room.under_way
