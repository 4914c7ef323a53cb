"""dismiss_notice: a notice put away for all hosts."""

from __future__ import annotations

import pytest

from fullhouse.domain.room_events import NoticeCleared
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, EventRoom


async def notice_of(event_room: EventRoom) -> str:
    notice = (await event_room.state()).notice
    assert notice is not None
    return notice.id


async def test_a_dismissed_notice_is_gone_for_all(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    notice = await notice_of(event_room)
    await ear.heard()

    outcome = await event_room.rooms.dismiss_notice(REF, notice, rest=False)

    assert outcome == "ok"
    event = await ear.heard_one()
    assert (event.cause, event.state.notice) == ("dismiss", None)
    assert event.notice_cleared == NoticeCleared(notice, "dismissed")
    assert event.state.level == "nearly_full"


async def test_dismissing_twice_is_no_error_and_not_told(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    notice = await notice_of(event_room)
    await event_room.rooms.dismiss_notice(REF, notice, rest=False)
    await ear.heard()

    outcome = await event_room.rooms.dismiss_notice(REF, notice, rest=False)

    assert outcome == "ok"
    assert await ear.heard() == []


async def test_a_dismissed_notice_comes_back_when_the_room_becomes_full(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    await event_room.rooms.dismiss_notice(REF, await notice_of(event_room), rest=False)

    await event_room.hello("b")

    notice = (await event_room.state()).notice
    assert notice is not None
    assert notice.level == "full"


async def test_a_dismissed_notice_comes_back_once_it_has_cleared(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    await event_room.rooms.dismiss_notice(REF, await notice_of(event_room), rest=False)
    await event_room.leave(a)
    cleared = (await ear.heard())[-1]

    await event_room.hello("b")

    assert cleared.notice_cleared is None  # it was put away already
    assert (await event_room.state()).notice is not None


async def test_an_earlier_notice_is_put_away_already(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    earlier = await notice_of(event_room)
    await event_room.hello("b")
    present = await notice_of(event_room)

    outcome = await event_room.rooms.dismiss_notice(REF, earlier, rest=False)

    assert outcome == "ok"
    assert await notice_of(event_room) == present


async def test_rest_puts_every_notice_of_the_event_away(event_room: EventRoom, ear: Ear) -> None:
    await event_room.open(seats=2)
    (a,) = await event_room.hello("a")
    await event_room.rooms.dismiss_notice(REF, await notice_of(event_room), rest=True)
    await event_room.hello("b")
    await event_room.leave(a)
    events = await ear.heard()

    await event_room.hello("c")

    assert (await event_room.state()).notice is None
    assert (await event_room.state()).level == "full"
    assert [event.notice_given for event in events[2:]] == [False, False, False]


async def test_rest_by_an_earlier_notice_puts_the_present_one_away(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    earlier = await notice_of(event_room)
    await event_room.hello("b")
    present = await notice_of(event_room)
    await ear.heard()

    await event_room.rooms.dismiss_notice(REF, earlier, rest=True)

    assert (await ear.heard_one()).notice_cleared == NoticeCleared(present, "dismissed")


@pytest.mark.parametrize(
    "strange", ["{epoch}-2", "{epoch}-0", "{later}-1", "{epoch}", "", "nonsense"]
)
async def test_an_id_that_this_opening_never_gave_out_is_unknown(
    event_room: EventRoom, strange: str
) -> None:
    _, opened = await event_room.open(seats=2)
    await event_room.hello("a")
    epoch = opened.revision.epoch

    notice = strange.format(epoch=epoch, later=epoch + 1)
    outcome = await event_room.rooms.dismiss_notice(REF, notice, rest=True)

    assert outcome == "unknown_notice"
    assert (await event_room.state()).notice is not None


async def test_a_notice_of_the_last_opening_is_unknown(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    notice = await notice_of(event_room)
    await event_room.rooms.close_room(REF)
    await event_room.open(seats=2)
    await event_room.hello("a")

    assert await event_room.rooms.dismiss_notice(REF, notice, rest=False) == "unknown_notice"


async def test_a_dismissal_sweeps_too(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    notice = await notice_of(event_room)
    await event_room.wait(LEASE_MS - 1)

    event_room.clock.advance(ms=1)
    await event_room.rooms.dismiss_notice(REF, notice, rest=False)

    assert await event_room.seated() == set()


async def test_dismissing_needs_a_room(event_room: EventRoom) -> None:
    assert await event_room.rooms.dismiss_notice(REF, "1-1", rest=False) == "no_room"
