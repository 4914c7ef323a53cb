"""Hosts see the newest state, seldom enough, with prices of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import SEATED, NoticeState, Revision, Role
from fullhouse.realtime.hosts import HostNews
from fullhouse.supervise import Chores
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import Tab, Tally, Words, a_room, comes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fullhouse.realtime.ports import Wording

NOTICE = NoticeState("7-1", "full", 0)


class Desk:
    """The news of hosts, and what it asked for prices."""

    def __init__(self) -> None:
        self.chores = Chores()
        self.tally = Tally()
        self.asked: list[tuple[str, int]] = []
        self.is_away = False
        self.news = HostNews(cast("Wording", Words()), self._offers, self.chores, self.tally)

    async def _offers(self, account_id: str, /, *, people: int) -> tuple[Any, ...]:
        self.asked.append((account_id, people))
        if self.is_away:
            raise StoreUnavailable
        return ()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.chores.finish(5)


async def test_a_burst_of_changes_is_told_once_and_as_it_is_at_last(desk: Desk) -> None:
    here = a_room(rev=1)
    _, (tab,) = comes(here, "eve", None, role=Role.HOST)

    for rev in range(2, 6):
        here.apply(Revision(7, rev), state())
        desk.news.changed(here)
    await desk.chores.finish(5)

    assert tab.heard == ["room @5"]


async def test_attendees_hear_none_of_it(desk: Desk) -> None:
    here = a_room(room=state(notice=NOTICE))
    _, (tab,) = comes(here, "ada", SEATED)
    comes(here, "eve", None, role=Role.HOST)

    desk.news.changed(here)
    await desk.chores.finish(5)

    assert tab.heard == []


async def test_a_notice_is_told_once_and_counted_once(desk: Desk) -> None:
    here = a_room(room=state(notice=NOTICE))
    tabs = [comes(here, name, None, role=Role.HOST)[1][0] for name in ("eve", "ella")]
    tabs[0].may_buy = True

    for _ in range(2):
        desk.news.changed(here)
        await desk.chores.finish(5)

    assert [tab.heard for tab in tabs] == [["room @1", "notice @1", "room @1"]] * 2
    assert desk.tally.counted == [("noticed", "full")]


async def test_a_host_is_greeted_with_the_room_and_the_notice_that_stands(desk: Desk) -> None:
    tab = Tab(Role.HOST)

    await desk.news.greet(a_room(room=state(notice=NOTICE)), tab)

    assert tab.heard == ["room @1", "notice @1"]


async def test_prices_are_for_everybody_inside_called_and_waiting(desk: Desk) -> None:
    room = state(notice=NOTICE, occupied=2, held=3, waiting=4)

    await desk.news.greet(a_room(room=room), Tab(Role.HOST))

    assert desk.asked == [("acme", 9)]


@pytest.mark.parametrize("room", [state(), state(notice=NOTICE, limited=True)])
async def test_prices_are_asked_only_where_they_are_shown(desk: Desk, room: Any) -> None:  # noqa: ANN401  # a state
    await desk.news.greet(a_room(room=room), Tab(Role.HOST))

    assert desk.asked == []


async def test_a_store_that_is_away_does_not_keep_the_room_from_its_hosts(desk: Desk) -> None:
    desk.is_away = True
    tab = Tab(Role.HOST)

    await desk.news.greet(a_room(room=state(notice=NOTICE)), tab)

    assert tab.heard == ["room @1", "notice @1"]
