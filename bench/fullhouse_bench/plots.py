"""The plots of a case: which figures they show, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fullhouse_bench import svg
from fullhouse_bench.results import OURS, Figure, Outcome


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of one quantity, with a bar for each subject that has it."""

    name: str
    title: str
    quantity: str

    def draw(self, outcome: Outcome) -> str | None:
        """The plot as SVG. None: the quantity was not measured."""
        found = [figure for figure in outcome.figures if figure.quantity == self.quantity]
        if not found:
            return None
        rows = [svg.Bar(figure.subject, figure.median, is_ours(figure)) for figure in found]
        return svg.bars(self.title, found[0].unit, rows)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of our figures by the number at the end of their quantities' names."""

    name: str
    title: str
    beginning: str
    across: str

    def draw(self, outcome: Outcome) -> str | None:
        """The plot as SVG. None: fewer than two points were measured."""
        points = self._points(outcome.figures)
        if len(points) < 2:
            return None
        x = svg.across(self.across, points[0][0], points[-1][0], is_log=True)
        y = svg.upwards(outcome.figures[0].unit, 0, 1.25 * max(value for _, value in points))
        return svg.lines(self.title, x, y, {OURS: points})

    def _points(self, figures: Sequence[Figure]) -> list[tuple[float, float]]:
        return sorted(
            (float(figure.quantity.removeprefix(self.beginning).replace(",", "")), figure.median)
            for figure in figures
            if figure.quantity.startswith(self.beginning)
        )


Plot = Bars | Curve


def is_ours(figure: Figure) -> bool:
    return figure.subject == OURS
