"""Draws bar charts and line charts as SVG, without a library that must be installed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH = 720
OURS, OTHERS = "#0f766e", "#94a3b8"
INK, FAINT, PAPER = "#1e293b", "#e2e8f0", "#ffffff"
COLOURS = (OURS, "#b45309", "#7c3aed", "#475569", "#be123c")

_NAME_WIDTH, _VALUE_WIDTH = 210, 90
_ROW, _BAR = 26, 16
_HEAD, _FOOT = 44, 14
_LOG_FROM = 30.0  # from this ratio of largest to smallest on, lengths are logarithmic
_PLOT_HEIGHT, _LEFT, _RIGHT, _BOTTOM = 300, 64, 32, 46
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. Our bars have another colour."""

    name: str
    value: float
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis, which maps values to pixels between `start` and `end`."""

    title: str
    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        low, high, here = map(self._scaled, (self.low, self.high, max(value, self.low)))
        return self.start + (here - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> Iterator[float]:
        """Round values along the axis."""
        if self.is_log:
            decades = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            yield from (10.0**decade for decade in decades)
            return
        step = _round_step((self.high - self.low) / _TICKS)
        count = math.floor((self.high - self.low) / step + 1e-9)
        yield from (self.low + number * step for number in range(count + 1))

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.is_log else value


def bars(title: str, unit: str, rows: Sequence[Bar]) -> str:
    """A chart of horizontal bars, the smallest first."""
    ordered = sorted(rows, key=lambda row: row.value)
    smallest, largest = ordered[0].value, ordered[-1].value
    is_log = smallest > 0 and largest / smallest > _LOG_FROM
    low = smallest / 2 if is_log else 0.0
    axis = Axis(unit, low, largest or 1.0, 0, WIDTH - _NAME_WIDTH - _VALUE_WIDTH, is_log)
    lines = [_heading(title, f"{unit}, logarithmic" if is_log else unit)]
    for number, row in enumerate(ordered):
        lines += _bar(row, axis.at(row.value), _HEAD + number * _ROW)
    return _document(lines, _HEAD + len(ordered) * _ROW + _FOOT)


def lines(title: str, x: Axis, y: Axis, series: Mapping[str, Points]) -> str:
    """A chart of curves over one pair of axes, with a colour and a name for each."""
    drawn = [_heading(title, y.title), *_grid(x, y)]
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x.at(px):.1f},{y.at(py):.1f}" for px, py in points)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += _legend(name, colour, number)
    return _document(drawn, y.start + _BOTTOM)


def across(title: str, low: float, high: float, *, is_log: bool = False) -> Axis:
    """The horizontal axis of `lines`."""
    return Axis(title, low, high, _LEFT, WIDTH - _RIGHT, is_log)


def upwards(title: str, low: float, high: float, *, is_log: bool = False) -> Axis:
    """The vertical axis of `lines`."""
    return Axis(title, low, high, _HEAD + 24 + _PLOT_HEIGHT, _HEAD + 24, is_log)


def short(value: float) -> str:
    """A number for people: three digits, with separators for thousands."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _bar(row: Bar, length: float, top: float) -> Iterator[str]:
    middle = top + _BAR - 4
    weight = ' font-weight="600"' if row.is_ours else ""
    name = f'<text x="{_NAME_WIDTH - 8}" y="{middle}" text-anchor="end"{weight}>'
    yield f"{name}{escape(row.name)}</text>"
    colour = OURS if row.is_ours else OTHERS
    size = f'width="{max(length, 1):.1f}" height="{_BAR}"'
    yield f'<rect x="{_NAME_WIDTH}" y="{top}" {size} rx="2" fill="{colour}"/>'
    right = _NAME_WIDTH + length + 6
    yield f'<text x="{right:.1f}" y="{middle}"{weight}>{short(row.value)}</text>'


def _grid(x: Axis, y: Axis) -> Iterator[str]:
    for tick in y.ticks():
        at = y.at(tick)
        yield f'<line x1="{x.start}" x2="{x.end}" y1="{at:.1f}" y2="{at:.1f}" stroke="{FAINT}"/>'
        yield f'<text x="{x.start - 6}" y="{at + 4:.1f}" text-anchor="end">{short(tick)}</text>'
    for tick in x.ticks():
        at = x.at(tick)
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y.start}" y2="{y.end}" stroke="{FAINT}"/>'
        yield f'<text x="{at:.1f}" y="{y.start + 16}" text-anchor="middle">{short(tick)}</text>'
    middle = (x.start + x.end) / 2
    yield f'<text x="{middle}" y="{y.start + 36}" text-anchor="middle">{escape(x.title)}</text>'


def _legend(name: str, colour: str, number: int) -> Iterator[str]:
    left, top = _LEFT + number * 165, _HEAD
    yield f'<rect x="{left}" y="{top}" width="14" height="4" fill="{colour}"/>'
    yield f'<text x="{left + 20}" y="{top + 7}">{escape(name)}</text>'


def _heading(title: str, unit: str) -> str:
    bold = f'<text x="12" y="26" font-size="15" font-weight="600">{escape(title)}'
    return f'{bold}<tspan font-size="12" font-weight="400" dx="8">{escape(unit)}</tspan></text>'


def _document(lines: Sequence[str], height: float) -> str:
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    fonts = 'font-family="system-ui, sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {fonts} fill="{INK}">'
    paper = f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>'
    return "\n".join([head, paper, *lines, "</svg>"]) + "\n"


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10, ... at or above `rough`."""
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * lead for lead in (1, 2, 5, 10) if power * lead >= rough - 1e-12)
