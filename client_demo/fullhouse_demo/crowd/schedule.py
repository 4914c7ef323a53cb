"""The schedule of arrivals and departures of simulated people, in seconds from the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from math import isfinite
from operator import attrgetter
from random import Random
from typing import Self

_RUSH_POWER = 2.5


class Arrivals(StrEnum):
    """The distribution of arrivals over their time. `RUSH`: most at the beginning, then fewer."""

    EVEN = "even"
    POISSON = "poisson"
    RUSH = "rush"


@dataclass(frozen=True, slots=True)
class Span:
    """A further tab, open in [opens_s, closes_s)."""

    opens_s: float
    closes_s: float

    def scaled(self, factor: float) -> Self:
        return replace(self, opens_s=self.opens_s * factor, closes_s=self.closes_s * factor)


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of one person, with all of their tabs.

    Args:
        leaves_s: None: the person stays to the end.
        further_tabs: Tabs in addition to the one that is open all the time.
    """

    participant: str
    name: str
    arrives_s: float
    leaves_s: float | None = None
    further_tabs: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if not (isfinite(self.arrives_s) and self.arrives_s >= 0):
            raise ValueError("nobody arrives before the start")
        if self.leaves_s is not None and self.leaves_s < self.arrives_s:
            raise ValueError("nobody leaves before they arrive")

    def scaled(self, factor: float) -> Self:
        return replace(
            self,
            arrives_s=self.arrives_s * factor,
            leaves_s=None if self.leaves_s is None else self.leaves_s * factor,
            further_tabs=tuple(tab.scaled(factor) for tab in self.further_tabs),
        )


@dataclass(frozen=True, slots=True)
class Schedule:
    """All visits of an event, in order of arrival. The visits of one person do not overlap.

    Args:
        lasts_s: The length of the event. A visit may last longer.
    """

    visits: tuple[Visit, ...]
    lasts_s: float

    @classmethod
    def of(cls, visits: Iterable[Visit], *, lasts_s: float | None = None) -> Self:
        """The schedule of `visits`. By default the event lasts until the last move."""
        ordered = tuple(sorted(visits, key=attrgetter("arrives_s", "participant")))
        last_move_s = max((visit.leaves_s or visit.arrives_s for visit in ordered), default=0.0)
        return cls(ordered, last_move_s if lasts_s is None else lasts_s)

    def by_person(self) -> Mapping[str, tuple[Visit, ...]]:
        """The visits of each person in order. People are in order of their first arrival."""
        mine = sorted(self.visits, key=attrgetter("participant", "arrives_s"))
        people = {who: tuple(stays) for who, stays in groupby(mine, attrgetter("participant"))}
        return dict(sorted(people.items(), key=lambda person: person[1][0].arrives_s))

    def at_speed(self, speed: float) -> Self:
        """The same event, `speed` times as fast."""
        visits = tuple(visit.scaled(1 / speed) for visit in self.visits)
        return replace(self, visits=visits, lasts_s=self.lasts_s / speed)


def made_up(
    attendees: int,
    *,
    over_s: float,
    arrivals: Arrivals,
    leaving: float,
    prefix: str,
    rng: Random,
) -> Schedule:
    """A random schedule of `attendees` people who arrive within `over_s`.

    Args:
        attendees: The number of people.
        over_s: The time within which they arrive.
        arrivals: The distribution of arrivals.
        leaving: The share of people who leave by themselves after a while.
        prefix: The beginning of the participant ids.
        rng: The source of randomness.
    """
    moments = _moments(attendees, over_s, arrivals, rng)
    visits = (
        Visit(f"{prefix}{n:03}", f"Guest {n}", at_s, _departure(at_s, over_s, leaving, rng))
        for n, at_s in enumerate(moments, start=1)
    )
    return Schedule.of(visits, lasts_s=over_s)


def _moments(attendees: int, over_s: float, arrivals: Arrivals, rng: Random) -> list[float]:
    if arrivals is Arrivals.EVEN:
        return [over_s * n / attendees for n in range(attendees)]
    if arrivals is Arrivals.RUSH:  # more than half of the people within a quarter of the time
        return [over_s * (n / attendees) ** _RUSH_POWER for n in range(attendees)]
    # A Poisson process with a given number of arrivals: independent uniform moments.
    return sorted(rng.uniform(0, over_s) for _ in range(attendees))


def _departure(at_s: float, over_s: float, leaving: float, rng: Random) -> float | None:
    goes = rng.random() < leaving
    after_s = rng.uniform(0.3, 1.2) * over_s
    return at_s + after_s if goes else None
