"""A room and its line in virtual time: who is called when, and what is known meanwhile."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from fullhouse.domain.rooms import RoomState
from tests.unit.realtime.events import state as room_state

FREED_SLOT_S, FREED_SLOTS = 60, 10  # as store/lua/include/freed.lua
CLAIM_S = 45.0
EMPTY = room_state(occupied=0)


@dataclass(slots=True, eq=False)
class Person:
    """A person on the way through a room. All times in seconds from the opening.

    Attributes:
        arrives_s: When the person comes.
        stay_s: How long the person stays inside, at most.
        leaves_s: When the person leaves, from inside or from the line.
        patience_s: How long the person waits at most.
        answers: Whether the person comes in when called.
        called_s: When the person was called. None: never, or seated at once.
        gave_up: Whether the person left the line before that.
    """

    arrives_s: float
    stay_s: float = float("inf")
    leaves_s: float = float("inf")
    patience_s: float = float("inf")
    answers: bool = True
    called_s: float | None = None
    gave_up: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One waiting person at one moment, and what the server knows of the room then."""

    at_s: float
    person: Person
    ahead: int
    state: RoomState


@dataclass
class SimulatedLine:
    """A room of `seats`. The line is called as `include/call.lua` calls it."""

    seats: int
    taken: int = 0
    line: deque[Person] = field(default_factory=deque)
    freed_s: deque[float] = field(default_factory=deque)
    looks: list[Look] = field(default_factory=list)
    _moments: list[tuple[float, int, str, Person | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def run(self, people: Iterable[Person], *, lasts_s: float, look_every_s: float) -> None:
        """Let all of them come, and look at the line so often."""
        for person in people:
            self._at(person.arrives_s, "arrive", person)
        for n in range(1, int(lasts_s / look_every_s)):
            self._at(n * look_every_s, "look", None)
        while self._moments and self._moments[0][0] <= lasts_s:
            now, _, verb, somebody = heapq.heappop(self._moments)
            if somebody is None:
                self._look(now)
            else:
                getattr(self, f"_{verb}")(now, somebody)

    def freed_lately(self, now: float) -> int:
        first_slot = now // FREED_SLOT_S - FREED_SLOTS + 1
        while self.freed_s and self.freed_s[0] // FREED_SLOT_S < first_slot:
            self.freed_s.popleft()
        return len(self.freed_s)

    def _at(self, when: float, verb: str, person: Person | None) -> None:
        heapq.heappush(self._moments, (when, next(self._order), verb, person))

    def _arrive(self, now: float, person: Person) -> None:
        if self.taken < self.seats and not self.line:
            self.taken += 1
            self._seat(now, person)
            return
        self.line.append(person)
        self._at(min(now + person.patience_s, person.leaves_s), "give_up", person)

    def _seat(self, now: float, person: Person) -> None:
        self._at(min(now + person.stay_s, max(now, person.leaves_s)), "leave", person)

    def _leave(self, now: float, _: Person) -> None:
        self._free(now)

    def _give_up(self, _: float, person: Person) -> None:
        if person.called_s is None:
            person.gave_up = True
            self.line.remove(person)

    def _miss(self, now: float, _: Person) -> None:
        self._free(now)

    def _free(self, now: float) -> None:
        self.freed_s.append(now)
        self.taken -= 1
        while self.line and self.taken < self.seats:
            person = self.line.popleft()
            self.taken += 1
            person.called_s = now
            if person.answers:
                self._seat(now, person)
            else:
                self._at(now + CLAIM_S, "miss", person)

    def _look(self, now: float) -> None:
        since_s = (now // FREED_SLOT_S - FREED_SLOTS + 1) * FREED_SLOT_S
        state = replace(
            EMPTY,
            capacity=self.seats,
            occupied=self.taken,
            waiting=len(self.line),
            freed=self.freed_lately(now),
            observed_s=int(now - max(0, since_s)),
        )
        self.looks += [Look(now, person, ahead, state) for ahead, person in enumerate(self.line)]
