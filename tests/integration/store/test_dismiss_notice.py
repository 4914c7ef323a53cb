"""dismiss_notice: a notice put away for all hosts."""

from __future__ import annotations

import pytest

from fullhouse.domain.room_events import NoticeCleared
from tests.event_probe import Ear
from tests.room_fixture import LEASE_MS, REF, RoomFixture


async def notice_of(hall: RoomFixture) -> str:
    notice = (await hall.state()).notice
    assert notice is not None
    return notice.id


async def test_a_dismissed_notice_is_gone_for_all(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    notice = await notice_of(hall)
    await ear.heard()

    outcome = await hall.rooms.dismiss_notice(REF, notice, rest=False)

    assert outcome == "ok"
    event = await ear.heard_one()
    assert (event.cause, event.state.notice) == ("dismiss", None)
    assert event.notice_cleared == NoticeCleared(notice, "dismissed")
    assert event.state.level == "nearly_full"


async def test_dismissing_twice_is_no_error_and_not_told(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    notice = await notice_of(hall)
    await hall.rooms.dismiss_notice(REF, notice, rest=False)
    await ear.heard()

    outcome = await hall.rooms.dismiss_notice(REF, notice, rest=False)

    assert outcome == "ok"
    assert await ear.heard() == []


async def test_a_dismissed_notice_comes_back_when_the_room_becomes_full(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    await hall.rooms.dismiss_notice(REF, await notice_of(hall), rest=False)

    await hall.hello("b")

    notice = (await hall.state()).notice
    assert notice is not None
    assert notice.level == "full"


async def test_a_dismissed_notice_comes_back_once_it_has_cleared(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    await hall.rooms.dismiss_notice(REF, await notice_of(hall), rest=False)
    await hall.leave(a)
    cleared = (await ear.heard())[-1]

    await hall.hello("b")

    assert cleared.notice_cleared is None  # it was put away already
    assert (await hall.state()).notice is not None


async def test_an_earlier_notice_is_put_away_already(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    earlier = await notice_of(hall)
    await hall.hello("b")
    present = await notice_of(hall)

    outcome = await hall.rooms.dismiss_notice(REF, earlier, rest=False)

    assert outcome == "ok"
    assert await notice_of(hall) == present


async def test_rest_puts_every_notice_of_the_event_away(hall: RoomFixture, ear: Ear) -> None:
    await hall.open(seats=2)
    (a,) = await hall.hello("a")
    await hall.rooms.dismiss_notice(REF, await notice_of(hall), rest=True)
    await hall.hello("b")
    await hall.leave(a)
    events = await ear.heard()

    await hall.hello("c")

    assert (await hall.state()).notice is None
    assert (await hall.state()).level == "full"
    assert [event.notice_given for event in events[2:]] == [False, False, False]


async def test_rest_by_an_earlier_notice_puts_the_present_one_away(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    earlier = await notice_of(hall)
    await hall.hello("b")
    present = await notice_of(hall)
    await ear.heard()

    await hall.rooms.dismiss_notice(REF, earlier, rest=True)

    assert (await ear.heard_one()).notice_cleared == NoticeCleared(present, "dismissed")


@pytest.mark.parametrize(
    "strange", ["{epoch}-2", "{epoch}-0", "{later}-1", "{epoch}", "", "nonsense"]
)
async def test_an_id_that_this_opening_never_gave_out_is_unknown(
    hall: RoomFixture, strange: str
) -> None:
    _, opened = await hall.open(seats=2)
    await hall.hello("a")
    epoch = opened.revision.epoch

    notice = strange.format(epoch=epoch, later=epoch + 1)
    outcome = await hall.rooms.dismiss_notice(REF, notice, rest=True)

    assert outcome == "unknown_notice"
    assert (await hall.state()).notice is not None


async def test_a_notice_of_the_last_opening_is_unknown(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    notice = await notice_of(hall)
    await hall.rooms.close_room(REF)
    await hall.open(seats=2)
    await hall.hello("a")

    assert await hall.rooms.dismiss_notice(REF, notice, rest=False) == "unknown_notice"


async def test_a_dismissal_sweeps_too(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.hello("a")
    notice = await notice_of(hall)
    await hall.wait(LEASE_MS - 1)

    hall.clock.advance(ms=1)
    await hall.rooms.dismiss_notice(REF, notice, rest=False)

    assert await hall.seated() == set()


async def test_dismissing_needs_a_room(hall: RoomFixture) -> None:
    assert await hall.rooms.dismiss_notice(REF, "1-1", rest=False) == "no_room"
