"""The command `fullhouse bench`: compares Fullhouse with the raw limit and with peers."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from fullhouse_bench.case import Case
from fullhouse_bench.cases import CASES
from fullhouse_bench.lab import Lab
from fullhouse_bench.machine import Cores, TooFewCores, facts, pinned_to
from fullhouse_bench.report import write_pages
from fullhouse_bench.results import Run, load_run, save_run
from fullhouse_bench.scale import NotMeasured
from fullhouse_bench.sizes import FULL, SHORT, Size
from fullhouse_bench.summary import bars_table, left_out
from fullhouse_bench.tools import Tools

_HELP = """Measure Fullhouse on this machine, next to the limit of the machine and other servers.

Each server has one core, and its clients another one. The servers take turns, and the results are
medians. All connections stay on this machine, and all programs end with the measurement.

\b
A quick measurement with the installed programs, in about seven minutes:
  fullhouse bench
\b
Everything, in about a quarter of an hour. Other servers are fetched from their registries:
  fullhouse bench --all
\b
One case, added to the earlier results of --all:
  fullhouse bench --all --case broadcast
"""


@click.command("bench", help=_HELP)
@click.option(
    "--all/--short",
    "is_full",
    help="All servers and full sizes, or a quick measurement.  [default: --short]",
)
@click.option(
    "--case",
    "names",
    multiple=True,
    type=click.Choice([case.name for case in CASES]),
    help="Measure only this case. Give it several times for several cases.",
)
@click.option(
    "--people",
    type=click.IntRange(500, 15_000),
    help="Number of connections to each server.  [default: depends on the case]",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FULLHOUSE_BENCH_CACHE",
    default=Path.home() / ".cache" / "fullhouse-bench",
    help="Directory for other servers and for results.  [env: FULLHOUSE_BENCH_CACHE]",
)
@click.option(
    "--write",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Measure nothing. Write the pages about the last results into this docs directory.",
)
def command(
    *, is_full: bool, names: Sequence[str], people: int | None, cache: Path, write: Path | None
) -> None:
    """Measure, and print which bars were met."""
    size = _sized(FULL if is_full else SHORT, people)
    results = cache / f"results-{size.name}.json"
    if write:
        if not results.exists():
            raise click.ClickException(f"There is nothing to write yet: {results}")
        try:
            write_pages(load_run(results), write)
        except NotMeasured as error:
            raise click.ClickException(f"scale.md needs what this measures: {error}") from error
        return
    try:
        cores = Cores.of_this_machine()
    except TooFewCores as error:
        raise click.ClickException(str(error)) from error
    chosen = [case for case in CASES if not names or case.name in names]
    cache.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fullhouse").setLevel(logging.ERROR)  # nodes inside this process
    with pinned_to(cores.load):
        run = _measured(chosen, size, cores, results)
    console = Console()
    console.print(bars_table(run, [case.name for case in chosen]))
    for line in left_out(run):
        console.print(line)
    console.print(f"Results: {results}")


def _sized(size: Size, people: int | None) -> Size:
    """The size for another number of people. Its results are kept in a separate file."""
    return replace(size, name=f"{size.name}-{people}", people=people) if people else size


def _measured(chosen: Sequence[Case], size: Size, cores: Cores, results: Path) -> Run:
    """Run the cases one after the other, and save the results of each one at once."""
    tools = Tools(results.parent, may_install=size.has_peers)
    run = Run(datetime.now(UTC).isoformat(timespec="seconds"), size.name, facts(), ())  # noqa: TID251  # of the run, for its reader
    if results.exists():
        run = Run(run.at, run.size, run.machine, load_run(results).outcomes)
    with _progress() as progress:
        task = progress.add_task("", total=len(chosen))
        for case in chosen:
            progress.update(task, description=case.title)
            with tempfile.TemporaryDirectory(prefix="fullhouse-bench-") as folder:

                def tell(text: str, title: str = case.title) -> None:
                    progress.update(task, description=f"{title} · {text}")

                lab = Lab(size, cores, tools, Path(folder), tell)
                run = run.with_outcome(case.outcome(lab))
            save_run(results, run)
            progress.console.print(f"{case.title}: {run.outcomes[-1].took_s:.0f} s")
            progress.advance(task)
    return run


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
