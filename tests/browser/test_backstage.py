"""The panel of the demo: what a visitor can break, and what the page tells about it."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.hostlab import open_host_lab
from tests.browser.lab import Lab, open_lab
from tests.browser.visitors import Eyes, visit
from tests.demos import demo, two_free_ports, until_it_says

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser

CROWD = {"is_here": True, "people": 12, "inside": 10, "called": 0, "waiting": 2, "away": 0}


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


def scene(
    *, other: str = "running", back_ms: int = 0, unnoticed: bool = False, **crowd: int
) -> dict[str, Any]:
    """How it looks; `unnoticed`: six people are cut off and have not noticed yet."""
    connected = (CROWD | crowd)["people"] - (CROWD | crowd)["away"]
    if unnoticed:
        connected -= 6
    there = 0 if other == "down" else 6
    nodes = [
        {"state": "running", "people": connected - there},
        {"state": other, "people": there},
    ]
    return {"crowd": CROWD | crowd, "nodes": nodes, "network_back_ms": back_ms, "through": 0}


async def told(lab: Lab, act: str, now: dict[str, Any]) -> dict[str, Any]:
    """What is told after `act`, when it looks like `now`."""
    trial = {"act": act, "before": scene()}
    telling: dict[str, Any] = await lab.call("backstageview.js", "telling", trial, now)
    return telling


async def test_a_crash_is_told_until_everybody_is_back(lab: Lab) -> None:
    at_once = await told(lab, "stop_node", scene(other="down", unnoticed=True))
    away = await told(lab, "stop_node", scene(other="down", inside=4, away=6))
    back = await told(lab, "stop_node", scene(other="down"))
    started = await told(lab, "stop_node", scene())

    assert at_once == away == {"key": "try.crashed", "values": {"node": 2, "n": 6}}
    assert back == {"key": "try.all_back", "values": {"n": 12, "inside": 10, "before": 10}}
    assert started == {"key": "try.started", "values": {"node": 2}}


async def test_a_dead_network_is_counted_down_and_a_lost_seat_would_be_told(lab: Lab) -> None:
    nobody = scene(back_ms=8_200, inside=0, waiting=0, away=12)
    away = await told(lab, "cut_network", nobody)
    returning = await told(lab, "cut_network", scene(inside=3, waiting=0, away=9))
    worse = await told(lab, "cut_network", scene(inside=9, waiting=3))

    assert away == {"key": "try.network_away", "values": {"n": 9, "people": 12}}
    assert returning == {"key": "try.network_returns", "values": {"n": 3, "all": 12}}
    assert worse == {"key": "try.all_back", "values": {"n": 12, "inside": 9, "before": 10}}


async def test_the_panel_is_not_there_without_a_demo_behind_the_page(browser: Browser) -> None:
    lab = await open_host_lab(browser)
    await lab.room(occupied=3)

    await expect(lab.visitor.page.locator("#inside")).to_have_text("3")
    await expect(lab.visitor.page.locator("#backstage")).to_be_hidden()
    await expect(lab.visitor.page.get_by_role("link", name="Try it out")).to_be_hidden()


@asynccontextmanager
async def a_demo(tmp_path: Path) -> AsyncIterator[tuple[str, int]]:
    """`fullhouse demo` with twelve people; gives the address of a node, and how many stay inside.

    With nobody to come over time, whoever is not going to stay leaves at once.
    """
    port = two_free_ports()
    arguments = ("--port", str(port), "--attendees", "12", "--over", "0")
    async with demo(*arguments, tmp=tmp_path) as process:
        said = await until_it_says(process, "arrived=12/12")
        while not (inside := at_rest_with(said.splitlines()[-1])):
            said = await until_it_says(process, "simulate")
        yield f"http://127.0.0.1:{port}", inside
        process.terminate()
        await process.wait()


def at_rest_with(line: str) -> int:
    """How many are inside, once all twelve are inside or gone; else 0."""
    figures = dict(re.findall(r"(\w+)=(\d+)", line))
    inside, gone = int(figures["inside"]), int(figures["gone"])
    return inside if inside + gone == 12 else 0


async def test_a_visitor_breaks_everything_and_the_room_stays_as_it_is(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_demo(tmp_path) as (address, inside):
        host = await visit(browser, f"{address}/host", Eyes("en", dark=True))
        page, nodes, words = (
            host.page,
            host.page.locator("#nodes li"),
            host.page.locator("#try-told"),
        )
        await expect(page.locator("#inside")).to_have_text(str(inside))
        await page.get_by_role("link", name="Try it out").click()
        await expect(page.locator("#backstage")).to_be_focused()
        await expect(nodes.nth(0)).to_contain_text("this page")

        await page.get_by_role("button", name="Crash node 2").click()
        await expect(nodes.nth(1)).to_contain_text("down")
        await expect(words).to_have_text(
            re.compile(
                rf"All \d+ people of the crowd are connected: {inside} inside now, {inside} before"
            )
        )
        await expect(page.locator("#link")).to_have_text("Connected")
        await host.look("crashed")

        await page.get_by_role("button", name="Start node 2 again").click()
        # Whoever had not come back yet may have come to it.
        await expect(nodes.nth(1)).to_contain_text(re.compile(r"\d pe"))

        await page.get_by_role("button", name="Cut it for ten seconds").click()
        await expect(words).to_contain_text("Everybody in the crowd is cut off")
        await expect(page.locator("#try-spoken")).to_contain_text(
            "is cut off, for 10 more seconds"
        )
        await expect(words).not_to_contain_text("10 more")
        await expect(page.locator("#try-spoken")).to_contain_text("10 more")  # read aloud once
        await expect(page.locator("#inside")).to_have_text(str(inside))
        await host.look("cut-off")

        await page.get_by_role("button", name="Send them home").click()
        await expect(page.get_by_role("button", name="Send a crowd")).to_be_visible()
