"""What a host page remembers of an event, and the lines that it draws of it: all as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.browser.hostlab import ROOM
from tests.browser.lab import Lab, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser

S = 1_000
MINUTE = 60 * S
FRAME = {"left": 0, "right": 600, "top": 0, "bottom": 220}  # under one row of pins: 200 px of plot


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


def room(at: int, **figures: object) -> tuple[int, dict[str, Any]]:
    return at, ROOM | {"rev": at} | figures


def notice(at: int, *, id_: str, level: str = "full", since: str) -> tuple[int, dict[str, Any]]:
    told = {"id": id_, "level": level, "occupied": 50, "capacity": 50, "since": since}
    return at, {"type": "notice", "notice": told}


def raised(at: int, *, change: str) -> tuple[int, dict[str, Any]]:
    return at, {"type": "capacity_changed", "from": 50, "to": 100, "change": change}


async def history_after(lab: Lab, *told: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    """The history after these messages, each at its moment."""
    history: dict[str, Any] = await lab.page.evaluate(
        """async (told) => {
          const { NO_HISTORY, nextHistory } = await import("/pages/history.js");
          let history = NO_HISTORY;
          for (const [at, message] of told) history = nextHistory(history, message, at);
          return history;
        }""",
        list(told),
    )
    return history


async def shape_of(
    lab: Lab, history: dict[str, Any], *, now: int, full_in_ms: int | None = None
) -> dict[str, Any]:
    options = {"now": now, "fullInMs": full_in_ms, "frame": FRAME}
    shape: dict[str, Any] = await lab.call("plotshape.js", "shapeOf", history, options)
    return shape


def figures(history: dict[str, Any]) -> list[tuple[int, ...]]:
    names = ("at", "inside", "called", "waiting", "capacity")
    return [tuple(sample[name] for name in names) for sample in history["samples"]]


async def test_of_each_second_the_most_people_are_kept_and_of_the_last_the_newest(
    lab: Lab,
) -> None:
    history = await history_after(
        lab,
        room(0, occupied=1),
        room(400, occupied=2, held=1),
        room(800, occupied=2),
        room(1_300, occupied=3, waiting=4),
        room(1_600, occupied=3),
    )

    assert figures(history) == [(0, 2, 1, 0, 50), (1_300, 3, 0, 4, 50), (1_600, 3, 0, 0, 50)]


async def test_a_long_event_is_kept_in_coarser_steps_that_lose_no_peak(lab: Lab) -> None:
    """Ten hours, a message a second; for a single one of them there are 700 people."""
    peak_s = 12_345
    history = await lab.page.evaluate(
        """async ([room, peakS]) => {
          const { NO_HISTORY, nextHistory } = await import("/pages/history.js");
          let history = NO_HISTORY;
          for (let second = 0; second < 36_000; second += 1) {
            const waiting = second === peakS ? 650 : 10;
            const told = { ...room, rev: second, occupied: 50, waiting };
            history = nextHistory(history, told, 1000 * second);
          }
          return history;
        }""",
        [ROOM, peak_s],
    )

    samples = history["samples"]
    assert 120 <= len(samples) <= 240
    assert samples[0]["at"] == 0
    assert samples[-1]["at"] == 35_999 * S
    highest = max(samples, key=lambda sample: sample["waiting"])
    assert highest["waiting"] == 650
    assert abs(highest["at"] - peak_s * S) < history["stepMs"]


async def test_every_moment_has_a_mark_and_a_number_that_stays(lab: Lab) -> None:
    history = await history_after(
        lab,
        room(1 * S, paused=False),
        notice(2 * S, id_="n1", level="nearly_full", since="1970-01-01T00:00:02Z"),
        notice(3 * S, id_="n2", since="1970-01-01T00:00:03Z"),
        room(4 * S, paused=True),
        raised(5 * S, change="c1"),
        room(6 * S, paused=False),
        room(7 * S, status="closed"),
    )

    assert [(mark["number"], mark["at"], mark["kind"]) for mark in history["marks"]] == [
        (1, 2 * S, "nearly_full"),
        (2, 3 * S, "full"),
        (3, 4 * S, "paused"),
        (4, 5 * S, "capacity"),
        (5, 6 * S, "resumed"),
        (6, 7 * S, "closed"),
    ]


async def test_what_is_told_twice_is_one_moment(lab: Lab) -> None:
    """After a reconnect, the notice that stands is told again."""
    told = (
        room(1 * S),
        notice(2 * S, id_="n1", since="1970-01-01T00:00:02Z"),
        raised(3 * S, change="c1"),
        room(4 * S, status="closed"),
    )

    once = await history_after(lab, *told)
    again = await history_after(lab, *told, *told[1:])

    assert again["marks"] == once["marks"]


async def test_the_moments_are_bounded_and_the_newest_stay(lab: Lab) -> None:
    many = [raised(turn * S, change=f"c{turn}") for turn in range(1, 101)]

    history = await history_after(lab, room(0), *many)

    assert [mark["number"] for mark in history["marks"]] == list(range(93, 101))


async def test_a_room_that_is_opened_anew_begins_a_history_of_its_own(lab: Lab) -> None:
    history = await history_after(
        lab,
        room(1 * S, occupied=9),
        room(2 * S, occupied=9, status="closed"),
        room(9 * S, occupied=0, epoch=2),
    )

    assert figures(history) == [(9 * S, 0, 0, 0, 50)]
    assert history["marks"] == []


async def test_a_notice_that_stood_before_is_dated_back_and_news_is_of_now(lab: Lab) -> None:
    """The server's clock may be slow or fast, and the page knows when it heard of something."""
    history = await history_after(
        lab,
        room(100 * S, notice={"id": "old"}),
        notice(100 * S, id_="old", since="1970-01-01T00:00:40Z"),
        room(101 * S, notice={"id": "news"}),
        notice(101 * S, id_="news", since="1970-01-01T00:01:00Z"),
    )

    assert [mark["at"] for mark in history["marks"]] == [40 * S, 101 * S]


