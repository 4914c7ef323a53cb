"""A real Chromium, and a live event for it to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect
from redis import Redis

from tests.browser.event import Event, live_event
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from playwright.async_api import Browser

# Chromium 156 draws its address bar with two web pages of its own, in each window that it opens,
# and keeps a renderer in reserve: more work than most pages of ours. Only the last such list on a
# command line counts, so it repeats what of Playwright's own list concerns pages on plain HTTP.
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
_QUIET = (
    f"--disable-features={','.join(_WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


expect.set_options(timeout=PATIENCE_S * 1_000)

_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(_ONE_LOOP, append=False)  # the one that the browser lives in


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """A Chromium in which nothing is open, before and after."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()


@pytest.fixture
def event_with(
    redis_url: str, tmp_path: Path
) -> Callable[..., AbstractAsyncContextManager[Event]]:
    """`live_event` on the empty store of the test run; takes settings."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    return partial(live_event, redis_url, tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def event(
    event_with: Callable[..., AbstractAsyncContextManager[Event]],
) -> AsyncIterator[Event]:
    async with event_with() as live:
        yield live
