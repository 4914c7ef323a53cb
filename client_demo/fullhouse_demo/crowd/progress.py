"""Shows the progress of a run: a chart on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fullhouse_demo.crowd.counts import Progress

_LINE_EVERY_S = 5.0
_CHART_ROWS = 8
_CHART_COLUMNS = 64
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_INSIDE, _CALLED, _WAITING = "green", "cyan", "yellow"
_COLOURS = (_INSIDE, _CALLED, _WAITING)


class History:
    """The run so far, in at most `_CHART_COLUMNS` samples, evenly spaced in time.

    When the history is full, every second sample is removed and the spacing doubles.
    """

    def __init__(self) -> None:
        self.samples: list[tuple[int, int, int]] = []
        self._every_s = 0.25
        self._next_at_s = 0.0

    def note(self, progress: Progress) -> None:
        if progress.at_s < self._next_at_s:
            return
        if len(self.samples) == _CHART_COLUMNS:
            self.samples = self.samples[::2]
            self._every_s *= 2
        self.samples.append((progress.inside, progress.called, progress.waiting))
        self._next_at_s = progress.at_s + self._every_s


def chart(samples: Sequence[tuple[int, int, int]], *, rows: int = _CHART_ROWS) -> Text:
    """A chart of stacked columns, one per sample: inside, then called, then waiting on top."""
    highest = max((sum(sample) for sample in samples), default=0)
    unit = max(highest, 1) / rows
    picture = Text(no_wrap=True)
    for row in reversed(range(rows)):
        cells = (_cell(sample, row * unit, unit) for sample in samples)
        for colour, run in groupby(cells, key=itemgetter(1)):
            picture.append("".join(character for character, _ in run), colour)
        picture.append(f" {highest}\n" if row == rows - 1 else "\n")
    return picture


def _cell(sample: tuple[int, int, int], floor: float, unit: float) -> tuple[str, str]:
    """One character for the filled part of [floor, floor + unit), in the colour at `floor`."""
    height, colour = 0, _WAITING
    for part, its_colour in zip(sample, _COLOURS, strict=True):
        if height <= floor < height + part:
            colour = its_colour
        height += part
    filled = min(max((height - floor) / unit, 0.0), 1.0)
    return _EIGHTHS[round(filled * (len(_EIGHTHS) - 1))], colour


def line(progress: Progress) -> str:
    """The figures as one line for a log."""
    figures = {
        "t": f"{progress.at_s:.0f}s",
        "arrived": f"{progress.arrived}/{progress.people}",
        "inside": progress.inside,
        "called": progress.called,
        "waiting": progress.waiting,
        "away": progress.away,
        "gone": progress.gone,
        "let_in": progress.let_in,
        "gave_up": progress.gave_up,
        "missed_calls": progress.missed_calls,
        "errors": progress.errors,
    }
    return "simulate " + " ".join(f"{name}={figure}" for name, figure in figures.items())


def picture(progress: Progress, history: History, title: str) -> RenderableType:
    """The whole display."""
    body = Group(chart(history.samples), _figures(progress))
    subtitle = f"{progress.at_s:.0f} s · Ctrl-C ends"
    return Panel(body, title=title, title_align="left", subtitle=subtitle, expand=False)


def _figures(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_row(
        _figure("inside", progress.inside, _INSIDE),
        _figure("called", progress.called, _CALLED),
        _figure("waiting", progress.waiting, _WAITING),
        _figure("let in", progress.let_in, "default"),
    )
    table.add_row(
        _figure("arrived", progress.arrived, "default", of=progress.people),
        _figure("gave up", progress.gave_up, "default"),
        _figure("missed", progress.missed_calls, "default"),
        _figure("errors", progress.errors, "red" if progress.errors else "default"),
    )
    return table


def _figure(label: str, value: int, colour: str, *, of: int | None = None) -> Text:
    text = f"{value}" if of is None else f"{value}/{of}"
    return Text.assemble((f"{label:<8}", "dim"), (f"{text:>7}", f"bold {colour}"))


class LineDisplay:
    """Prints a line every few seconds, and always the last state, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next_at_s = 0.0
        self._last: Progress | None = None

    def __enter__(self) -> LineDisplay:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last is not None:
            self._write(self._last)

    def show(self, progress: Progress) -> None:
        self._last = progress
        if progress.at_s >= self._next_at_s:
            self._write(progress)
            self._next_at_s = progress.at_s + _LINE_EVERY_S

    def _write(self, progress: Progress) -> None:
        self._console.print(line(progress), markup=False, highlight=False, soft_wrap=True)


class LiveDisplay:
    """Redraws a chart in place, for a terminal."""

    def __init__(self, console: Console, *, title: str) -> None:
        self._live = Live(console=console, auto_refresh=False)
        self._history = History()
        self._title = title

    def __enter__(self) -> LiveDisplay:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, progress: Progress) -> None:
        self._history.note(progress)
        self._live.update(picture(progress, self._history, self._title), refresh=True)


def display_on(console: Console, *, title: str) -> LineDisplay | LiveDisplay:
    """The display that suits the console."""
    return LiveDisplay(console, title=title) if console.is_terminal else LineDisplay(console)
