"""A button that charges takes one decision, and no press that was meant for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import Lab, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

STANDS_STILL_MS = 700
# An ordinary button that puts the armed one in its place, with the focus: the worst case.
SCENE = """async () => {
  const { armedButton } = await import("/pages/armed.js");
  window.charged = 0;
  const first = document.createElement("button");
  first.textContent = "Choose";
  first.onclick = () => {
    const pay = armedButton("Choose", () => charged++);
    first.replaceWith(pay);
    pay.focus();
  };
  document.querySelector("main").append(first);
  first.focus();
}"""


async def scene(browser: Browser) -> Lab:
    lab = await open_lab(browser, has_touch=True, viewport={"width": 390, "height": 844})
    await lab.page.evaluate(SCENE)
    return lab


async def charged(page: Page) -> int:
    count: int = await page.evaluate("() => charged")
    return count


async def place_of(page: Page) -> tuple[float, float]:
    box = await page.get_by_text("Choose").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("key", ["Enter", "Space"])
async def test_a_key_pressed_twice_is_one_press(browser: Browser, key: str) -> None:
    lab = await scene(browser)

    await lab.page.keyboard.press(key)
    await lab.pass_time(250)
    await lab.page.keyboard.press(key)

    assert await charged(lab.page) == 0
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.keyboard.press(key)
    assert await charged(lab.page) == 1


async def test_a_key_held_down_presses_nothing_that_comes_later(browser: Browser) -> None:
    lab = await scene(browser)

    for _ in range(20):
        await lab.page.keyboard.down("Enter")  # again and again: the browser says it is a repeat
        await lab.pass_time(50)
    await lab.page.keyboard.up("Enter")

    assert await charged(lab.page) == 0


async def test_a_double_tap_is_one_tap(browser: Browser) -> None:
    lab = await scene(browser)
    place = await place_of(lab.page)

    await lab.page.touchscreen.tap(*place)
    await lab.page.touchscreen.tap(*place)

    assert await charged(lab.page) == 0
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.touchscreen.tap(*place)
    assert await charged(lab.page) == 1


async def test_a_press_that_began_before_the_price_stood_still_is_none(browser: Browser) -> None:
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.page.mouse.move(*await place_of(lab.page))
    await lab.page.mouse.down()
    await lab.pass_time(STANDS_STILL_MS)

    await lab.page.mouse.up()

    assert await charged(lab.page) == 0
    await lab.page.mouse.down()
    await lab.page.mouse.up()
    assert await charged(lab.page) == 1


async def test_a_click_without_pointer_or_key_is_taken_once_it_is_armed(browser: Browser) -> None:
    """As screen readers click."""
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.page.evaluate("() => document.querySelector('main button').click()")
    await lab.pass_time(STANDS_STILL_MS)

    await lab.page.evaluate("() => document.querySelector('main button').click()")

    assert await charged(lab.page) == 1


async def test_a_press_that_began_on_another_button_is_none(browser: Browser) -> None:
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.evaluate("""() => {
      const other = document.createElement("button");
      other.onkeydown = () => document.querySelector("main > button").focus();
      document.body.append(other);
      other.focus();
    }""")

    await lab.page.keyboard.press("Enter")

    assert await charged(lab.page) == 0


async def test_a_double_click_is_one_decision(browser: Browser) -> None:
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.pass_time(STANDS_STILL_MS)

    await lab.page.mouse.dblclick(*await place_of(lab.page))

    assert await charged(lab.page) == 1


async def test_an_early_press_that_ends_elsewhere_leaves_nothing_behind(browser: Browser) -> None:
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.page.mouse.move(*await place_of(lab.page))
    await lab.page.mouse.down()
    await lab.page.mouse.move(1, 1)
    await lab.page.mouse.up()
    await lab.pass_time(STANDS_STILL_MS)

    await lab.page.evaluate("() => document.querySelector('main button').click()")

    assert await charged(lab.page) == 1


async def test_that_it_can_be_pressed_is_told_once_for_each_time_the_dialog_opens(
    browser: Browser,
) -> None:
    lab = await open_lab(browser)
    await lab.page.evaluate(DIALOG)
    told: list[str] = []

    async def rendered(act: str) -> None:
        await lab.page.evaluate(act)
        await lab.pass_time(STANDS_STILL_MS)
        told[:] = await lab.page.evaluate("() => told")

    await rendered("draw(); dialog.showModal()")
    assert told == ["You can use “Pay €14.00 now” now."]
    await rendered("draw()")  # as another part of the dialog changes
    await rendered("dialog.querySelector('button').click()")  # it is armed anew after each press
    assert told == ["You can use “Pay €14.00 now” now."]

    await rendered("dialog.close(); draw(); dialog.showModal()")
    assert told == ["You can use “Pay €14.00 now” now."] * 2


DIALOG = """async () => {
  const { armedButton } = await import("/pages/armed.js");
  const { heading, show } = await import("/pages/dialogs.js");
  window.dialog = document.createElement("dialog");
  window.told = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const { data } of addedNodes) if (data?.startsWith("You")) told.push(data);
    }
  }).observe(document, { childList: true, subtree: true });
  document.body.append(dialog);
  const words = "Pay €14.00 now";
  window.draw = () => {
    show(dialog, heading("title", "Change"), armedButton(words, () => {}, "main"));
  };
}"""


async def test_a_space_that_was_pressed_too_early_charges_nothing_when_it_is_let_go(
    browser: Browser,
) -> None:
    """A browser clicks when the space bar comes up, however long ago it went down."""
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.page.keyboard.down("Space")
    await lab.pass_time(STANDS_STILL_MS)

    await lab.page.keyboard.up("Space")

    assert await charged(lab.page) == 0
    await lab.page.keyboard.press("Space")
    assert await charged(lab.page) == 1


async def test_a_space_that_is_held_down_from_another_button_charges_nothing(
    browser: Browser,
) -> None:
    lab = await scene(browser)
    await lab.page.keyboard.press("Enter")
    await lab.pass_time(STANDS_STILL_MS)
    await lab.page.evaluate("""() => {
      const other = document.createElement("button");
      other.onkeydown = () => document.querySelector("main > button").focus();
      document.body.append(other);
      other.focus();
    }""")

    for _ in range(5):
        await lab.page.keyboard.down("Space")
        await lab.pass_time(50)
    await lab.page.keyboard.up("Space")

    assert await charged(lab.page) == 0
