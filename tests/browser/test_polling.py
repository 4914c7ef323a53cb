"""Networks that let no WebSocket through: the same story over `POST /v1/poll`, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from tests.browser.lab import Lab, open_lab
from tests.browser.test_waiting_room import CALLED_AT_HELLO, ROOM, SEATED, WAITING
from tests.browser.visitors import Visitor, visit
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route, WebSocketRoute

    from tests.browser.event import Event


async def block_sockets(visitor: Visitor) -> None:
    """As a proxy does that knows no WebSockets."""

    async def close(socket: WebSocketRoute) -> None:
        await socket.close(code=1006)

    await visitor.page.route_web_socket("**/v1/connect", close)


async def test_without_sockets_the_story_is_the_same(browser: Browser, event: Event) -> None:
    await event.come(3, let_in=True)
    zoe = await visit(browser, "about:blank")
    await block_sockets(zoe)
    await zoe.page.goto(event.attendee_page("zoe"))
    headline = zoe.page.locator("#headline")
    await expect(headline).to_have_text("The room is full right now")
    await expect(zoe.page.locator("#link")).to_have_text("Connected")
    await expect(zoe.page.locator("#kept")).to_contain_text("kept for 15 seconds")
    await zoe.page.locator("#auto").uncheck()

    await event.remove("crowd1-001")
    await expect(headline).to_have_text("Your seat is ready")
    async with zoe.page.expect_navigation():
        await zoe.page.locator("#enter").click()
    await expect(headline).to_have_text("You are in")
    assert await event.counts() == (3, 0)

    await zoe.page.get_by_role("button", name="Leave the event").click()
    await zoe.page.get_by_role("button", name="Yes, leave").click()
    await expect(headline).to_have_text("You have left")
    assert await event.counts() == (2, 0)


@dataclass(slots=True)
class Answers:
    """What polls are answered with; the last answer again and again."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    async def answer(self, route: Route) -> None:
        request = route.request
        self.asked.append((request.headers["authorization"], request.post_data_json))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        status = answer.get("status", 200)
        await route.fulfill(status=status, json=answer)


def told(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": messages, "poll_after_s": 5}


async def polling_lab(browser: Browser, *answers: dict[str, Any]) -> tuple[Lab, Answers]:
    """A waiting room whose sockets were closed twice before they brought anything."""
    lab = await open_lab(browser)
    polls = Answers(list(answers))
    await lab.page.route("**/v1/poll", lambda route: polls.answer(route))  # noqa: PLW0108  # Playwright marks what it is given
    await lab.place(ROOM, auto="off")
    for sockets in (1, 2):
        await lab.until_sockets(sockets)
        await lab.close(1006)
        await lab.pass_time(1_000)
    await wait_until(lambda: polls.asked)
    return lab, polls


async def test_a_called_seat_is_taken_by_a_poll_only_when_the_person_says_so(
    browser: Browser,
) -> None:
    lab, polls = await polling_lab(browser, told(CALLED_AT_HELLO), told(SEATED))
    await expect(lab.page.locator("#headline")).to_have_text("Your seat is ready")
    assert [body for _, body in polls.asked] == [{}]

    await lab.page.locator("#enter").click()

    await expect(lab.page.locator("#headline")).to_have_text("You are in")
    assert [body for _, body in polls.asked] == [{}, {"claim": True}]


async def test_a_poll_says_who_watches_and_does_not_insist_with_an_earlier_server(
    browser: Browser,
) -> None:
    offered = told({**WAITING, "watch": "https://stream.example/"})
    lab, polls = await polling_lab(browser, offered, {"status": 422}, offered)
    await lab.page.route("https://stream.example/**", lambda route: route.fulfill(body=""))

    await lab.page.locator("#watch").click()
    await wait_until(lambda: len(polls.asked) >= 3)
    await lab.pass_time(5_100)
    await wait_until(lambda: len(polls.asked) >= 4)

    assert [body for _, body in polls.asked] == [{}, {"watching": True}, {}, {}]
    await expect(lab.page.locator("#headline")).to_have_text("The room is full right now")


async def test_it_goes_back_to_a_socket_when_one_works_again(browser: Browser) -> None:
    lab, polls = await polling_lab(browser, told(WAITING))
    await expect(lab.page.locator("#headline")).to_have_text("The room is full right now")
    assert await via(lab) == "poll"

    while len(lab.sockets) < 3:
        await lab.pass_time(5_000)
    await lab.until_said(3)
    assert lab.said[-1]["type"] == "hello"
    await lab.tell(**WAITING)

    assert await via(lab) == "socket"
    asked = len(polls.asked)
    await lab.pass_time(10_000)
    assert len(polls.asked) == asked


async def test_a_token_that_expires_while_polling_is_renewed(browser: Browser) -> None:
    lab, polls = await polling_lab(browser, told(WAITING), {"status": 401}, told(SEATED))
    await expect(lab.page.locator("#headline")).to_have_text("The room is full right now")

    await lab.pass_time(5_000)
    await expect(lab.page.locator("#headline")).to_have_text("You are in")

    first, refused, again = (token for token, _ in polls.asked)
    assert first == refused != again


async def test_the_end_of_the_event_ends_the_polls(browser: Browser) -> None:
    over = {"type": "room_closed", "reason": "closed", "epoch": 1, "rev": 9}
    lab, polls = await polling_lab(browser, told(WAITING), told(over))
    await expect(lab.page.locator("#headline")).to_have_text("The room is full right now")

    await lab.pass_time(5_000)
    await expect(lab.page.locator("#headline")).to_have_text("The event is over")
    asked = len(polls.asked)
    await lab.pass_time(30_000)

    assert len(polls.asked) == asked


async def test_a_server_that_is_away_is_tried_over_both_ways(browser: Browser) -> None:
    lab, _ = await polling_lab(browser, told(WAITING), {"status": 503})

    async def is_away() -> bool:
        await lab.pass_time(1_000)  # the page may not have set its timer before
        return await lab.page.locator("#away").is_visible()

    await wait_until(is_away)
    await lab.pass_time(1_000)

    await lab.until_sockets(3)


async def via(lab: Lab) -> str:
    way: str = await lab.page.evaluate(f"document.querySelector('{ROOM}').connection.link.via")
    return way
