"""Hosts see the newest state, seldom enough, with prices of the moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import SEATED, NoticeState, Revision, Role
from fullhouse.realtime.host_updates import HostUpdates
from fullhouse.supervise import BackgroundTasks
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import RealtimeMetrics, Tab, TextFrames, a_room, comes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


NOTICE = NoticeState("7-1", "full", 0)


class Hosts:
    """The news of hosts, and what it asked for prices."""

    def __init__(self) -> None:
        self.background_tasks = BackgroundTasks()
        self.metrics = RealtimeMetrics()
        self.asked: list[tuple[str, int]] = []
        self.is_away = False
        self.news = HostUpdates(TextFrames(), self._offers, self.background_tasks, self.metrics)

    async def _offers(self, account_id: str, /, *, people: int) -> tuple[Any, ...]:
        self.asked.append((account_id, people))
        if self.is_away:
            raise StoreUnavailable
        return ()


@pytest.fixture
async def hosts() -> AsyncIterator[Hosts]:
    hosts = Hosts()
    yield hosts
    await hosts.background_tasks.finish(5)


async def test_a_burst_of_changes_is_told_once_and_as_it_is_at_last(
    hosts: Hosts,
) -> None:
    room = a_room(rev=1)
    _, (tab,) = comes(room, "eve", None, role=Role.HOST)

    for rev in range(2, 6):
        room.apply(Revision(7, rev), state())
        hosts.news.changed(room)
    await hosts.background_tasks.finish(5)

    assert tab.heard == ["room @5"]


async def test_attendees_hear_none_of_it(hosts: Hosts) -> None:
    room = a_room(now=state(notice=NOTICE))
    _, (tab,) = comes(room, "ada", SEATED)
    comes(room, "eve", None, role=Role.HOST)

    hosts.news.changed(room)
    await hosts.background_tasks.finish(5)

    assert tab.heard == []


async def test_a_notice_is_told_once_and_counted_once(hosts: Hosts) -> None:
    room = a_room(now=state(notice=NOTICE))
    tabs = [comes(room, name, None, role=Role.HOST)[1][0] for name in ("eve", "ella")]
    tabs[0].may_buy = True

    for _ in range(2):
        hosts.news.changed(room)
        await hosts.background_tasks.finish(5)

    assert [tab.heard for tab in tabs] == [["room @1", "notice @1", "room @1"]] * 2
    assert hosts.metrics.counted == [("noticed", "full")]


async def test_a_host_is_greeted_with_the_room_and_the_notice_that_stands(
    hosts: Hosts,
) -> None:
    tab = Tab(Role.HOST)

    await hosts.news.greet(a_room(now=state(notice=NOTICE)), tab)

    assert tab.heard == ["room @1", "notice @1"]


async def test_prices_are_for_everybody_inside_called_and_waiting(
    hosts: Hosts,
) -> None:
    now = state(notice=NOTICE, occupied=2, held=3, waiting=4)

    await hosts.news.greet(a_room(now=now), Tab(Role.HOST))

    assert hosts.asked == [("acme", 9)]


@pytest.mark.parametrize("now", [state(), state(notice=NOTICE, limited=True)])
async def test_prices_are_asked_only_where_they_are_shown(
    hosts: Hosts,
    now: Any,  # noqa: ANN401  # a state
) -> None:
    await hosts.news.greet(a_room(now=now), Tab(Role.HOST))

    assert hosts.asked == []


async def test_a_store_that_is_away_does_not_keep_the_room_from_its_hosts(
    hosts: Hosts,
) -> None:
    hosts.is_away = True
    tab = Tab(Role.HOST)

    await hosts.news.greet(a_room(now=state(notice=NOTICE)), tab)

    assert tab.heard == ["room @1", "notice @1"]
