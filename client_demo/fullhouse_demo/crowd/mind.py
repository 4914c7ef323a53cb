"""Decides a person's next action from their persona and their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from fullhouse.client.place import NOWHERE, Place
from fullhouse_demo.crowd.persona import Persona


class Act(StrEnum):
    """An action of a person."""

    ANSWER = "answer"
    GIVE_UP = "give_up"
    LEAVE = "leave"
    LOSE_NETWORK = "lose_network"
    RELOAD = "reload"


@dataclass(frozen=True, slots=True)
class Due:
    """An act and the time at which it is due."""

    at: float
    act: Act


@dataclass(slots=True)
class Mind:
    """One person during one visit. The time is passed in.

    Args:
        leaves_at: When the person leaves. `inf`: they stay to the end.
    """

    persona: Persona
    arrives_at: float
    leaves_at: float
    place: Place = NOWHERE
    waiting_since: float | None = None
    answered: int | None = None
    has_reloaded: bool = False
    has_been_cut_off: bool = False

    def notice(self, place: Place, now: float) -> None:
        """Update the place."""
        self.place = place
        if place.kind == "seated":
            self.waiting_since = None
        elif place.kind == "waiting" and self.waiting_since is None:
            self.waiting_since = now

    def did(self, act: Act) -> None:
        """Record an act. Some acts happen only once, and a call is answered only once."""
        self.has_reloaded |= act is Act.RELOAD
        self.has_been_cut_off |= act is Act.LOSE_NETWORK
        if act is Act.ANSWER:
            self.answered = self.place.ticket

    def next_act(self) -> Due:
        """The next act. At `inf`: there is none."""
        acts = (
            self.end(),
            Due(self._answers_at(), Act.ANSWER),
            Due(self._reloads_at(), Act.RELOAD),
            Due(self._is_cut_off_at(), Act.LOSE_NETWORK),
        )
        return min(acts, key=lambda due: due.at)

    def end(self) -> Due:
        """How and when the person will end the visit, connected or not."""
        gives_up_at = self._gives_up_at()
        if gives_up_at < self.leaves_at:
            return Due(gives_up_at, Act.GIVE_UP)
        return Due(self.leaves_at, Act.LEAVE)

    def _gives_up_at(self) -> float:
        # A called person does not give up.
        is_waiting = self.place.kind != "called" and self.waiting_since is not None
        if self.persona.patience_s is None or not is_waiting:
            return inf
        return (self.waiting_since or 0.0) + self.persona.patience_s

    def _answers_at(self) -> float:
        place = self.place
        if not self.persona.answers or place.moment_at is None or place.ticket == self.answered:
            return inf
        return place.moment_at + self.persona.dawdle_s

    def _reloads_at(self) -> float:
        after_s = self.persona.reload_after_s
        return inf if after_s is None or self.has_reloaded else self.arrives_at + after_s

    def _is_cut_off_at(self) -> float:
        gap = self.persona.network_gap
        return inf if gap is None or self.has_been_cut_off else self.arrives_at + gap.after_s
