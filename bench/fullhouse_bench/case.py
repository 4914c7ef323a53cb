"""A case: a comparison with a name, which runs in a lab."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from fullhouse_bench.lab import Lab
from fullhouse_bench.plots import Plot
from fullhouse_bench.programs import ProgramFailed
from fullhouse_bench.results import Bar, Figure, Outcome, Relation, median_of, ratio
from fullhouse_bench.tools import Missing


@dataclass(slots=True)
class Notes:
    """The results that a case records while it runs."""

    values: dict[tuple[str, str, str], list[float]] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def note(self, subject: str, quantity: str, unit: str, value: float) -> None:
        """Record the value of one more round of a figure."""
        self.values.setdefault((subject, quantity, unit), []).append(value)

    @contextmanager
    def may_be_missing(self, subject: str) -> Iterator[None]:
        """Leave out a subject that cannot be measured on this machine, and keep the reason."""
        try:
            yield
        except (Missing, ProgramFailed, OSError) as error:
            self.left_out[subject] = " ".join(str(error).split())

    def figures(self) -> tuple[Figure, ...]:
        return tuple(Figure(*name, tuple(values)) for name, values in self.values.items())

    def median(self, subject: str, quantity: str) -> float | None:
        return median_of(self.figures(), subject, quantity)

    def hold(
        self, what: str, measured: float | None, relation: Relation, limit: float, unit: str = "×"
    ) -> None:
        """Compare a figure with a bar."""
        self.bars.append(Bar(what, relation, limit, measured, unit))

    def hold_ratio(
        self,
        what: str,
        over: tuple[str, str],
        under: tuple[str, str],
        relation: Relation,
        limit: float,
    ) -> None:
        """Compare the ratio of two medians with a bar."""
        self.hold(what, ratio(self.median(*over), self.median(*under)), relation, limit)


@dataclass(frozen=True, slots=True)
class Case:
    """One comparison.

    Attributes:
        name: The name for `--case`.
        title: The title in tables.
        run: Measures and records the results.
        plots: The plots of the results.
    """

    name: str
    title: str
    run: Callable[[Lab, Notes], None]
    plots: tuple[Plot, ...] = ()

    @property
    def about(self) -> str:
        """What is measured, and how: the docstring of the case's module."""
        return (sys.modules[self.run.__module__].__doc__ or "").strip()

    def outcome(self, lab: Lab) -> Outcome:
        """Run the case."""
        began_s = time.monotonic()
        notes = Notes()
        with notes.may_be_missing(self.title):
            self.run(lab, notes)
        outcome = Outcome(
            self.name, self.title, notes.figures(), tuple(notes.bars), notes.left_out
        )
        return msgspec.structs.replace(outcome, took_s=round(time.monotonic() - began_s, 1))
