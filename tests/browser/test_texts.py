"""The catalogues: complete in both languages, and used as they are written."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from fullhouse.domain.money import Money, in_major_units, minor_digits
from fullhouse_demo.browser_files import LIBRARY, PAGES
from tests.browser.lab import Lab, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser) -> Lab:
    return await open_lab(browser)


async def catalogues(lab: Lab) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = await lab.page.evaluate(
        """async () => (await import("/pages/texts.js")).CATALOGUES"""
    )
    return loaded


def placeholders(entry: str | dict[str, str]) -> set[str]:
    return set(_PLACEHOLDER.findall(str(entry)))


async def test_both_languages_say_the_same_things_about_the_same_values(lab: Lab) -> None:
    both = await catalogues(lab)

    assert both["de"].keys() == both["en"].keys()
    for key in both["en"]:
        german, english = both["de"][key], both["en"][key]
        assert type(german) is type(english), key
        assert placeholders(german) == placeholders(english), key


async def test_every_text_that_the_pages_ask_for_is_there_and_no_other(lab: Lab) -> None:
    known = set((await catalogues(lab))["en"])
    sources = "".join(
        path.read_text()
        for directory in (PAGES, LIBRARY)
        for path in directory.rglob("*")
        if path.suffix in {".js", ".html"} and path.parent.name != "texts"
    )
    asked = set(re.findall(r'(?:say\(|data-text=)"([\w.]+)"', sources))
    composed = tuple(re.findall(r"`([a-z.]+\.)\$\{", sources))  # as in `log.${kind}`

    assert asked <= known
    named = {key for key in known if f'"{key.removesuffix("_lead")}"' in sources}
    assert not {key for key in known - named if not key.startswith(composed)}


async def test_no_currency_is_shown_as_a_hundred_times_the_amount(lab: Lab) -> None:
    """The browser's table of decimals is one for showing money; ours counts minor units."""
    amounts = {
        "HUF": 1_755_000,
        "COP": 1_755_000,
        "MGA": 900_000,
        "ISK": 9_000,
        "UGX": 9_000,
        "IQD": 19_500,
        "KWD": 19_505,
        "CLF": 12_345,
    }

    said = await lab.page.evaluate(
        """async (amounts) => {
          const { Texts } = await import("/pages/texts.js");
          const texts = new Texts("en");
          const all = Object.entries(amounts);
          return all.map(([currency, amount]) => texts.money({ amount, currency }));
        }""",
        amounts,
    )
    with_half = await lab.page.evaluate(
        """async () => {
          const { Texts } = await import("/pages/texts.js");
          return new Texts("en").money({ amount: 1755050, currency: "HUF" });
        }"""
    )

    shown = [Decimal(re.sub(r"[^\d.]", "", text)) for text in said]
    assert shown == [in_major_units(Money(amount, code)) for code, amount in amounts.items()]
    assert with_half.endswith("17,550.50")


async def test_the_pages_count_minor_units_as_the_server_does(lab: Lab) -> None:
    codes = [f"{a}{b}{c}" for a, b, c in product(ascii_uppercase, repeat=3)]

    counted = await lab.page.evaluate(
        """async (codes) => {
          const { minorDigits } = await import("/library/minordigits.js");
          return codes.map(minorDigits);
        }""",
        codes,
    )

    assert counted == [minor_digits(code) for code in codes]


async def test_money_and_dates_are_written_as_the_reader_does(lab: Lab) -> None:
    said = await lab.page.evaluate(
        """async () => {
          const { Texts } = await import("/pages/texts.js");
          const [de, en] = [new Texts("de"), new Texts("en")];
          return [
            de.money({ amount: 123456, currency: "EUR" }),
            en.money({ amount: 123456, currency: "EUR" }),
            en.money({ amount: 500, currency: "JPY" }),
            en.money({ amount: 1500, currency: "KWD" }),
            de.date("2026-12-14"),
            de.say("wait.ahead", { n: 1 }),
            de.say("wait.ahead", { n: 2 }),
            en.range(90, 230),
            en.range(5, 75),
            en.range(1190, 7000),
            en.range(1300, 7200),
            de.range(2400, 12000),
            de.range(8000, 12000),
            en.roughly(59),
            en.roughly(240),
          ];
        }"""
    )

    assert [" ".join(text.split()) for text in said] == [
        "1.234,56 €",
        "€1,234.56",
        "¥500",
        "KWD 1.500",
        "14. Dezember 2026",
        "Person vor Ihnen",
        "Personen vor Ihnen",
        "1\N{EN DASH}4 minutes",
        "up to 2 minutes",
        "19\N{EN DASH}120 minutes",
        "20 minutes to 2 hours",
        "40 Minuten bis 4 Stunden",
        "2\N{EN DASH}4 Stunden",
        "less than a minute",
        "about 4 minutes",
    ]


async def test_the_reader_gets_the_language_that_the_browser_asks_for(lab: Lab) -> None:
    choices = {"de-AT": "de", "en-GB": "en", "fr-FR": "en"}

    for wanted, chosen in choices.items():
        assert await lab.call("texts.js", "chosenLanguage", [wanted]) == chosen
    assert await lab.call("texts.js", "chosenLanguage", ["fr", "de-CH", "en"]) == "de"
