"""Which figures of a case are drawn, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fullhouse_bench import svg
from fullhouse_bench.results import OURS, Figure, Outcome


@dataclass(frozen=True, slots=True)
class Bars:
    """One quantity of every subject that has it."""

    name: str
    title: str
    quantity: str

    def draw(self, outcome: Outcome) -> str | None:
        """None where nothing of it was measured."""
        found = [figure for figure in outcome.figures if figure.quantity == self.quantity]
        if not found:
            return None
        rows = [svg.Bar(figure.subject, figure.median, is_ours(figure)) for figure in found]
        return svg.bars(self.title, found[0].unit, rows)


@dataclass(frozen=True, slots=True)
class Curve:
    """Ours against a number that stands at the end of the names of its quantities."""

    name: str
    title: str
    beginning: str
    across: str

    def draw(self, outcome: Outcome) -> str | None:
        """None where fewer than two points were measured."""
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
