"""A host page told four times a second of a full room and 5,000 people in line: does it grow?"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import click
from playwright.async_api import async_playwright

from tests.browser.hostlab import HostLab, open_host_lab
from tests.servers import find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import CDPSession

LINE = 5_000
PER_SECOND = 4  # what a host is told at most
NOTICES_EVERY = 240  # messages: a minute
LOOKS_EVERY_S = 30.0
FIRST_MINUTES_SHARE = 1 / 3  # until caches and compiled code have settled
MOST_GROWTH = 1.1


@dataclass(frozen=True, slots=True)
class Look:
    """What the browser holds for the page, after its garbage was collected."""

    at_s: float
    heap_bytes: int
    nodes: int
    listeners: int

    def __str__(self) -> str:
        megabytes = self.heap_bytes / 2**20
        figures = f"{self.nodes} nodes {self.listeners} listeners"
        return f"{self.at_s:6.0f} s  {megabytes:6.2f} MiB  {figures}"


async def look(browser: CDPSession, at_s: float) -> Look:
    await browser.send("HeapProfiler.collectGarbage")
    metrics = (await browser.send("Performance.getMetrics"))["metrics"]
    found = {metric["name"]: metric["value"] for metric in metrics}
    return Look(
        at_s, int(found["JSHeapUsedSize"]), int(found["Nodes"]), int(found["JSEventListeners"])
    )


async def message(lab: HostLab, turn: int) -> None:
    """Seats change hands all the time, and once a minute the room has a moment to remember."""
    if turn % NOTICES_EVERY == 0:
        await lab.notice("full", 50, id_=f"n{turn}")
    await lab.room(
        occupied=50 - turn % 3,
        held=turn % 3,
        waiting=LINE + turn % 97,
        level="full",
        paused=turn % (2 * NOTICES_EVERY) > NOTICES_EVERY,
        forecast={"joins_per_min": turn % 1_000, "full_in_s": None},
    )


async def soak(minutes: float) -> list[Look]:
    """What was there every half minute."""
    looks: list[Look] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        lab = await open_host_lab(chromium)
        session = await lab.visitor.page.context.new_cdp_session(lab.visitor.page)
        await session.send("Performance.enable")
        await lab.room(occupied=50, level="full")
        await lab.watch_shifts()
        moved_before = len(await lab.shifts())
        start = asyncio.get_running_loop().time()
        for turn in _until(start + 60 * minutes):
            await message(lab, turn)
            at_s = asyncio.get_running_loop().time() - start
            if at_s >= len(looks) * LOOKS_EVERY_S:
                looks.append(await look(session, at_s))
                print(looks[-1], flush=True)  # noqa: T201  # a program that one watches
            await asyncio.sleep(start + turn / PER_SECOND - start - at_s)  # noqa: TID251  # a pace
        moved = len(await lab.shifts()) - moved_before
        print(f"{turn} messages, {moved} layout shifts, {lab.visitor.complaints}")  # noqa: T201
        await chromium.close()
    return looks


def _until(end: float) -> Iterator[int]:
    loop = asyncio.get_running_loop()
    for turn in count(1):
        if loop.time() >= end:
            return
        yield turn


def has_grown(looks: list[Look]) -> bool:
    """Whether the last third holds more than the second, of memory or of nodes."""
    third = max(1, int(len(looks) * FIRST_MINUTES_SHARE))
    settled, last = looks[third : 2 * third] or looks, looks[-third:]
    heap = min(each.heap_bytes for each in last) / min(each.heap_bytes for each in settled)
    nodes = min(each.nodes for each in last) / min(each.nodes for each in settled)
    return max(heap, nodes) > MOST_GROWTH


@click.command()
@click.option("--minutes", type=float, default=10.0, show_default=True)
def command(*, minutes: float) -> None:
    """Ends with 1 if the page has grown."""
    sys.exit(1 if has_grown(asyncio.run(soak(minutes))) else 0)


if __name__ == "__main__":
    command()
