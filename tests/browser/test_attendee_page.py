"""What a waiting person sees when things go otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from playwright.async_api import expect

from fullhouse_demo.nodes import running_nodes
from tests.browser.event import ROOM, Event, ready
from tests.browser.visitors import PHONE, Eyes, visit

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page, WebSocket

EventWith = Callable[..., AbstractAsyncContextManager[Event]]


def headline(page: Page) -> Locator:
    return page.locator("#headline")


async def test_a_person_enters_by_themselves_at_their_moment(
    browser: Browser, event: Event
) -> None:
    await event.come(3, let_in=True)
    attendee = await visit(browser, event.attendee_page("zoe"))
    await expect(headline(attendee.page)).to_have_text("The room is full right now")

    async with attendee.page.expect_navigation():
        await event.remove("crowd1-001")

    await expect(headline(attendee.page)).to_have_text("You are in")


async def test_who_misses_two_calls_may_line_up_again(
    browser: Browser, event_with: EventWith
) -> None:
    async with event_with(claim_s=2) as event:
        await event.come(3, let_in=True)
        attendee = await visit(browser, event.attendee_page("zoe"), Eyes("de", PHONE))
        await expect(attendee.page.locator("#auto")).to_be_checked()  # it has a place
        await attendee.page.locator("#auto").uncheck()
        await event.come(1, let_in=False)

        await event.remove("crowd1-001")
        await expect(headline(attendee.page)).to_have_text("Ihr Platz ist bereit")
        await expect(headline(attendee.page)).to_have_text("Sie haben Ihren Aufruf verpasst")
        await attendee.look("missed")

        await event.remove("crowd1-002")
        await expect(headline(attendee.page)).to_have_text("Ihr Platz ist bereit")
        await expect(headline(attendee.page)).to_have_text(
            "Sie stehen nicht mehr in der Warteschlange"
        )
        await attendee.look("missed-twice")

        await attendee.page.get_by_role("button", name="Wieder anstellen").click()
        await expect(headline(attendee.page)).to_have_text("Sie sind drin")


async def test_a_person_whose_node_died_sees_until_when_the_place_is_kept_and_keeps_it(
    browser: Browser, event: Event
) -> None:
    attendee = await visit(browser, event.attendee_page("zoe", node=1))
    await expect(headline(attendee.page)).to_have_text("You are in")

    event.nodes[1].kill()
    away = attendee.page.locator("#away")
    await expect(away).to_have_text(
        re.compile(r"Reconnecting … Your place is kept until \d\d:\d\d:\d\d\.")
    )
    await attendee.look("reconnecting")

    async with running_nodes([event.jobs[1]]):
        await ready(event.jobs[1])
        await expect(away).to_be_hidden()
        await expect(headline(attendee.page)).to_have_text("You are in")
        assert await event.counts() == (1, 0)


async def test_who_leaves_can_come_back(browser: Browser, event: Event) -> None:
    attendee = await visit(browser, event.attendee_page("zoe"))

    await attendee.page.get_by_role("button", name="Leave the event").click()
    await attendee.page.get_by_role("button", name="Yes, leave").click()
    await expect(headline(attendee.page)).to_have_text("You have left")
    await attendee.look("left")

    await attendee.page.get_by_role("button", name="Come back").click()
    await expect(headline(attendee.page)).to_have_text("You are in")


async def test_a_removed_person_is_told_so(browser: Browser, event: Event) -> None:
    attendee = await visit(browser, event.attendee_page("zoe"), Eyes(dark=True))
    await expect(headline(attendee.page)).to_have_text("You are in")

    await event.remove("zoe")

    await expect(headline(attendee.page)).to_have_text("You were removed from this event")
    await attendee.look("removed")


async def test_a_held_line_says_so_and_the_end_of_the_event_reaches_who_waits(
    browser: Browser, event: Event
) -> None:
    await event.call("PATCH", ROOM, {"paused": True})
    attendee = await visit(browser, event.attendee_page("zoe"))
    await expect(headline(attendee.page)).to_have_text("The line is on hold")
    await attendee.look("held")

    await event.call("POST", f"{ROOM}/close")

    await expect(headline(attendee.page)).to_have_text("The event is over")
    await attendee.look("closed")


async def test_a_person_never_hears_of_prices_plans_or_the_size_of_the_room(
    browser: Browser, event: Event
) -> None:
    heard: list[dict[str, object]] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(json.loads(frame)))

    await event.come(3, let_in=True)
    attendee = await visit(browser, "about:blank")
    attendee.page.on("websocket", listen)
    await attendee.page.goto(event.attendee_page("zoe"))
    await expect(headline(attendee.page)).to_have_text("The room is full right now")
    async with attendee.page.expect_navigation():
        await event.remove("crowd1-001")
    await expect(headline(attendee.page)).to_have_text("You are in")

    kinds = {message["type"] for message in heard}
    assert kinds <= {"waiting", "refresh_required", "line", "seated", "alive"}
    assert not {"capacity", "occupied", "plan", "offers", "notice"} & {
        field for message in heard for field in message
    }
    words = await attendee.page.locator("#place").inner_text()
    assert not re.search(r"€|Small|Medium|Large|seats", words)


async def test_one_browser_is_one_person_in_all_its_tabs(browser: Browser, event: Event) -> None:
    url = f"{event.jobs[0].base_url}/attend"
    first = await visit(browser, url)
    await expect(headline(first.page)).to_have_text("You are in")

    second = await first.page.context.new_page()
    await second.goto(url)
    await expect(headline(second)).to_have_text("You are in")

    assert await event.counts() == (1, 0)
