"""The behaviour of one person, drawn once from a seed and then fixed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random

_NETWORK_GAP_S = (2.0, 8.0)  # a tunnel, a change of Wi-Fi: less than the 20 s of a seat's grace
_SECOND_LOOK_S = (5.0, 30.0)
_MEAN_DAWDLE_S = 3.0
_LONGEST_DAWDLE_S = 15.0  # well within the 45 s of a claim: late people still claim their seat


@dataclass(frozen=True, slots=True)
class Habits:
    """The frequency of each behaviour in a crowd, as shares from 0 to 1.

    Args:
        answer: People who come back when they are called.
        dawdle: Of those, the share that comes back some seconds after their moment.
        click: Of those, the share that claims on the open page. The others reload it.
        give_up: People who lose patience in the line.
        say_goodbye: Of those, the share that presses "leave". The others close the tab.
        reload: People who reload the page once without a reason.
        lose_network: People who are disconnected once for some seconds.
        second_tab: People who open a second tab for a while.
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
    """A time span that begins `after_s` after the arrival and lasts `for_s`."""

    after_s: float
    for_s: float


@dataclass(frozen=True, slots=True)
class Persona:
    """The behaviour of one person. A field is None if the person never does that.

    Args:
        dawdle_s: How long after their moment the person answers a call.
        patience_s: How long the person waits in line.
    """

    answers: bool
    dawdle_s: float
    clicks: bool
    patience_s: float | None
    says_goodbye: bool
    reload_after_s: float | None
    network_gap: Gap | None
    second_tab: Gap | None


# The persona of a further tab, which does nothing: the first tab acts for the person.
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
    """A persona drawn from `habits`, whose actions fall within an event of `event_s`.

    All numbers are drawn, even if they are not used. So another share of one behaviour does not
    change the other behaviour of the same person.
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
