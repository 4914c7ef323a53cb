"""The pages say what was measured, and what was missed."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from fullhouse_bench import svg
from fullhouse_bench.cases import broadcast, watermark
from fullhouse_bench.reasons import REASONS
from fullhouse_bench.report import write_pages
from fullhouse_bench.results import OURS, Bar, Figure, Outcome, Run, load_run, save_run
from fullhouse_bench.scale import NotMeasured
from tests.compose import ROOT

LIMIT = "event to last client ÷ C send() loop"


def a_run(*outcomes: Outcome) -> Run:
    return Run("2026-03-01T12:00:00+00:00", "full", {"cores": "2"}, outcomes)


def figure(subject: str, quantity: str, *values: float) -> Figure:
    return Figure(subject, quantity, "ms", values)


def page(folder: Path, *outcomes: Outcome) -> str:
    """performance.md of these outcomes; scale.md needs more of them."""
    with pytest.raises(NotMeasured):
        write_pages(a_run(*outcomes), folder)
    return (folder / "performance.md").read_text()


def broadcast_of(measured: float | None) -> Outcome:
    figures = (
        figure(OURS, broadcast.LAST, 70.0, 80.0, 75.0),
        figure("Channels & <others>", broadcast.LAST, 3750.0),
    )
    bars = (Bar(LIMIT, "at most", 1.3, measured),)
    return Outcome("broadcast", "One frame", figures, bars, {"nchan": "is not here"}, 12.0)


def test_a_case_is_told_with_its_command_its_medians_and_its_ratios(tmp_path: Path) -> None:
    told = page(tmp_path, broadcast_of(1.2))

    assert "`fullhouse bench --all --case broadcast`, 12 s" in told
    assert "| last client | **Fullhouse** | 75 | 70 to 80 | ms |  |" in told
    assert "| last client | Channels & <others> | 3,750 |  | ms | 50.00 |" in told
    assert "Left out: nchan. is not here" in told
    assert f"| {LIMIT} | ≤ 1.3 × | 1.2 × | met |" in told
    assert "Missed" not in told


def test_a_miss_is_called_a_miss_and_has_a_reason(tmp_path: Path) -> None:
    told = page(tmp_path, broadcast_of(1.4))

    assert "| 1.4 × | **missed** |" in told
    assert f"- **{LIMIT}**: " in told


def test_what_was_not_measured_is_neither(tmp_path: Path) -> None:
    assert f"| {LIMIT} | ≤ 1.3 × | - | not measured |" in page(tmp_path, broadcast_of(None))


def test_plots_are_drawings_whatever_the_names(tmp_path: Path) -> None:
    lines = tuple(figure(OURS, watermark.quantity_of(n), n / 100) for n in (100, 1000, 10_000))
    page(tmp_path, broadcast_of(1.2), Outcome("watermark", "Calling", lines, ()))

    for name in ("broadcast", "watermark"):
        ET.parse(tmp_path / "images" / f"performance-{name}.svg")  # noqa: S314  # ours


def test_reasons_are_of_bars_that_there_are() -> None:
    """A bar renamed would lose its reason in silence, when the page is next written."""
    written = (ROOT / "docs" / "performance.md").read_text()

    assert [what for what in REASONS if f"\n| {what} | " not in written] == []


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    run = a_run(broadcast_of(1.2))
    save_run(tmp_path / "results.json", run)

    assert load_run(tmp_path / "results.json") == run


def test_a_case_measured_again_replaces_what_it_found_before() -> None:
    run = a_run(broadcast_of(1.2)).with_outcome(broadcast_of(1.1))

    assert [outcome.bars[0].measured for outcome in run.outcomes] == [1.1]


def test_an_axis_begins_and_ends_where_it_is_drawn() -> None:
    for axis in (svg.across("x", 0, 60), svg.across("x", 1, 1000, is_log=True)):
        assert (axis.at(axis.low), axis.at(axis.high)) == (axis.start, axis.end)
    assert list(svg.across("x", 0, 60).ticks()) == [0, 20, 40, 60]
    assert list(svg.across("x", 5, 2000, is_log=True).ticks()) == [10, 100, 1000]
