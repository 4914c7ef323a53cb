"""The waiting room in every state it can be in, against a server that the test plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.lab import Lab, open_lab
from tests.browser.visitors import SCREENSHOTS, complaints_about, is_wider_than_screen

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOM = "fullhouse-waiting-room"
WAITING = {
    "type": "waiting",
    "room": "hall",
    "participant": "zoe",
    "ticket": 100,
    "ahead": 13,
    "called": False,
    "called_to": 86,
    "reason": "full",
    "claim_s": None,
    "grace_s": 30,
    "away_s": 0,
    "estimate_s": None,
    "epoch": 1,
    "rev": 1,
}
CALL = {
    "type": "refresh_required",
    "refresh": "1-2",
    "called_from": 91,
    "called_to": 110,
    "window_ms": 0,
    "claim_s": 45,
    "epoch": 1,
    "rev": 2,
}
CALLED_AT_HELLO = {**WAITING, "ahead": 0, "called": True, "claim_s": 12}
SEATED = {
    "type": "seated",
    "room": "hall",
    "participant": "zoe",
    "grace_s": 20,
    "epoch": 1,
    "rev": 3,
}
OVER = {"type": "room_closed", "reason": "closed", "epoch": 1, "rev": 3}


def lost(reason: str) -> dict[str, Any]:
    return {"type": "seat_lost", "reason": reason, "epoch": 1, "rev": 3}


STATES: dict[str, list[dict[str, Any] | int]] = {
    "connecting": [],
    "not-open-yet": [{"type": "retry", "after_ms": 30_000}],
    "waiting": [WAITING],
    "estimate": [{**WAITING, "ahead": 1, "estimate_s": [140, 610]}],
    "next": [{**WAITING, "ahead": 0}],
    "held": [{**WAITING, "reason": "paused"}],
    "missed": [{**WAITING, "reason": "missed_call"}],
    "expired": [{**WAITING, "reason": "expired", "away_s": 600}],
    "soon": [WAITING, {**CALL, "window_ms": 60_000}],
    "called": [WAITING, CALL],
    "last-seconds": [CALLED_AT_HELLO],
    "inside": [SEATED],
    "away-too-long": [WAITING, lost("expired")],
    "missed-twice": [WAITING, lost("missed_calls")],
    "removed": [SEATED, lost("removed"), 4013],
    "over": [WAITING, OVER, 4010],
    "left": [SEATED, 4011],
    "not-invited": [4001],
    "no-such-room": [4004],
    "our-fault": [4000],
    "reconnecting": [WAITING, 4101],
}
"""What the server says in each, and the code with which it closes."""


@dataclass(frozen=True)
class Looks:
    language: str
    theme: str
    width: int
    forced: bool = False

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}{'-forced' if self.forced else ''}"

    async def open(self, browser: Browser) -> Lab:
        return await open_lab(
            browser,
            locale={"en": "en-GB", "de": "de-AT"}[self.language],
            timezone_id="Europe/Berlin",
            viewport={"width": self.width, "height": 900},
            forced_colors="active" if self.forced else "none",
            reduced_motion="reduce",
        )


LOOKS = [  # 320 is a screen of 1280 at 400 %
    Looks("en", "light", 320),
    Looks("de", "dark", 1600),
    Looks("en", "light", 640, forced=True),
]


async def bring_to(lab: Lab, state: str, **attributes: str) -> None:
    await lab.page.evaluate("sessionStorage.clear()")
    await lab.place(ROOM, **attributes)
    for said in STATES[state]:
        if isinstance(said, int):
            await lab.close(said)
        else:
            await lab.tell(**said)


@pytest.mark.parametrize("looks", LOOKS, ids=str)
async def test_every_state_can_be_read_by_everybody(browser: Browser, looks: Looks) -> None:
    lab = await looks.open(browser)
    await lab.page.clock.resume()  # who looks closely needs time

    for state in STATES:
        await bring_to(lab, state, theme=looks.theme, auto="off")
        await lab.page.screenshot(path=SCREENSHOTS / f"room-{looks}-{state}.png")
        if looks.forced:  # the system's colours are not ours to judge, and the words are the same
            assert not await is_wider_than_screen(lab.page), f"{state}, {looks}"
        else:
            assert not await complaints_about(lab.page), f"{state}, {looks}"


async def test_the_keyboard_stays_where_it_is_and_never_falls_off_the_page(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting", auto="off")
    await lab.page.locator("#sound").focus()

    await lab.tell(**CALL)
    await expect(lab.page.locator("#enter")).to_be_visible()
    await expect(lab.page.locator("#sound")).to_be_focused()

    await lab.tell(**SEATED)
    await expect(lab.page.locator("#headline")).to_be_focused()


async def test_what_is_read_aloud_is_calm_in_the_line_and_prompt_at_the_call(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting", auto="off")
    spoken, alarm = lab.page.locator("#spoken"), lab.page.locator("#called-out")
    await expect(spoken).to_have_text("The room is full right now. 13 people ahead of you")

    await lab.pass_time(10_000)
    await lab.tell(type="line", ahead=12, called_to=87, epoch=1, rev=2)
    await expect(lab.page.locator("#ahead")).to_have_text("12")
    await expect(spoken).to_have_text("The room is full right now. 13 people ahead of you")
    await lab.pass_time(10_000)
    await expect(spoken).to_have_text("The room is full right now. 12 people ahead of you")

    await lab.tell(**CALL)
    await expect(alarm).to_have_text("Your seat is ready")
    await lab.pass_time(25_000)
    await expect(alarm).to_have_text("Only 20 seconds left to enter.")
    await lab.pass_time(5_000)
    await expect(alarm).to_have_text("Only 20 seconds left to enter.")


async def test_the_seat_is_taken_by_a_click_without_loading_the_page_again(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "called", auto="off")

    await lab.page.locator("#enter").click()
    await lab.until_said(2)

    assert lab.said[-1] == {"type": "claim"}
    await expect(lab.page.locator("#enter")).to_have_text("Entering …")


async def test_automatic_entry_waits_for_ones_own_moment_and_can_be_stopped(
    browser: Browser,
) -> None:
    """Ticket 100 is the tenth of twenty, so its moment is at 9/20 of the window."""
    lab = await open_lab(browser)
    await bring_to(lab, "waiting")
    await lab.tell(**{**CALL, "window_ms": 20_000})

    await lab.pass_time(12_500)  # 9 s until the moment, then 4 s to read
    assert [message["type"] for message in lab.said] == ["hello"]
    await lab.page.locator("#auto").uncheck()
    await lab.pass_time(10_000)
    assert [message["type"] for message in lab.said] == ["hello"]

    await lab.page.locator("#auto").check()
    await lab.pass_time(4_500)
    await lab.until_said(2)
    assert lab.said[-1]["type"] == "claim"


async def test_a_page_may_do_the_entering_itself(browser: Browser) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "called", auto="off")
    await lab.page.evaluate(
        """() => document.addEventListener("fullhouse-enter", (event) => {
          event.preventDefault();
          window.entering = event.detail.ticket;
        })"""
    )

    await lab.page.locator("#enter").click()

    assert await lab.page.evaluate("entering") == 100
    assert [message["type"] for message in lab.said] == ["hello"]


async def test_who_is_called_while_away_is_promised_no_more_than_the_call(
    browser: Browser,
) -> None:
    """Twelve seconds are left of the call, thirty of the grace; in the lab it is noon."""
    lab = await open_lab(browser, timezone_id="UTC", locale="en-GB")
    await bring_to(lab, "last-seconds", auto="off")

    await lab.close(4101)

    await expect(lab.page.locator("#away")).to_contain_text("kept until 12:00:12")


async def test_without_a_network_nobody_is_sent_to_a_page_that_cannot_load(
    browser: Browser,
) -> None:
    """The hello of the next connection takes the seat as well."""
    lab = await open_lab(browser)
    await bring_to(lab, "called", auto="off", enter="reload")
    await lab.page.evaluate("window.stayed = true")
    await lab.close(4101)

    await lab.page.locator("#enter").click()
    await lab.pass_time(500)
    await lab.until_said(2)

    assert lab.said[-1]["type"] == "hello"
    assert await lab.page.evaluate("stayed")


async def test_the_title_tells_of_the_place_and_is_given_back(browser: Browser) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting")
    assert await lab.page.title() == "13 people ahead of you · Lab"

    await lab.tell(**CALL)
    assert await lab.page.title() == "● 0:45 Your seat is ready · Lab"

    await lab.page.evaluate(f"document.querySelector('{ROOM}').remove()")
    await expect(lab.page).to_have_title("Lab")


async def test_it_speaks_the_language_it_is_told_to_and_switches_while_it_runs(
    browser: Browser,
) -> None:
    lab = await open_lab(browser, locale="en-GB")
    await bring_to(lab, "waiting", lang="de")
    headline = lab.page.locator("#headline")
    await expect(headline).to_have_text("Der Raum ist gerade voll")

    await lab.page.evaluate(f"document.querySelector('{ROOM}').lang = 'en'")

    await expect(headline).to_have_text("The room is full right now")
    await expect(lab.page.locator("#place")).to_have_attribute("lang", "en")
    await expect(lab.page.locator("#auto-name")).to_have_text("Bring me in automatically")


async def test_it_rings_only_for_who_asked_for_it(browser: Browser) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate(
        """() => {
          window.notes = 0;
          const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (at) {
            window.notes += 1;
            start.call(this, at);
          };
        }"""
    )
    await lab.page.locator("h1").click()  # touched, so the browser would let it ring
    await bring_to(lab, "called", auto="off")
    assert await lab.page.evaluate("notes") == 0

    await bring_to(lab, "waiting", auto="off")
    await lab.page.locator("#sound").check()
    await lab.tell(**CALL)
    await lab.pass_time(50)

    assert await lab.page.evaluate("notes") == 2


async def test_a_person_without_an_invitation_is_told_so_and_not_kept_waiting(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate(
        """async () => {
          const { NotInvited } = await import("/fullhouse.js");
          const room = document.createElement("fullhouse-waiting-room");
          room.token = () => { throw new NotInvited(); };
          document.querySelector("main").append(room);
        }"""
    )

    await expect(lab.page.locator("#headline")).to_have_text(
        "Your invitation is not valid any more"
    )


async def test_another_room_in_its_attributes_is_left_for(browser: Browser) -> None:
    """Several that change in one turn are one change; nothing of the first room is left."""
    lab = await open_lab(browser)
    await lab.place("fullhouse-waiting-room", server="http://lab.test")
    await lab.tell(**SEATED)

    await lab.page.evaluate("""() => {
      const element = document.querySelector("fullhouse-waiting-room");
      element.setAttribute("token-url", "/t?room=other");
      element.setAttribute("server", "http://lab.test/");
      element.setAttribute("server", "http://lab.test");
    }""")
    await lab.until_sockets(2)
    await lab.until_said(3)

    assert [message["type"] for message in lab.said] == ["hello", "leave", "hello"]
    assert lab.said[0]["token"] != lab.said[2]["token"]
    place = await lab.page.evaluate("() => document.querySelector('fullhouse-waiting-room').place")
    assert (place["kind"], place["ticket"]) == ("unknown", 0)


async def test_an_attribute_set_to_what_it_is_changes_nothing(browser: Browser) -> None:
    lab = await open_lab(browser)
    await lab.place("fullhouse-waiting-room", server="http://lab.test")
    await lab.tell(**SEATED)

    await lab.page.evaluate("""() =>
      document.querySelector("fullhouse-waiting-room").setAttribute("server", "http://lab.test")""")
    await lab.pass_time(1_000)

    assert [message["type"] for message in lab.said] == ["hello"]


async def test_an_element_that_has_lost_its_token_route_promises_no_seat(browser: Browser) -> None:
    """Its seat was given up with the attribute, so "Your seat is safe" would be false."""
    lab = await open_lab(browser)
    await lab.page.evaluate("() => import('/fullhouse.js')")
    await lab.page.evaluate("""() => {
      const room = document.createElement("fullhouse-waiting-room");
      room.setAttribute("server", "http://lab.test");
      room.setAttribute("token-url", "data:application/json,{%22token%22:%22t%22}");
      document.querySelector("main").append(room);
    }""")
    await lab.until_said(1)
    await lab.tell(**SEATED)
    await expect(lab.page.locator("#headline")).to_have_text("You are in")

    await lab.page.evaluate(
        "() => document.querySelector('fullhouse-waiting-room').removeAttribute('token-url')"
    )
    await lab.until_said(2)

    await expect(lab.page.locator("#headline")).to_have_text("One moment")
    place = await lab.page.evaluate("() => document.querySelector('fullhouse-waiting-room').place")
    assert place["kind"] == "unknown"


async def test_the_expected_wait_is_told_live_and_says_as_of_when(browser: Browser) -> None:
    lab = await open_lab(browser, locale="en-GB", timezone_id="UTC")
    await bring_to(lab, "estimate")
    first = await lab.page.locator("dd").text_content()

    for _ in range(2):
        await lab.pass_time(31_000)
        await lab.tell(type="alive", next_s=30)
    await lab.tell(type="line", ahead=1, called_to=98, estimate_s=[20, 200], epoch=1, rev=2)
    second = await lab.page.locator("dd").text_content()
    await lab.tell(type="line", ahead=1, called_to=98, estimate_s=None, epoch=1, rev=3)

    assert first == "2\N{EN DASH}11 minutes (as of 12:00)"
    assert second == "up to 4 minutes (as of 12:01)"
    assert (await lab.page.locator("dd").text_content() or "").strip() == "no estimate yet"


async def test_a_page_asks_for_its_place_when_it_has_heard_nothing_of_the_line(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "waiting")
    said = len(lab.said)

    for _ in range(10):  # the server says that it is there, and nothing else
        await lab.tell(type="alive", next_s=30)
        await lab.pass_time(19_000)

    assert lab.said[said:] == [{"type": "position"}]


WATCHED_PHONE = """() => {
  window.vibrations = [];
  window.locks = 0;
  navigator.vibrate = (pattern) => window.vibrations.push(pattern);
  const release = async () => { window.locks -= 1; };
  const request = async () => { window.locks += 1; return { release }; };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
}"""


async def test_a_called_phone_vibrates_once_and_its_screen_stays_on_until_the_seat_is_taken(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate(WATCHED_PHONE)
    await bring_to(lab, "waiting", auto="off")
    assert await lab.page.evaluate("[vibrations.length, locks]") == [0, 0]

    await lab.tell(**CALL)
    await lab.tell(**{**CALL, "refresh": "1-9", "called_to": 120})
    assert await lab.page.evaluate("[vibrations.length, locks]") == [1, 1]

    await lab.tell(**SEATED)
    assert await lab.page.evaluate("[vibrations.length, locks]") == [1, 0]


async def test_a_browser_that_refuses_to_keep_the_screen_on_disturbs_nothing(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate(
        """() => {
          const refuse = () => Promise.reject(new DOMException("low battery", "NotAllowedError"));
          Object.defineProperty(navigator, "wakeLock", { value: { request: refuse } });
        }"""
    )
    await bring_to(lab, "called", auto="off")

    await expect(lab.page.locator("#enter")).to_be_visible()
    await lab.tell(**SEATED)
    await expect(lab.page.locator("#headline")).to_have_text("You are in")


async def test_who_was_away_for_too_long_hears_what_happened_once(browser: Browser) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "expired", auto="off")
    spoken = lab.page.locator("#spoken")

    await expect(lab.page.locator("#headline")).to_have_text("You were away for too long")
    await expect(spoken).to_contain_text("could not be kept any longer")
    await expect(spoken).to_contain_text("13 people ahead of you")

    await lab.tell(**{**WAITING, "ticket": 140, "ahead": 3, "rev": 5})
    await expect(lab.page.locator("#headline")).to_have_text("The room is full right now")


@pytest.mark.parametrize(
    ("waiting", "kept"), [({"away_s": 600}, "10 minutes"), ({"away_s": 0}, "30 seconds")]
)
async def test_the_promise_includes_the_time_away(
    browser: Browser, waiting: dict[str, int], kept: str
) -> None:
    lab = await open_lab(browser)
    await bring_to(lab, "connecting", auto="off")
    await lab.tell(**{**WAITING, **waiting})

    await expect(lab.page.locator("#kept")).to_contain_text(f"kept for {kept}.")
