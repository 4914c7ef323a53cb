"""People are drawn from a seed, and do what their persona and their place suggest."""

from __future__ import annotations

from dataclasses import fields, replace
from math import inf
from random import Random

import pytest

from fullhouse.client.place import Place
from fullhouse_demo.crowd.mind import Act, Due, Mind
from fullhouse_demo.crowd.persona import (
    AS_PEOPLE_ARE,
    FAITHFUL,
    ONLOOKER,
    Gap,
    Habits,
    Persona,
    draw_persona,
)

ARRIVAL = 1000.0
WAITING = Place(kind="waiting", epoch=5, rev=1, ticket=13)
CALLED = Place(kind="called", epoch=5, rev=2, ticket=13, moment_at=1010.0)
INSIDE = Place(kind="seated", epoch=5, rev=3)
SHY = replace(ONLOOKER, answers=True, dawdle_s=2.0)


def drawn(seed: int, habits: Habits = AS_PEOPLE_ARE) -> Persona:
    return draw_persona(Random(seed), habits, event_s=60)


def mind(persona: Persona, *, leaves_at: float = inf) -> Mind:
    return Mind(persona, arrives_at=ARRIVAL, leaves_at=leaves_at)


def test_the_same_seed_is_the_same_person() -> None:
    assert drawn(7) == drawn(7)
    assert len({drawn(seed) for seed in range(50)}) > 20


def test_a_crowd_has_about_the_shares_of_its_habits() -> None:
    people = [drawn(seed) for seed in range(2000)]

    assert sum(person.answers for person in people) == pytest.approx(1840, abs=60)
    assert sum(person.patience_s is not None for person in people) == pytest.approx(240, abs=60)
    assert sum(person.network_gap is not None for person in people) == pytest.approx(200, abs=60)


@pytest.mark.parametrize("habit", [field.name for field in fields(Habits)])
def test_one_habit_changed_leaves_everything_else_about_a_person(habit: str) -> None:
    """A run with another share of one behaviour stays comparable, person by person."""
    never, always = (
        [drawn(seed, replace(AS_PEOPLE_ARE, **{habit: share})) for seed in range(20)]
        for share in (0.0, 1.0)
    )

    for one, other in zip(never, always, strict=True):
        differing = [
            f.name for f in fields(Persona) if getattr(one, f.name) != getattr(other, f.name)
        ]
        assert len(differing) == 1


def test_faithful_people_only_answer() -> None:
    assert {
        replace(drawn(seed, FAITHFUL), clicks=False, says_goodbye=False) for seed in range(9)
    } == {replace(ONLOOKER, answers=True)}


def test_a_habit_is_a_share() -> None:
    with pytest.raises(ValueError, match="answer is a share"):
        Habits(answer=92)


def test_a_call_is_answered_at_ones_own_moment_and_a_little_later() -> None:
    me = mind(SHY)

    me.notice(CALLED, 1005)

    assert me.next_act() == Due(1012, Act.ANSWER)


def test_a_call_is_answered_once_but_the_next_one_again() -> None:
    me = mind(SHY)
    me.notice(CALLED, 1005)
    me.did(Act.ANSWER)

    assert me.next_act().at == inf
    me.notice(replace(CALLED, ticket=40, moment_at=1300.0), 1290)
    assert me.next_act() == Due(1302, Act.ANSWER)


def test_some_never_answer() -> None:
    me = mind(replace(SHY, answers=False))

    me.notice(CALLED, 1005)

    assert me.next_act().at == inf


def test_patience_counts_from_the_first_ticket() -> None:
    me = mind(replace(SHY, patience_s=30))

    me.notice(WAITING, 1001)
    me.notice(replace(WAITING, rev=9), 1020)

    assert me.next_act() == Due(1031, Act.GIVE_UP)


@pytest.mark.parametrize("place", [CALLED, INSIDE])
def test_nobody_gives_up_who_has_been_called_or_is_inside(place: Place) -> None:
    me = mind(replace(SHY, patience_s=1, answers=False))
    me.notice(WAITING, 1001)

    me.notice(place, 1001.5)

    assert me.next_act().at == inf


def test_everybody_leaves_when_it_is_their_time() -> None:
    me = mind(SHY, leaves_at=1008)
    me.notice(CALLED, 1005)

    assert me.next_act() == me.end() == Due(1008, Act.LEAVE)


def test_a_reload_and_a_gap_of_the_network_happen_once() -> None:
    me = mind(replace(SHY, reload_after_s=4, network_gap=Gap(6, 2)))

    done = []
    while (due := me.next_act()).at < inf:
        done.append(due)
        me.did(due.act)

    assert done == [Due(1004, Act.RELOAD), Due(1006, Act.LOSE_NETWORK)]
