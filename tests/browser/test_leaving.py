"""A moved element stays connected; one that is gone, or a page that is left, leaves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.lab import Lab, open_lab, serve_modules
from tests.waiting import wait_until

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOM = "fullhouse-waiting-room"
SECURE = "http://lab.localhost"  # only there a page has locks
SEATED = {"type": "seated", "room": "hall", "participant": "zoe", "grace_s": 20}
SEATED |= {"installation": "one", "epoch": 1, "rev": 1}
CALLED: dict[str, Any] = {
    "type": "waiting",
    "room": "hall",
    "participant": "zoe",
    "installation": "one",
    "ticket": 7,
    "ahead": 0,
    "called": True,
    "called_to": 7,
    "reason": "full",
    "claim_s": 0,  # so it enters at once
    "grace_s": 30,
    "estimate_s": None,
    "epoch": 1,
    "rev": 1,
}
HOSTS_ROOM = {
    "type": "room",
    "room": "hall",
    "account": "acme",
    "installation": "one",
    "status": "open",
    "paused": False,
    "capacity": 5,
    "occupied": 0,
    "held": 0,
    "waiting": 0,
    "level": "ok",
    "forecast": {"joins_per_min": 0, "full_in_s": None},
    "notice": None,
    "epoch": 1,
    "rev": 1,
}

_COUNT = (Path(__file__).parent / "count_kept.js").read_text()
_COME_AND_GO = """async (times) => {
  await import("/fullhouse.js");
  for (let turn = 0; turn < times; turn += 1) {
    const [name, told] = turn % 4
      ? ["fullhouse-waiting-room", "fullhouse-enter"]
      : ["fullhouse-host-bar", "fullhouse-room"];
    const made = document.createElement(name);
    made.token = async () => name;
    const done = new Promise((resolve) => made.addEventListener(told, resolve, { once: true }));
    document.querySelector("main").append(made);
    await done;
    if (turn === 1) made.shadowRoot.querySelector("#sound").click(); // the others wait for a touch
    if (turn === times - 1) window.whileThere = await keptNow();
    made.remove();
  }
}"""


async def test_a_hundred_elements_that_came_and_went_leave_nothing_behind(
    browser: Browser,
) -> None:
    page = await browser.new_page()
    await serve_modules(page, SECURE)
    await page.goto(f"{SECURE}/empty")
    await page.evaluate(_COUNT, {ROOM: CALLED, "fullhouse-host-bar": HOSTS_ROOM})
    await page.evaluate("import('/fullhouse.js').then(() => null)")  # it watches the keys, once
    before = await page.evaluate("keptNow()")

    await page.evaluate(_COME_AND_GO, 100)

    there = await page.evaluate("whileThere")
    assert all(there[what] for what in ("sockets", "timers", "listeners", "channels", "locks"))

    async def nothing_is_left() -> bool:
        return bool(await page.evaluate("keptNow()") == before)

    await wait_until(nothing_is_left)


async def test_an_element_that_is_moved_keeps_its_connection(browser: Browser) -> None:
    """At once, or taken off the page first, with other work of the same task in between."""
    lab = await _seated(browser)

    await lab.page.evaluate("""async () => {
      const element = document.querySelector("fullhouse-waiting-room");
      document.body.prepend(element);
      element.remove();
      await null;
      document.querySelector("main").append(element);
    }""")
    await lab.pass_time(1_000)
    await lab.tell(**{**SEATED, "rev": 2, "grace_s": 60})

    place = await lab.page.evaluate(f"document.querySelector('{ROOM}').place")
    assert (place["kind"], place["graceMs"]) == ("seated", 60_000)
    assert [message["type"] for message in lab.said] == ["hello"]
    assert len(lab.sockets) == 1


async def test_an_element_moved_with_another_room_in_its_attributes_enters_that_one(
    browser: Browser,
) -> None:
    lab = await _seated(browser)

    await lab.page.evaluate("""() => {
      const element = document.querySelector("fullhouse-waiting-room");
      element.token = async (room) => `token for ${room}`;
      element.remove();
      element.setAttribute("room", "other");
      document.body.append(element);
    }""")
    await lab.until_said(3)

    assert [message["type"] for message in lab.said] == ["hello", "leave", "hello"]
    assert lab.said[-1]["token"] == "token for other"


async def test_a_page_that_is_left_closes_its_connection_and_opens_one_when_it_is_back(
    browser: Browser,
) -> None:
    """As with the button "back": the browser kept the page as it was."""
    lab = await _seated(browser)
    closed: list[int | None] = []
    lab.sockets[0].on_close(lambda code, _: closed.append(code))

    await _page_event(lab, "pagehide")
    await wait_until(lambda: closed)
    await lab.pass_time(60_000)
    assert len(lab.sockets) == 1

    await _page_event(lab, "pageshow")
    await lab.pass_time(500)
    await lab.until_said(2)

    assert [message["type"] for message in lab.said] == ["hello", "hello"]


async def _seated(browser: Browser) -> Lab:
    lab = await open_lab(browser)
    await lab.place(ROOM, server="http://lab.test")
    await lab.tell(**SEATED)
    return lab


async def _page_event(lab: Lab, name: str) -> None:
    await lab.page.evaluate(
        "(name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true }))", name
    )
