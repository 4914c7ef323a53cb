"""A person before a real browser: opens a page, looks closely, and complains of every error."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # it has no types

from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize

SCREENSHOTS = Path(__file__).parent / "screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}

# The browser's own words for an answer of 400 and above, and for a server that is away.
_NOT_OURS = ("Failed to load resource", "WebSocket connection to")


@dataclass(frozen=True, slots=True)
class Eyes:
    """How a person looks at the pages."""

    language: str = "en"
    viewport: ViewportSize = field(default_factory=lambda: DESKTOP)
    dark: bool = False

    def __str__(self) -> str:
        device = "phone" if self.viewport == PHONE else "desktop"
        return f"{device}-{self.language}-{'dark' if self.dark else 'light'}"


@dataclass(slots=True)
class Visitor:
    page: Page
    eyes: Eyes
    complaints: list[str] = field(default_factory=list)

    async def look(self, name: str) -> None:
        """Keep a picture of what is there, and check it as far as a program can."""
        SCREENSHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{self.eyes}-{name}.png")
        assert not await complaints_about(self.page), name
        assert not self.complaints, f"{name}: {self.complaints}"


async def complaints_about(page: Page) -> str:
    """What a program finds that keeps people from reading what is there; empty if nothing."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    # Frames belong to others: to look into them, axe writes to them, and they complain.
    found = await page.evaluate("axe.run({ resultTypes: ['violations'], iframes: false })")
    if found["violations"]:
        return "\n".join(map(_sentence, found["violations"]))
    return "wider than the screen" if await is_wider_than_screen(page) else ""


async def is_wider_than_screen(page: Page) -> bool:
    wider: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


def _sentence(violation: dict[str, Any]) -> str:
    """What is wrong, and where: in a shadow tree that is a path of selectors."""
    nodes = [f"{node['target']}: {node['failureSummary']}" for node in violation["nodes"]]
    return f"{violation['id']}: {'; '.join(nodes)}"


async def visit(browser: Browser, url: str, eyes: Eyes | None = None) -> Visitor:
    """Somebody opens `url` in a browser of their own."""
    visitor = await newcomer(browser, eyes)
    await visitor.page.goto(url)
    return visitor


async def newcomer(browser: Browser, eyes: Eyes | None = None) -> Visitor:
    """Somebody with a browser of their own, who has opened nothing yet."""
    eyes = eyes or Eyes()
    context = await browser.new_context(
        locale={"en": "en-GB", "de": "de-DE"}[eyes.language],
        viewport=eyes.viewport,
        color_scheme="dark" if eyes.dark else "light",
        reduced_motion="reduce",  # a picture is of a state, not of the way to it
        timezone_id="Europe/Berlin",
    )
    visitor = Visitor(await context.new_page(), eyes)
    visitor.page.set_default_timeout(PATIENCE_S * 1_000)
    visitor.page.on("console", lambda message: _note(visitor, message))
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    return visitor


def _note(visitor: Visitor, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning") and not message.text.startswith(_NOT_OURS):
        visitor.complaints.append(message.text)
