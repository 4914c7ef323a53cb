"""Writes the results into the pages of docs/: tables, plots, and how to repeat them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fullhouse_bench.case import Case
from fullhouse_bench.cases import CASES
from fullhouse_bench.plots import is_ours
from fullhouse_bench.reasons import REASONS
from fullhouse_bench.results import Bar, Figure, Outcome, Run, ratio
from fullhouse_bench.scale_page import scale_page
from fullhouse_bench.summary import limit_of, measured_of
from fullhouse_bench.svg import short

_TITLE = "# Performance\n"
_HOW = """
`fullhouse bench` writes this page, with all of its figures. All figures are from one machine. They
compare Fullhouse with the raw limit and with peers, on the same sockets in the same run. The
measured program has one core, and its clients and the store have the other. The sides take turns,
round by round, and are stopped during the turns of the others. Each figure is the median of the
rounds. The lowest and highest values show how quiet the machine was. To compare with another
machine, use the ratios and not the figures.

```console
fullhouse bench --all               # measure everything: about a quarter of an hour
fullhouse bench --all --write docs  # write this page and docs/scale.md from it
make bench                          # a quick look, in about seven minutes
```
"""
_VERDICTS = {True: "met", False: "**missed**", None: "not measured"}


def write_pages(run: Run, docs: Path) -> None:
    """Write performance.md, scale.md and their plots."""
    images = docs / "images"
    images.mkdir(exist_ok=True)
    (docs / "performance.md").write_text("\n".join(_performance(run, images)))
    (docs / "scale.md").write_text(scale_page(run, images))


def _performance(run: Run, images: Path) -> Iterator[str]:
    yield _TITLE + _HOW
    yield from _machine(run)
    yield from _bars(run)
    for case in CASES:
        outcome = run.outcome(case.name)
        if outcome:
            yield from _section(run, case, outcome, images)


def _machine(run: Run) -> Iterator[str]:
    yield f"Measured {run.at}, {run.size} sizes:\n\n| | |\n| --- | --- |"
    for name, fact in run.machine.items():
        yield f"| {name} | {fact} |"
    yield ""


def _bars(run: Run) -> Iterator[str]:
    yield "## Bars\n\n| what | bar | measured | |\n| --- | --- | --- | --- |"
    missed = []
    for case in CASES:
        outcome = run.outcome(case.name)
        for bar in outcome.bars if outcome else ():
            cells = (bar.what, limit_of(bar), measured_of(bar), _VERDICTS[bar.is_met])
            yield f"| {' | '.join(cells)} |"
            missed += [bar] if bar.is_met is False else []
    yield ""
    if missed:
        yield "### Missed, and why\n"
        yield from (f"- **{bar.what}**: {_why(bar)}" for bar in missed)
        yield ""


def _why(bar: Bar) -> str:
    return REASONS.get(bar.what, "not explained yet.")


def _section(run: Run, case: Case, outcome: Outcome, images: Path) -> Iterator[str]:
    option = " --all" if run.size.startswith("full") else ""
    yield f"## {case.title}\n\n{case.about}\n"
    yield f"`fullhouse bench{option} --case {case.name}`, {outcome.took_s:.0f} s\n"
    for plot in case.plots:
        drawn = plot.draw(outcome)
        if drawn:
            file = f"performance-{plot.name}.svg"
            (images / file).write_text(drawn)
            yield f"![{plot.title}](images/{file})\n"
    yield from _figures(outcome)
    for subject, reason in outcome.left_out.items():
        yield f"Left out: {subject}. {reason}\n"


def _figures(outcome: Outcome) -> Iterator[str]:
    yield "| quantity | of | median | lowest to highest | unit | ÷ ours |"
    yield "| --- | --- | ---: | ---: | --- | ---: |"
    for quantity in dict.fromkeys(figure.quantity for figure in outcome.figures):
        rows = [figure for figure in outcome.figures if figure.quantity == quantity]
        ours = next((figure.median for figure in rows if is_ours(figure)), None)
        for row in sorted(rows, key=lambda figure: figure.median):
            yield _row(row, ours)
    yield ""


def _row(figure: Figure, ours: float | None) -> str:
    several = len(figure.values) > 1
    span = f"{short(min(figure.values))} to {short(max(figure.values))}" if several else ""
    times = None if is_ours(figure) else ratio(figure.median, ours or None)
    beside = "" if times is None else f"{times:.2f}"
    name = f"**{figure.subject}**" if is_ours(figure) else figure.subject
    cells = (figure.quantity, name, short(figure.median), span, figure.unit, beside)
    return f"| {' | '.join(cells)} |"
