"""What kind of person somebody is: drawn once from a seed, then fixed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random

_NETWORK_GAP_S = (2.0, 8.0)  # a tunnel, a change of wifi: less than the 20 s that a seat is kept
_SECOND_LOOK_S = (5.0, 30.0)
_MEAN_DAWDLE_S = 3.0
_LONGEST_DAWDLE_S = 15.0  # well within the 45 s of a claim: dawdling is no refusal


@dataclass(frozen=True, slots=True)
class Habits:
    """How common each behaviour is in a crowd, as shares of its people.

    Args:
        answer: Come back when called.
        dawdle: Of those, how many do so only some seconds after their moment.
        click: Of those, how many claim on the open page; the others reload it.
        give_up: Lose patience in the line.
        say_goodbye: Of those, how many press "leave"; the others close the tab.
        reload: Reload the page once for no reason.
        lose_network: Are cut off once for some seconds.
        second_tab: Open the page a second time for a while.
    """

    answer: float = 0.92
    dawdle: float = 0.3
    click: float = 0.3
    give_up: float = 0.12
    say_goodbye: float = 0.5
    reload: float = 0.1
    lose_network: float = 0.1
    second_tab: float = 0.08

    def __post_init__(self) -> None:
        for share in fields(self):
            if not 0 <= getattr(self, share.name) <= 1:
                raise ValueError(f"{share.name} is a share, from 0 to 1")


AS_PEOPLE_ARE = Habits()
FAITHFUL = Habits(answer=1, dawdle=0, give_up=0, reload=0, lose_network=0, second_tab=0)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that begins `after_s` from the arrival and lasts `for_s`."""

    after_s: float
    for_s: float


@dataclass(frozen=True, slots=True)
class Persona:
    """One person's behaviour. None where they do no such thing.

    Args:
        dawdle_s: How long after their own moment they answer a call.
        patience_s: How long they wait in line.
    """

    answers: bool
    dawdle_s: float
    clicks: bool
    patience_s: float | None
    says_goodbye: bool
    reload_after_s: float | None
    network_gap: Gap | None
    second_tab: Gap | None


# Whoever looks on in a further tab: the first tab decides for the person.
ONLOOKER = Persona(
    answers=False,
    dawdle_s=0.0,
    clicks=False,
    patience_s=None,
    says_goodbye=False,
    reload_after_s=None,
    network_gap=None,
    second_tab=None,
)


def draw_persona(rng: Random, habits: Habits, *, event_s: float) -> Persona:
    """A person with `habits`, whose doings fall within an event of `event_s`.

    Every figure is drawn whether it is used or not, so that another share of one behaviour
    changes nothing else about the same person.
    """
    answers, dawdles, clicks = (
        rng.random() < p for p in (habits.answer, habits.dawdle, habits.click)
    )
    dawdle_s = min(rng.expovariate(1 / _MEAN_DAWDLE_S), _LONGEST_DAWDLE_S)
    gives_up, says_goodbye = (rng.random() < p for p in (habits.give_up, habits.say_goodbye))
    patience_s = rng.uniform(0.1, 1.0) * event_s
    reloads, reload_after_s = rng.random() < habits.reload, rng.uniform(0.05, 1.0) * event_s
    is_cut_off, network_gap = (
        rng.random() < habits.lose_network,
        _gap(rng, event_s, _NETWORK_GAP_S),
    )
    looks_twice, second_tab = rng.random() < habits.second_tab, _gap(rng, event_s, _SECOND_LOOK_S)
    return Persona(
        answers=answers,
        dawdle_s=dawdle_s if dawdles else 0.0,
        clicks=clicks,
        patience_s=patience_s if gives_up else None,
        says_goodbye=says_goodbye,
        reload_after_s=reload_after_s if reloads else None,
        network_gap=network_gap if is_cut_off else None,
        second_tab=second_tab if looks_twice else None,
    )


def _gap(rng: Random, event_s: float, length_s: tuple[float, float]) -> Gap:
    return Gap(after_s=rng.uniform(0.05, 1.0) * event_s, for_s=rng.uniform(*length_s))