async def test_no_notice_is_of_the_future(lab: Lab) -> None:
    history = await history_after(
        lab,
        room(100 * S, notice={"id": "old"}),
        notice(100 * S, id_="old", since="1970-01-01T09:00:00Z"),
    )

    assert [mark["at"] for mark in history["marks"]] == [100 * S]


@pytest.mark.parametrize(("since_s", "mark_s"), [(60, 60), (10, 30)])
async def test_a_notice_of_the_time_without_a_connection_falls_into_that_time(
    lab: Lab, since_s: int, mark_s: int
) -> None:
    """The connection was away from 30 s to 90 s; the server's clock may be slow."""
    before = await history_after(lab, room(0))
    history = await lab.call("history.js", "losingSight", before, 30 * S)
    since = f"1970-01-01T00:{since_s // 60:02}:{since_s % 60:02}Z"
    for at, message in (
        room(90 * S, notice={"id": "n1"}),
        notice(90 * S, id_="n1", since=since),
    ):
        history = await lab.call("history.js", "nextHistory", history, message, at)

    assert [mark["at"] for mark in history["marks"]] == [mark_s * S]


async def test_figures_stand_until_the_next_and_are_stacked(lab: Lab) -> None:
    history = await history_after(
        lab,
        room(0, occupied=10),
        room(60 * S, occupied=40, held=10, waiting=30),
    )

    shape = await shape_of(lab, history, now=90 * S)

    assert (shape["from"], shape["to"], shape["most"]) == (0, 2 * MINUTE, 100)
    # 5 px a second, 2 px a person, the ground at 220 px.
    assert shape["demand"] == "M0 200V200H300V60H450"
    assert shape["capacity"] == "M0 120V120H300V120H450"
    assert shape["inside"].startswith("M0 200V200H300V140H450")
    assert shape["called"].startswith("M0 200V200H300V120H450V140")
    assert shape["now"] == {"x": 450, "y": 120}


