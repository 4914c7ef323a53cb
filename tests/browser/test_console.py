"""The host's console: the plot, the notice that can be put off, and the line that can be held."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.event import ROOM
from tests.browser.hostlab import open_host_lab
from tests.browser.visitors import PHONE, Eyes, visit
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser, ViewportSize

    from tests.browser.event import Event
    from tests.browser.hostlab import HostLab

ZOOMED: ViewportSize = {"width": 640, "height": 430}  # a desktop at 200 %
EYES = [Eyes("en"), Eyes("de", PHONE, dark=True)]


async def test_every_moment_is_in_the_plot_and_in_the_list_under_the_same_number(
    browser: Browser, event: Event
) -> None:
    host = await visit(browser, event.host_page)
    await expect(host.page.locator("#inside")).to_have_text("0")  # it sees all of it
    await event.come(2, let_in=True)
    await expect(host.page.locator("#notice")).to_be_visible()
    await event.come(1, let_in=True)
    await expect(host.page.locator("#notice-title")).to_have_text("Full: all 3 seats are taken")
    await event.call("PATCH", ROOM, {"paused": True})

    log = host.page.locator("#log li")
    await expect(log).to_have_text(
        [
            re.compile(r"^3.*The line was put on hold\."),
            re.compile(r"^2.*The room filled up. Seats: 3\."),
            re.compile(r"^1.*Nearly full: 2 of 3 seats taken\."),
        ]
    )
    await expect(host.page.locator("#plot .pins text")).to_have_text(["1", "2", "3"])
    summary = host.page.get_by_role(
        "img", name="Now 3 inside, 0 called and 0 waiting, for 3 seats."
    )
    await expect(summary).to_be_visible()
    await host.look("moments")


@pytest.mark.parametrize("eyes", EYES, ids=str)
async def test_a_host_who_comes_later_sees_the_event_since_its_opening(
    browser: Browser, event: Event, eyes: Eyes
) -> None:
    first = await visit(browser, event.host_page, eyes)
    seen = first.page.locator("#log li span:last-child")
    await expect(first.page.locator("#inside")).to_have_text("0")
    await event.come(2, let_in=True)
    await expect(seen).to_have_count(1)
    await event.come(1, let_in=True)
    await event.come(1, let_in=False)
    await expect(seen).to_have_count(2)
    await event.call("PATCH", ROOM, {"paused": True})
    await expect(seen).to_have_count(3)
    await event.call("POST", f"{ROOM}/messages", {"text": "Soon"})
    await expect(seen).to_have_count(4)

    second = await visit(browser, event.host_page, eyes)

    log = second.page.locator("#log li span:last-child")
    await expect(log).to_have_text(await seen.all_inner_texts())
    since = {"en": "Since the opening at ", "de": "Seit der Öffnung um "}[eyes.language]
    await expect(second.page.locator("#plot-since")).to_contain_text(since)
    await expect(first.page.locator("#plot-since")).to_contain_text(since)
    await second.page.locator("#plot-card").scroll_into_view_if_needed()
    await second.look("history-of-the-server")


async def test_a_presenter_who_may_not_read_the_history_sees_what_the_page_saw(
    browser: Browser, event: Event
) -> None:
    presenter = await visit(browser, f"{event.host_page}?role=presenter")

    await event.come(1, let_in=True)

    await expect(presenter.page.locator("#plot-since")).to_contain_text("Seen by this page since")


async def test_a_page_that_is_loaded_again_goes_on_without_a_gap(
    browser: Browser, event: Event
) -> None:
    host = await visit(browser, event.host_page)
    await event.come(2, let_in=True)
    await expect(host.page.locator("#log li")).to_have_count(1)
    await expect(host.page.locator("#plot-since")).to_contain_text("Since the opening")
    since = await host.page.locator("#plot-since").inner_text()

    await host.page.reload()

    await expect(host.page.locator("#log li")).to_have_count(1)
    await expect(host.page.locator("#plot-since")).to_have_text(since)
    unbroken = re.compile(r"^M[^M]+$")  # the server has seen the moment without a page
    await expect(host.page.locator("#plot .demand")).to_have_attribute("d", unbroken)


async def test_the_plot_can_be_read_as_a_table(browser: Browser, event: Event) -> None:
    host = await visit(browser, event.host_page)
    await event.come(2, let_in=True)
    await expect(host.page.locator("#inside")).to_have_text("2")

    await host.page.get_by_text("Show as table").click()

    newest = host.page.locator("#plot-rows tr").last
    await expect(newest.locator("td")).to_have_text(["2", "0", "0", "3"])
    await host.look("table")


async def test_the_line_is_held_by_one_host_and_let_go_by_another(
    browser: Browser, event: Event
) -> None:
    """They are on different nodes; neither has the platform key."""
    first = await visit(browser, event.host_page)
    second = await visit(browser, f"{event.jobs[1].base_url}/host", Eyes("de", PHONE, dark=True))
    for host in (first, second):  # who connects later sees no beginning of the hold
        await expect(host.page.locator("#inside")).to_have_text("0")

    await first.page.get_by_role("button", name="Put the line on hold").click()
    await expect(second.page.locator("#line-words")).to_contain_text(
        "Die Warteschlange ist angehalten"
    )
    await event.come(2, let_in=False)
    await expect(first.page.locator("#waiting")).to_have_text("2")
    await first.look("held")

    await second.page.get_by_role("button", name="Warteschlange fortsetzen").click()
    await expect(first.page.get_by_role("button", name="Put the line on hold")).to_be_visible()
    await wait_until(lambda: _all_inside(event))
    for host in (first, second):
        await expect(host.page.locator("#inside")).to_have_text("2")
        await expect(host.page.locator("#plot .pins circle.paused")).to_have_count(1)
        await expect(host.page.locator("#plot .pins circle.resumed")).to_have_count(1)
    await second.look("let-go")


async def _all_inside(event: Event) -> bool:
    return await event.counts() == (2, 0)


async def test_a_hold_that_does_not_get_through_is_said_and_can_be_tried_again(
    browser: Browser, event: Event
) -> None:
    host = await visit(browser, event.host_page)
    hold = host.page.get_by_role("button", name="Put the line on hold")
    await host.page.route("**/demo/room", lambda route: route.abort())

    await hold.click()
    trouble = host.page.locator("#hold-trouble")
    await expect(trouble).to_have_text("That did not get through. Please try again.")
    await expect(hold).to_be_focused()
    await host.look("not-held")

    await host.page.unroute("**/demo/room")
    await hold.click()
    await expect(host.page.get_by_role("button", name="Resume the line")).to_be_focused()
    await expect(trouble).to_be_hidden()


async def a_notice_put_off(browser: Browser) -> tuple[HostLab, dict[str, object]]:
    lab = await open_host_lab(browser, timed=True)
    notice = await lab.notice("nearly_full", 40, id_="n1")
    nearly = {"occupied": 40, "level": "nearly_full", "notice": notice}
    await lab.room(**nearly)
    await lab.visitor.page.get_by_role("button", name="Later").click()
    await lab.visitor.page.get_by_role("button", name="Remind me in 5 minutes").click()
    return lab, nearly


async def test_a_notice_that_is_put_off_comes_back_after_five_minutes(browser: Browser) -> None:
    lab, nearly = await a_notice_put_off(browser)
    page = lab.visitor.page
    notice, calm = page.locator("#notice"), page.locator("#calm")
    await expect(notice).to_be_hidden()
    await expect(calm).to_contain_text("You will be reminded at")
    await expect(page.locator("#slot")).to_be_focused()  # its button is gone, the reader is not
    await lab.visitor.look("put-off")

    await page.reload()
    await wait_until(lambda: len(lab.said) == 2)
    await lab.room(**nearly)
    await expect(calm).to_contain_text("You will be reminded at")
    await page.clock.fast_forward("04:00")  # its clock goes on by itself besides
    await expect(notice).to_be_hidden()

    await page.clock.fast_forward("01:10")
    await expect(notice).to_be_visible()


async def test_a_notice_that_is_put_off_comes_back_when_the_room_is_full(
    browser: Browser,
) -> None:
    lab, _ = await a_notice_put_off(browser)
    notice = lab.visitor.page.locator("#notice")
    await expect(notice).to_be_hidden()

    full = await lab.notice("full", 50, id_="n2")
    await lab.room(occupied=50, level="full", notice=full)

    await expect(notice).to_be_visible()


async def test_a_notice_that_is_put_off_can_be_fetched_back(browser: Browser) -> None:
    lab, _ = await a_notice_put_off(browser)

    await lab.visitor.page.get_by_role("button", name="Show it now").click()

    await expect(lab.visitor.page.locator("#notice")).to_be_visible()


@pytest.mark.parametrize(
    ("seats", "said"),
    [(1, "Full: the only seat is taken"), (2, "Full: all 2 seats are taken")],
)
async def test_a_full_room_says_how_many_seats_it_has(
    browser: Browser, seats: int, said: str
) -> None:
    lab = await open_host_lab(browser)
    await lab.room(capacity=seats, occupied=seats, level="full")

    await expect(lab.visitor.page.locator("#calm-title")).to_have_text(said)


async def test_the_forecast_is_in_the_bar_and_in_the_plot(browser: Browser) -> None:
    lab = await open_host_lab(browser)
    await lab.room(occupied=20)
    await lab.room(occupied=32, forecast={"joins_per_min": 5, "full_in_s": 220})

    page = lab.visitor.page
    await expect(page.locator("#calm-detail")).to_contain_text("full in about 4 minutes")
    await expect(page.locator("#plot .full-in")).to_have_text("full in about 4 minutes")
    await expect(page.locator("#plot .forecast")).to_have_attribute("d", re.compile("^M.+L"))
    await lab.visitor.look("forecast")

    await lab.room(occupied=50, level="full", forecast={"joins_per_min": 5, "full_in_s": 220})
    await expect(page.locator("#plot .forecast")).to_have_attribute("d", "")


async def test_more_people_than_seats_is_explained(browser: Browser) -> None:
    lab = await open_host_lab(browser)

    await lab.room(capacity=40, occupied=42, held=1, waiting=7, level="draining")

    page = lab.visitor.page
    await expect(page.locator("#calm-title")).to_have_text("43 people, but only 40 seats")
    await expect(page.locator("#calm-detail")).to_contain_text("Once 4 people have left")
    await expect(page.locator("#line-words")).to_contain_text("Nobody is called in until")
    await expect(page.locator("#legend-over")).to_have_text(re.compile(r"Above capacity\s*3"))
    await lab.visitor.look("explained")

    await lab.room(capacity=0, occupied=3, waiting=7, level="draining")
    await expect(page.locator("#calm-title")).to_have_text("3 people, but no seats")
    await lab.visitor.look("no-seats")

    await lab.room(capacity=40, occupied=40, level="full")
    await expect(page.locator("#legend-over")).to_be_hidden()


async def test_a_closed_room_says_so_and_nothing_else(browser: Browser) -> None:
    lab = await open_host_lab(browser)

    await lab.room(occupied=0, status="closed", forecast={"joins_per_min": 30, "full_in_s": None})

    page = lab.visitor.page
    await expect(page.locator("#line-words")).to_have_text("The event is over.")
    for figure in ("#pace", "#forecast", "#free"):
        await expect(page.locator(figure)).to_have_text("\N{EN DASH}")
    await lab.visitor.look("closed")


@pytest.mark.parametrize("eyes", EYES, ids=str)
async def test_a_whole_event_looks_right(browser: Browser, eyes: Eyes) -> None:
    """Filling, full with a line, raised, coming in; drawn as it would be after some minutes."""
    lab = await open_host_lab(browser, eyes, timed=True)
    await _an_event(lab)
    await lab.visitor.look("event")


@pytest.mark.parametrize("eyes", [Eyes("de", ZOOMED)], ids=["zoomed"])
async def test_it_fits_at_twice_the_size_and_in_the_colours_of_the_system(
    browser: Browser, eyes: Eyes
) -> None:
    lab = await open_host_lab(browser, eyes, timed=True)
    await _an_event(lab)
    await lab.visitor.look("zoomed")

    await lab.visitor.page.emulate_media(forced_colors="active")
    await lab.visitor.look("zoomed-forced-colours")


async def _an_event(lab: HostLab) -> None:
    """Eight minutes: full after four, then on hold for one, on 100 seats for the last two."""
    for step in range(24):
        comers = 4 * step + 5
        paused = 12 <= step < 15
        capacity = 50 if step < 18 else 100
        inside = min(comers, 50 if step < 19 else capacity)
        held = 6 if 18 <= step < 22 else 0
        if step == 10:
            await lab.notice("nearly_full", inside, id_="n1")
        if step == 12:
            await lab.notice("full", inside, id_="n2")
        if step == 18:
            await lab.tell(**{"type": "capacity_changed", "from": 50, "to": 100, "change": "c1"})
        await lab.room(
            capacity=capacity,
            occupied=inside,
            held=held,
            waiting=max(0, comers - inside - held),
            paused=paused,
            level="full" if inside >= capacity else "ok",
            forecast={"joins_per_min": 12, "full_in_s": 240 if step == 23 else None},
        )
        await lab.visitor.page.clock.fast_forward(20_000)  # each timer fires once, not 100 times
        await lab.alive()
