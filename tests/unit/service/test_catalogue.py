"""The catalogue is read from TOML; what is wrong is named by plan and field in one line."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from fullhouse.domain.plans import Catalogue, InvalidCatalogue, Plan, Prices
from fullhouse.service.catalogue import load_catalogue

LIVE_100 = """
currency = "EUR"

[[plan]]
id = "live-100"
name = "Live 100"
seats = 100
presenters = 5
price = { month = 6500, year = 62400 }
parallel_event = { month = 3000, year = 28800 }
trial = false
on_sale = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plans.toml"


def complaint(file: Path, text: str) -> str:
    file.write_text(text)
    with pytest.raises(InvalidCatalogue) as refusal:
        load_catalogue(file)
    return str(refusal.value)


def test_a_file_is_read_as_it_is_written(file: Path) -> None:
    file.write_text(LIVE_100)

    assert load_catalogue(file) == Catalogue(
        "EUR",
        (
            Plan(
                id="live-100",
                name="Live 100",
                seats=100,
                presenters=5,
                price=Prices(6500, 62400),
                parallel_event=Prices(3000, 28800),
                trial=False,
                on_sale=True,
            ),
        ),
    )


def test_a_plan_is_on_sale_and_no_trial_unless_it_says_so(file: Path) -> None:
    file.write_text(LIVE_100.replace("trial = false\non_sale = true\n", ""))

    (plan,) = load_catalogue(file).plans

    assert (plan.trial, plan.on_sale) == (False, True)


@pytest.mark.parametrize(
    ("right", "wrong", "names"),
    [
        ("seats = 100", 'seats = "many"', ("plan 'live-100'", "$.seats", "`int`")),
        ("seats = 100", "seats = 100.0", ("plan 'live-100'", "$.seats")),
        ("seats = 100", "seats = true", ("plan 'live-100'", "$.seats")),
        ("seats = 100", "", ("plan 'live-100'", "`seats`")),
        ("seats = 100", "seats = 0", ("plan 'live-100'", "seats: 0 is below 1")),
        ("month = 6500", "month = -1", ("plan 'live-100'", "price.month")),
        ("month = 6500", 'month = "65.00"', ("plan 'live-100'", "$.price.month")),
        ("month = 6500, ", "", ("plan 'live-100'", "`month`", "$.price")),
        ("trial = false", "trial = 0", ("plan 'live-100'", "$.trial")),
        ("trial = false", "colour = 1", ("plan 'live-100'", "`colour`")),
        ('id = "live-100"', 'id = "live 100"', ("plan 'live 100'", "id")),
        ('id = "live-100"', "", ("plan None", "`id`")),
        ('currency = "EUR"', "", ("`currency`",)),
        ('currency = "EUR"', 'currency = "euro"', ("currency", "'euro'")),
        ("[[plan]]", "[[plans]]", ("`plans`",)),
        ("[[plan]]", "[plan]", ("$.plan",)),
    ],
)
def test_what_is_wrong_is_named(
    file: Path, right: str, wrong: str, names: tuple[str, ...]
) -> None:
    text = complaint(file, LIVE_100.replace(right, wrong))

    assert "\n" not in text
    for name in names:
        assert name in text


def test_two_plans_of_one_id_are_refused(file: Path) -> None:
    _, _, plan = LIVE_100.partition("[[plan]]")

    assert "'live-100': id: given twice" in complaint(file, f"{LIVE_100}[[plan]]{plan}")


def test_a_file_that_is_no_toml_is_refused_by_its_name(file: Path) -> None:
    assert complaint(file, "plan = [").startswith(f"{file}: no TOML: ")


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(InvalidCatalogue, match="no TOML"):
        load_catalogue(file)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidCatalogue, match=r"plans\.toml: No such file"):
        load_catalogue(tmp_path / "plans.toml")


def test_the_built_in_catalogue_can_be_sold_from() -> None:
    """Each next plan on sale is an upgrade: more seats, more presenters, a higher price."""
    plans = [plan for plan in load_catalogue(None).plans if plan.on_sale and not plan.trial]

    assert [plan.id for plan in plans] == [
        "live-25",
        "live-50",
        "live-100",
        "live-250",
        "live-500",
        "live-1000",
    ]
    sizes = [
        (plan.seats, plan.presenters, plan.price.month, plan.price.year, plan.parallel_event.month)
        for plan in plans
    ]
    for smaller, larger in pairwise(sizes):
        assert all(low < high for low, high in zip(smaller, larger, strict=True))


def test_the_built_in_catalogue_has_a_trial_and_a_plan_no_longer_sold() -> None:
    catalogue = load_catalogue(None)

    assert catalogue.plan("trial").trial
    assert catalogue.plan("trial").price == Prices(0, 0)
    assert not catalogue.plan("classic-75").on_sale
