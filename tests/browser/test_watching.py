"""The stream that people in line watch: they keep the place, see it, and never miss the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.event import ROOM as EVENT_ROOM
from tests.browser.lab import Lab, open_lab
from tests.browser.test_waiting_room import CALL, ROOM, SEATED, WAITING
from tests.browser.visitors import DESKTOP, PHONE, Eyes, newcomer
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.browser.event import Event

STREAM, OTHER = "https://stream.example/hall", "https://stream.example/other"
PLAYER = """<!doctype html><title>Stream</title>
<body style="margin:0;background:#123;color:#fff;font:2rem sans-serif"><p>Live</p>
<button>Play</button></body>"""
OFFERED = {**WAITING, "watch": STREAM}
EYES = [Eyes("en", DESKTOP), Eyes("de", PHONE, dark=True)]


async def serve_stream(page: Page) -> None:
    await page.route(
        "https://stream.example/**",
        lambda route: route.fulfill(body=PLAYER, content_type="text/html"),
    )


async def offered(browser: Browser) -> Lab:
    """Somebody in line who may watch a stream."""
    lab = await open_lab(browser)
    await serve_stream(lab.page)
    await lab.place(ROOM, auto="off")
    await lab.tell(**OFFERED)
    return lab


def watching(lab: Lab) -> list[bool]:
    """What the page has told the server."""
    return [said["on"] for said in lab.said if said["type"] == "watching"]


@pytest.mark.parametrize("eyes", EYES, ids=str)
async def test_people_in_line_watch_keep_their_place_and_come_in_when_called(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    """A real room: the platform names a stream, its hosts see who watches, the report tells it."""
    await event.come(3, let_in=True)
    zoe = await newcomer(browser, eyes)
    page = zoe.page
    await serve_stream(page)
    await page.goto(event.attendee_page("zoe"))
    await expect(page.locator("#waiting")).to_be_visible()
    await expect(page.locator("#stream")).to_be_hidden()

    await event.call("PATCH", EVENT_ROOM, {"watch": STREAM})
    await zoe.look("stream-offered")
    await page.locator("#watch").click()
    player = page.frame_locator("#stream-frame iframe")
    await expect(player.get_by_text("Live")).to_be_visible()
    await expect(page.locator("#stream-place")).to_be_visible()
    await wait_until(lambda: _watching(event, 1))
    await zoe.look("stream-watched")

    await event.call("PATCH", EVENT_ROOM, {"watch": OTHER})
    await expect(page.locator("#stream-frame iframe")).to_have_attribute("src", OTHER)
    await page.locator("label", has=page.locator("#auto")).click()
    await event.remove("crowd1-001")
    await expect(page.locator("#stream-bar")).to_have_attribute("data-called", "true")
    await zoe.look("stream-called")
    await page.locator("#stream-enter").click()
    await expect(page.locator("#inside")).to_be_visible()
    await expect(page.locator("#stream")).to_be_hidden()

    waits = (await event.call("GET", f"{EVENT_ROOM}/report"))["waits"]
    assert (waits["watched"], waits["seated_watching"], waits["gave_up_watching"]) == (1, 1, 0)
    assert await _watching(event, 0)


async def _watching(event: Event, people: int) -> bool:
    room = await event.call("GET", EVENT_ROOM)
    return bool(room["watching"] == people)


async def test_a_stranger_or_an_earlier_server_shows_no_stream(browser: Browser) -> None:
    lab = await open_lab(browser)
    await lab.place(ROOM)

    for watch in (None, "http://stream.example/", "javascript:alert(1)", "nonsense"):
        await lab.tell(**{**WAITING, "watch": watch})
        await expect(lab.page.locator("#stream")).to_be_hidden()
    await lab.tell(**WAITING)

    await expect(lab.page.locator("#stream")).to_be_hidden()
    assert watching(lab) == []


async def test_the_server_is_told_once_on_each_connection(browser: Browser) -> None:
    """An earlier server would not know the message: a `waiting` without a stream comes from it."""
    lab = await offered(browser)
    watch = lab.page.locator("#watch")

    await watch.click()
    await lab.tell(**{**OFFERED, "rev": 2})
    assert watching(lab) == [True]
    await lab.close(1012)
    await lab.pass_time(5_000)
    await lab.until_sockets(2)
    await lab.tell(**{**OFFERED, "rev": 3})
    await wait_until(lambda: watching(lab) == [True, True])
    await watch.click()

    await wait_until(lambda: watching(lab) == [True, True, False])
    await expect(lab.page.locator("iframe")).to_have_count(0)


async def test_the_frame_may_do_what_a_player_needs_and_cannot_lead_the_page_away(
    browser: Browser,
) -> None:
    lab = await offered(browser)
    await lab.page.locator("#watch").click()
    frame = lab.page.locator("#stream-frame iframe")

    allowed = (await frame.get_attribute("sandbox") or "").split()
    assert sorted(allowed) == ["allow-presentation", "allow-same-origin", "allow-scripts"]
    await expect(frame).to_have_attribute("title", "Stream of the event")
    await lab.tell(**{**OFFERED, "watch": "https://stream.example/2", "rev": 2})
    await lab.pass_time(10_000)
    await expect(frame).to_have_attribute("src", "https://stream.example/2")


async def test_people_change_to_another_stream_at_different_moments(browser: Browser) -> None:
    lab = await offered(browser)
    await lab.page.evaluate("Math.random = () => 0.5")
    await lab.page.locator("#watch").click()
    frame = lab.page.locator("#stream-frame iframe")

    change = {"type": "watch", "epoch": 1, "watch": OTHER, "window_ms": 20_000}
    await lab.tell(**change, rev=2)
    await lab.pass_time(9_900)
    await expect(frame).to_have_attribute("src", STREAM)
    await lab.pass_time(200)
    await expect(frame).to_have_attribute("src", OTHER)

    await lab.tell(**{**change, "watch": None}, rev=3)
    await expect(lab.page.locator("#stream")).to_be_hidden()
    assert watching(lab) == [True, False]


async def test_a_stream_goes_on_while_the_place_is_looked_for_again(browser: Browser) -> None:
    """A new epoch, a lease that ended on a late node: each would begin the stream anew."""
    lab = await offered(browser)
    await lab.page.locator("#watch").click()
    await lab.page.evaluate(
        "document.querySelector('fullhouse-waiting-room').shadowRoot"
        ".querySelector('iframe').dataset.first = ''"
    )

    await lab.tell(type="seat_lost", reason="expired", epoch=1, rev=2)
    await lab.tell(**{**OFFERED, "epoch": 2, "rev": 1})
    await expect(lab.page.locator("iframe[data-first]")).to_have_count(1)
    await lab.tell(**{**SEATED, "epoch": 2, "rev": 2})

    await expect(lab.page.locator("iframe")).to_have_count(0)


async def test_a_call_rings_and_ends_the_full_screen_though_the_sound_is_off(
    browser: Browser,
) -> None:
    lab = await offered(browser)
    await lab.page.evaluate(
        """() => {
          window.rung = 0;
          OscillatorNode.prototype.start = () => rung++;
        }"""
    )
    await lab.page.locator("#watch").click()
    await lab.page.evaluate(
        "document.querySelector('fullhouse-waiting-room').shadowRoot"
        ".querySelector('iframe').requestFullscreen()"
    )
    await expect(lab.page.locator("#sound")).not_to_be_checked()

    await lab.tell(**CALL)
    await lab.pass_time(1_000)

    await lab.page.wait_for_function("!document.fullscreenElement && rung > 0")
    await expect(lab.page.locator("#stream-place")).to_have_text("0:44 · Your seat is ready")
    await lab.page.locator("#stream-enter").click()
    await wait_until(lambda: lab.said[-1] == {"type": "claim"})


async def test_a_page_whose_policy_forbids_the_frame_offers_a_new_tab(browser: Browser) -> None:
    lab = await offered(browser)
    await lab.page.evaluate(
        """() => {
          const policy = document.createElement("meta");
          policy.httpEquiv = "Content-Security-Policy";
          policy.content = "frame-src 'self'";
          document.head.append(policy);
        }"""
    )

    await lab.page.locator("#watch").click()

    link = lab.page.locator("#watch-tab")
    await expect(lab.page.locator("#watch")).to_be_hidden()
    await expect(link).to_be_focused()
    await expect(link).to_have_attribute("href", STREAM)
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert watching(lab) == [True, False]


async def test_whoever_watches_in_another_tab_counts_and_is_told_to_stay(browser: Browser) -> None:
    lab = await offered(browser)
    await lab.page.context.route(
        "https://stream.example/**",
        lambda route: route.fulfill(body=PLAYER, content_type="text/html"),
    )

    async with lab.page.context.expect_page() as opened:
        await lab.page.locator("#watch-tab").click()

    assert await (await opened.value).evaluate("window.opener") is None
    await expect(lab.page.locator("#stream-words")).to_contain_text("Leave this page open")
    assert watching(lab) == [True]

    await lab.tell(**CALL)
    await expect(lab.page.locator("#call")).to_be_visible()
    await expect(lab.page.locator("#stream-words")).to_be_hidden()  # nobody waits any longer