async def test_nothing_is_drawn_for_the_time_without_a_connection(lab: Lab) -> None:
    """The connection broke at 30 s, and the next message came at 90 s."""
    before = await history_after(lab, room(0, occupied=10))
    blind = await lab.call("history.js", "losingSight", before, 30 * S)
    seeing = await lab.call(
        "history.js", "nextHistory", blind, room(90 * S, occupied=20)[1], 90 * S
    )

    shape = await shape_of(lab, seeing, now=100 * S)

    assert await lab.call("history.js", "losingSight", blind, 40 * S) == blind
    runs = shape["demand"].split("M")[1:]
    assert [(run.split(" ")[0], run.split("H")[-1]) for run in runs] == [
        ("0", "150"),
        ("450", "500"),
    ]


async def test_the_forecast_leads_from_the_seats_taken_now_to_the_full_room(lab: Lab) -> None:
    history = await history_after(lab, room(0, occupied=20), room(60 * S, occupied=25, held=5))

    shape = await shape_of(lab, history, now=60 * S, full_in_ms=60 * S)

    # Three minutes wide, 60 people high: at 1 min 30 of them, at 2 min all 50 seats.
    assert (shape["to"], shape["most"]) == (3 * MINUTE, 60)
    assert shape["forecast"] == {"path": "M200 120L400 53.3", "x": 400, "y": 53.3, "arrives": True}


async def test_a_distant_forecast_ends_at_the_edge_on_its_way_up(lab: Lab) -> None:
    """Seen for a minute, full in an hour: the plot does not become a thread at its left edge."""
    history = await history_after(lab, room(0, occupied=20), room(60 * S, occupied=30))

    shape = await shape_of(lab, history, now=60 * S, full_in_ms=60 * MINUTE)

    assert shape["to"] == 5 * MINUTE
    assert shape["forecast"]["arrives"] is False
    assert shape["forecast"]["x"] == FRAME["right"]
    assert 53.3 < shape["forecast"]["y"] < 120


async def test_there_is_no_forecast_for_a_full_room(lab: Lab) -> None:
    history = await history_after(lab, room(0, occupied=45, held=5))

    assert (await shape_of(lab, history, now=S, full_in_ms=MINUTE))["forecast"] is None


async def test_pins_that_would_cover_each_other_stand_in_rows(lab: Lab) -> None:
    """At 10 px a second, pins are 20 px wide; the moment before the page was opened has none."""
    history = await history_after(
        lab,
        room(10 * S, notice={"id": "before"}),
        notice(10 * S, id_="before", since="1970-01-01T00:00:05Z"),
        raised(20 * S, change="c1"),
        raised(21 * S, change="c2"),
        raised(23 * S, change="c3"),
    )

    shape = await shape_of(lab, history, now=30 * S)

    pins = [(pin["mark"]["number"], pin["x"], pin["row"]) for pin in shape["pins"]]
    assert pins == [(2, 100, 0), (3, 110, 1), (4, 130, 0)]
    assert shape["top"] == 40  # two rows


async def test_the_plot_is_drawn_to_another_scale_only_now_and_then(lab: Lab) -> None:
    history = await history_after(lab, room(0, occupied=1))
    nows = (1, 59, 61, 119, 121, 179, 200, 299, 3_600 * 30)

    shapes = [await shape_of(lab, history, now=now * S) for now in nows]

    assert [shape["to"] / MINUTE for shape in shapes] == [1, 1, 2, 2, 3, 3, 5, 5, 2 * 1440]
    assert all(2 <= len(shape["times"]) <= 8 for shape in shapes)


async def test_a_reminder_ends_in_time_or_with_another_notice(lab: Lab) -> None:
    first, full = {"id": "n1", "level": "nearly_full"}, {"id": "n2", "level": "full"}
    snooze = await lab.call("snooze.js", "snoozed", first, 0)

    async def asleep(notice: dict[str, str] | None, now: int) -> bool:
        sleeps: bool = await lab.call("snooze.js", "isAsleep", snooze, notice, now)
        return sleeps

    assert await asleep(first, 5 * MINUTE - 1)
    assert not await asleep(first, 5 * MINUTE)
    assert not await asleep(full, 1)
    assert not await asleep(None, 1)
    assert not await lab.call("snooze.js", "isAsleep", None, first, 1)
