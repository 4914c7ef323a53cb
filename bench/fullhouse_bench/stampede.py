"""Seats open for some of those who wait: four ways to bring them in, played out with a seed.

Pure: no sockets, no clock. At second 0 an upgrade opens seats for the first people of a line. What
differs is who learns of it when, and whom the server lets in.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import ceil
from random import Random

NETWORK_S = (0.02, 0.3)  # on the way to a client and back; somewhere between, for each
RELOAD_S = (0.1, 0.6)  # from a push to the request of a page that reloads at once
BY_HAND_S = 30.0  # between two reloads of one person, on average
POLL_S = 20.0
GRACE_S = 30.0  # whoever is offline lost the connection within so long, or would be out of line
SWEEP_S = 1.0
BURST_S = 0.1  # requests are counted in steps of this length


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for every way.

    Attributes:
        waiting: People in line.
        seats: How many of them there is room for now.
        offline: The share of people whom nothing reaches.
        window_s_per_100: Over how long each hundred people called are spread.
        watched_s: How long we look on.
        seed: The same seed, the same story.
    """

    waiting: int = 5_000
    seats: int = 500
    offline: float = 0.02
    window_s_per_100: float = 1.0
    watched_s: float = 60.0
    seed: int = 7

    def dice(self, about: str) -> Random:
        """One throw tells nothing of another: who is offline, nothing of who is quick."""
        return Random(f"{self.seed} {about}")


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """Somebody asks for a seat. People are known by their place in line, from 0."""

    at_s: float
    person: int


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, in one way.

    Attributes:
        name: Of the way.
        requests: All that reached the server while we looked on, by time.
        seated: The requests that were given a seat, by time.
    """

    name: str
    requests: Sequence[Request]
    seated: Sequence[Request]

    @property
    def peak_per_s(self) -> float:
        """The most requests in any step, as a rate."""
        steps = Counter(int(request.at_s / BURST_S) for request in self.requests)
        return max(steps.values()) / BURST_S

    def taken_by_s(self, share: float) -> float:
        """When that share of the new seats was taken; 1 is all of them."""
        return self.seated[ceil(share * len(self.seated)) - 1].at_s

    @property
    def inversions(self) -> int:
        """Pairs of people who asked, of whom the one behind came in before the one in front."""
        ranks = [request.person for request in self.seated]
        asked = {request.person for request in self.requests}
        left_outside = sorted(asked.difference(ranks))
        return _inversions(ranks) + sum(bisect_left(left_outside, rank) for rank in ranks)

    @property
    def stolen(self) -> int:
        """Seats that went to people whose turn it was not, had the line been kept."""
        asked = sorted({request.person for request in self.requests})
        in_turn = set(asked[: len(self.seated)])
        return sum(request.person not in in_turn for request in self.seated)

    def rates(self, step_s: float) -> list[tuple[float, float]]:
        """Requests a second, in steps of so many seconds, up to one without any after the last."""
        steps = Counter(int(request.at_s / step_s) for request in self.requests)
        return [((n + 0.5) * step_s, steps[n] / step_s) for n in range(max(steps) + 2)]


def stories(scene: Scene) -> list[Story]:
    """Every way, on the same scene."""
    return [
        _first_come("refresh by hand", scene, _by_hand),
        _first_come("everyone at once", scene, _at_once),
        _first_come("polling every 20 s", scene, _polling),
        _called("ours", scene),
    ]


Asks = Callable[[Random], Iterator[float]]


def _by_hand(rng: Random) -> Iterator[float]:
    at_s = 0.0
    while True:
        at_s += rng.expovariate(1 / BY_HAND_S)
        yield at_s


def _at_once(rng: Random) -> Iterator[float]:
    """Told by a push, the page reloads; whoever finds no seat waits for the next push."""
    yield rng.uniform(*NETWORK_S) + rng.uniform(*RELOAD_S)


def _polling(rng: Random) -> Iterator[float]:
    at_s = rng.uniform(0, POLL_S)
    while True:
        yield at_s
        at_s += POLL_S


def _first_come(name: str, scene: Scene, asks: Asks) -> Story:
    """Whoever asks while a seat is free has it; whoever has one asks no more."""
    rng = scene.dice(name)
    everybody = [_asked(person, asks, rng, scene) for person in _online(scene)]
    coming = sorted(request for requests in everybody for request in requests)
    requests: list[Request] = []
    seated: list[Request] = []
    inside: set[int] = set()
    for request in coming:
        if request.person in inside:
            continue
        requests.append(request)
        if len(seated) < scene.seats:
            seated.append(request)
            inside.add(request.person)
    return Story(name, requests, seated)


def _asked(person: int, asks: Asks, rng: Random, scene: Scene) -> list[Request]:
    """Every moment at which this person would ask, if never let in."""
    moments = takewhile(lambda at_s: at_s < scene.watched_s, asks(Random(rng.random())))
    return [Request(at_s, person) for at_s in moments]


def _called(name: str, scene: Scene) -> Story:
    """The first are called, each comes at their own moment; whoever lapses makes room for one."""
    rng = scene.dice(name)
    online = set(_online(scene))
    uncalled = iter(range(scene.waiting))
    came: list[Request] = []
    calls = [(0.0, scene.seats)]  # when, and how many seats are free then
    while calls:
        now_s, free = heapq.heappop(calls)
        window_s = free / 100 * scene.window_s_per_100
        for number, person in zip(range(free), uncalled, strict=False):
            if person in online:
                at_s = now_s + window_s * number / free + rng.uniform(*NETWORK_S)
                came.append(Request(at_s, person))
            else:
                lapses_s = max(now_s, ceil(rng.uniform(0, GRACE_S) / SWEEP_S) * SWEEP_S)
                heapq.heappush(calls, (lapses_s, 1))
    return Story(name, sorted(came), sorted(came))


def _online(scene: Scene) -> list[int]:
    rng = scene.dice("online")
    return [person for person in range(scene.waiting) if rng.random() >= scene.offline]


def _inversions(ranks: Sequence[int]) -> int:
    """Pairs of which the larger stands first."""
    before: list[int] = []
    pairs = 0
    for rank in ranks:
        pairs += len(before) - bisect_left(before, rank)
        insort(before, rank)
    return pairs
