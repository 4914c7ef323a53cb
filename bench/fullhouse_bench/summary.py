"""The summary of a run on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from fullhouse_bench.results import Bar, Run

_VERDICTS = {True: "[green]met", False: "[red]missed", None: "[yellow]not measured"}
_SIGNS = {"at most": "≤", "at least": "≥"}


def bars_table(run: Run, cases: Sequence[str]) -> Table:
    """A table of the bars of these cases, with the measured values and verdicts."""
    table = Table(title=f"Fullhouse, {run.size} run")
    table.add_column("What")
    for name in ("Bar", "Measured", "", "Took"):
        table.add_column(name, justify="right")
    for outcome in run.outcomes:
        if outcome.case in cases:
            table.add_section()
            table.add_row(f"[bold]{outcome.title}", "", "", "", f"{outcome.took_s:.0f} s")
            for bar in outcome.bars:
                table.add_row(bar.what, limit_of(bar), measured_of(bar), _VERDICTS[bar.is_met])
    return table


def left_out(run: Run) -> Iterator[str]:
    """One line for each subject that could not be measured."""
    for outcome in run.outcomes:
        for subject, reason in outcome.left_out.items():
            yield f"Left out of {outcome.case}: {subject} ({reason})"


def limit_of(bar: Bar) -> str:
    return f"{_SIGNS[bar.relation]} {bar.limit:g} {bar.unit}"


def measured_of(bar: Bar) -> str:
    return "-" if bar.measured is None else f"{bar.measured:.3g} {bar.unit}"
