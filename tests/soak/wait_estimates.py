"""How often people in line are called within the range of their estimate, and its width."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median

import click

from fullhouse.domain.waits import estimate_s
from fullhouse_demo.crowd.attendance import read_attendance
from fullhouse_demo.crowd.schedule import Schedule, Visit
from tests.soak.simulated_line import Look, Person, SimulatedLine

LOOK_EVERY_S = 60
SAMPLED = 4_000  # looks at an event
ANSWERS, GIVES_UP = 0.92, 0.12  # as in fullhouse_demo/crowd/persona.py
COPIES, ARRIVAL_DEVIATION_S, STAY_DEVIATION = 20, 120.0, 0.5  # of each person of a list


@dataclass(frozen=True, slots=True)
class Event:
    """All who come to a room of so many seats, which is open for `lasts_s`."""

    seats: int
    people: list[Person]
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all estimates that were given.

    Attributes:
        given: How many there were.
        inside_percent: Of them, those whose person was called within the range.
        early_percent: Those whose person was called sooner.
        width: The upper end of the range by the lower, in the middle of all.
    """

    given: int
    inside_percent: float
    early_percent: float
    width: float


def fair(rng: Random) -> Event:
    """People look around for five minutes."""
    return _steady(rng, seats=500, mean_s=300, load=1.25, lasts_s=3600)


def hall(rng: Random) -> Event:
    """People stay for forty minutes."""
    return _steady(rng, seats=300, mean_s=2400, load=1.5, lasts_s=7200)


def small_room(rng: Random) -> Event:
    """A seat becomes free every minute and a half."""
    return _steady(rng, seats=20, mean_s=1800, load=1.5, lasts_s=7200)


def talk(rng: Random) -> Event:
    """Nearly all come at the beginning, a third leaves on the way, the others after 50 minutes."""
    people = []
    for _ in range(420):
        arrives_s = max(0.0, rng.gauss(400, 250))
        goes_early = rng.random() < 0.35
        stay_s = rng.expovariate(1 / 1500) if goes_early else math.inf
        person = _person(rng, arrives_s, stay_s, 5400)
        people.append(replace(person, leaves_s=max(arrives_s, rng.gauss(3000, 400))))
    return Event(300, people, 5400)


def _steady(rng: Random, *, seats: int, mean_s: float, load: float, lasts_s: float) -> Event:
    """The room fills in two minutes; then `load` times as many come as leave."""
    arrivals = [rng.uniform(0, 120) for _ in range(seats)]
    arrivals += [rng.uniform(0, lasts_s) for _ in range(int(lasts_s * load * seats / mean_s))]
    people = [_person(rng, at_s, rng.expovariate(1 / mean_s), lasts_s) for at_s in arrivals]
    return Event(seats, people, lasts_s)


def _person(rng: Random, arrives_s: float, stay_s: float, event_s: float) -> Person:
    patience_s = rng.uniform(0.1, 1.0) * event_s if rng.random() < GIVES_UP else math.inf
    return Person(arrives_s, stay_s, patience_s, answers=rng.random() < ANSWERS)


def replayed(schedule: Schedule, rng: Random) -> Event:
    """A larger event of the same kind, in a room with half of the seats that it needs."""
    visits = [visit for visit in schedule.visits for _ in range(COPIES)]
    people = [_copied(visit, schedule.lasts_s, rng) for visit in visits]
    return Event(_most_inside(people) // 2, people, schedule.lasts_s)


def _copied(visit: Visit, event_s: float, rng: Random) -> Person:
    """Somebody who comes about then, and stays for about as long."""
    arrives_s = max(0.0, rng.gauss(visit.arrives_s, ARRIVAL_DEVIATION_S))
    person = _person(rng, arrives_s, math.inf, event_s)
    if visit.leaves_s is None:
        return person
    stay_s = (visit.leaves_s - visit.arrives_s) * rng.lognormvariate(0, STAY_DEVIATION)
    return replace(person, leaves_s=arrives_s + stay_s)


def _most_inside(people: list[Person]) -> int:
    moves = [(who.arrives_s, 1) for who in people]
    moves += [(who.leaves_s, -1) for who in people]
    return max(accumulate(change for _, change in sorted(moves)))


SCENES: dict[str, Callable[[Random], Event]] = {
    scene.__name__: scene for scene in (fair, hall, small_room, talk)
}


def measured(scene: str | Schedule, *, events: int, seed: int) -> Figures:
    """The figures of so many events of a kind."""
    outcomes: list[tuple[float, tuple[int, int]]] = []
    for number in range(seed, seed + events):
        rng = Random(number)
        make = SCENES[scene] if isinstance(scene, str) else lambda rng: replayed(scene, rng)
        outcomes += _outcomes(make(rng))
    inside = sum(low <= waited <= high for waited, (low, high) in outcomes)
    early = sum(waited < low for waited, (low, _) in outcomes)
    return Figures(
        len(outcomes),
        100 * inside / len(outcomes),
        100 * early / len(outcomes),
        median(high / max(1, low) for _, (low, high) in outcomes),
    )


def _outcomes(event: Event) -> Iterator[tuple[float, tuple[int, int]]]:
    """How long each person still waited, and what they were told.

    Left out are people who gave up, and ranges that end after the event.
    """
    room = SimulatedLine(event.seats)
    room.run(event.people, lasts_s=event.lasts_s, look_every_s=LOOK_EVERY_S)
    for look in room.looks[:: math.ceil(len(room.looks) / SAMPLED) or 1]:
        told = estimate_s(look.ahead, look.state)
        if told is None or look.person.gave_up:
            continue
        if look.at_s + told[1] <= event.lasts_s:  # else the event may end before it shows
            yield _waited_s(look), told


def _waited_s(look: Look) -> float:
    called_s = look.person.called_s
    return math.inf if called_s is None else called_s - look.at_s


@click.command()
@click.argument("lists", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--events", default=20, show_default=True, help="Of each kind.")
@click.option("--seed", default=1, show_default=True, help="Of the first; the next has one more.")
def main(lists: tuple[Path, ...], events: int, seed: int) -> None:
    """Measure the estimates in simulated events, and in events of attendance LISTS."""
    read = {path.name: read_attendance(path.read_bytes(), prefix="p-").schedule for path in lists}
    for name, scene in {**dict.fromkeys(SCENES), **read}.items():
        figures = measured(scene or name, events=events, seed=seed)
        click.echo(
            f"{name:24} {figures.given:7,} estimates  {figures.inside_percent:3.0f} % inside  "
            f"{figures.early_percent:3.0f} % earlier  high is {figures.width:.1f} times low"
        )


if __name__ == "__main__":
    main()
