"""Simulates, with a seed, four ways to bring waiting people in when seats open.

The simulation has no sockets and no clock. At second 0 an upgrade opens seats for the first people
of a line. The ways differ in who learns of it when, and in the people whom the server lets in.
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

NETWORK_S = (0.02, 0.3)  # least and most time of a way to a client and back
RELOAD_S = (0.1, 0.6)  # least and most time from a push to the request of a reloading page
BY_HAND_S = 30.0  # average time between two reloads of one person
POLL_S = 20.0
GRACE_S = 30.0  # offline people lost the connection within this time, or they had left the line
SWEEP_S = 1.0
BURST_S = 0.1  # requests are counted in steps of this length


@dataclass(frozen=True, slots=True)
class Scene:
    """The common parameters of all ways.

    Attributes:
        waiting: The people in line.
        seats: The seats that open.
        offline: The share of people who are offline.
        window_s_per_100: The time over which each hundred called people are spread.
        watched_s: The simulated time.
        seed: The same seed gives the same story.
    """

    waiting: int = 5_000
    seats: int = 500
    offline: float = 0.02
    window_s_per_100: float = 1.0
    watched_s: float = 60.0
    seed: int = 7

    def dice(self, about: str) -> Random:
        """An independent random generator for each subject."""
        return Random(f"{self.seed} {about}")


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """A request of one person for a seat. `person` is the place in line, from 0."""

    at_s: float
    person: int


@dataclass(frozen=True, slots=True)
class Story:
    """The result of one way.

    Attributes:
        name: The name of the way.
        requests: All requests that reached the server in the simulated time, by time.
        seated: The requests that got a seat, by time.
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
        """When that share of the new seats was taken. 1: all of them."""
        return self.seated[ceil(share * len(self.seated)) - 1].at_s

    @property
    def inversions(self) -> int:
        """Pairs of people who asked, where the one further back came in first or alone."""
        ranks = [request.person for request in self.seated]
        asked = {request.person for request in self.requests}
        left_outside = sorted(asked.difference(ranks))
        return _inversions(ranks) + sum(bisect_left(left_outside, rank) for rank in ranks)

    @property
    def stolen(self) -> int:
        """Seats of people who would have none if the order of the line had been kept."""
        asked = sorted({request.person for request in self.requests})
        in_turn = set(asked[: len(self.seated)])
        return sum(request.person not in in_turn for request in self.seated)

    def rates(self, step_s: float) -> list[tuple[float, float]]:
        """Requests per second, in steps of `step_s`, with one empty step at the end."""
        steps = Counter(int(request.at_s / step_s) for request in self.requests)
        return [((n + 0.5) * step_s, steps[n] / step_s) for n in range(max(steps) + 2)]


def stories(scene: Scene) -> list[Story]:
    """The stories of all ways, on the same scene."""
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
    """The page reloads once after a push. A person without a seat waits for the next push."""
    yield rng.uniform(*NETWORK_S) + rng.uniform(*RELOAD_S)


def _polling(rng: Random) -> Iterator[float]:
    at_s = rng.uniform(0, POLL_S)
    while True:
        yield at_s
        at_s += POLL_S


def _first_come(name: str, scene: Scene, asks: Asks) -> Story:
    """Each request gets a seat while one is free. A person with a seat asks no more."""
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
    """All requests of one person who never gets a seat."""
    moments = takewhile(lambda at_s: at_s < scene.watched_s, asks(Random(rng.random())))
    return [Request(at_s, person) for at_s in moments]


def _called(name: str, scene: Scene) -> Story:
    """The first people are called, each for their own moment. A lapsed call goes to the next."""
    rng = scene.dice(name)
    online = set(_online(scene))
    uncalled = iter(range(scene.waiting))
    came: list[Request] = []
    calls = [(0.0, scene.seats)]  # the time of a call, and the seats that are free then
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
    """The number of pairs in which the larger rank comes first."""
    before: list[int] = []
    pairs = 0
    for rank in ranks:
        pairs += len(before) - bisect_left(before, rank)
        insort(before, rank)
    return pairs
