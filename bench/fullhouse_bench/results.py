"""The results: figures of each subject, compared with bars, stored as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec
from msgspec import Struct

OURS = "Fullhouse"

Relation = Literal["at most", "at least"]


class Figure(Struct, frozen=True):
    """One quantity of one subject, with a value for each round."""

    subject: str
    quantity: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)


class Bar(Struct, frozen=True):
    """A limit for a figure, mostly a ratio. `measured` None: something was missing."""

    what: str
    relation: Relation
    limit: float
    measured: float | None
    unit: str = "×"

    @property
    def is_met(self) -> bool | None:
        if self.measured is None:
            return None
        if self.relation == "at most":
            return self.measured <= self.limit
        return self.measured >= self.limit


class Outcome(Struct, frozen=True):
    """The results of one case."""

    case: str
    title: str
    figures: tuple[Figure, ...]
    bars: tuple[Bar, ...]
    left_out: dict[str, str] = {}
    took_s: float = 0.0

    def median(self, subject: str, quantity: str) -> float | None:
        """The median of that figure. None: it was not measured."""
        return median_of(self.figures, subject, quantity)


class Run(Struct, frozen=True):
    """One run of the benchmark, on one machine."""

    at: str
    size: str
    machine: dict[str, str]
    outcomes: tuple[Outcome, ...]

    def outcome(self, case: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.case == case), None)

    def with_outcome(self, new: Outcome) -> Run:
        """This run with `new` in place of an earlier outcome of the same case."""
        others = tuple(outcome for outcome in self.outcomes if outcome.case != new.case)
        return msgspec.structs.replace(self, outcomes=(*others, new))


def median_of(figures: Sequence[Figure], subject: str, quantity: str) -> float | None:
    found = (f.median for f in figures if (f.subject, f.quantity) == (subject, quantity))
    return next(found, None)


def ratio(over: float | None, under: float | None) -> float | None:
    """`over` ÷ `under`, if both were measured."""
    return over / under if over is not None and under else None


def load_run(path: Path) -> Run:
    return msgspec.json.decode(path.read_bytes(), type=Run)


def save_run(path: Path, run: Run) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run)))
