"""A node that is late keeps its rooms; one that was late itself takes none."""

from __future__ import annotations

import pytest

from fullhouse.domain.takeover import (
    CLAIM_MS,
    LATE_LOOK_S,
    LONGEST_CLAIM_MS,
    TakeoverGate,
    claim_ms,
)

LOOK_S = 0.25


@pytest.mark.parametrize(
    ("spacing_s", "claimed_ms"),
    [
        (0.0, CLAIM_MS),
        (1.0, CLAIM_MS),
        (1.25, 1400),
        (1.5, 1650),
        (2.0, 3000),
        (60.0, LONGEST_CLAIM_MS),
    ],
)
def test_a_claim_outlasts_the_time_to_the_next_sweep(spacing_s: float, claimed_ms: int) -> None:
    assert claim_ms(spacing_s) == claimed_ms


def looks_of(gate: TakeoverGate, *instants_s: float) -> list[bool]:
    return [gate.is_open(instant_s) for instant_s in instants_s]


def test_a_node_that_has_just_started_takes_rooms() -> None:
    assert looks_of(TakeoverGate(), 5000.0)


def test_punctual_looks_take_rooms() -> None:
    assert all(looks_of(TakeoverGate(), 0.0, LOOK_S, 2 * LOOK_S, 2 * LOOK_S + LATE_LOOK_S))


def test_after_a_late_look_a_node_waits_as_long_as_a_claim() -> None:
    gate = TakeoverGate()

    looks = looks_of(gate, 0.0, 2.0, 2.5, 3.0, 3.14, 3.15)

    assert looks == [True, False, False, False, False, True]


def test_an_answer_that_comes_late_is_a_late_look_too() -> None:
    gate = TakeoverGate()
    gate.is_open(0.0)
    gate.note(2.0)

    assert not gate.is_open(2.25)


def test_sweeping_what_was_taken_makes_nobody_late() -> None:
    gate = TakeoverGate()
    gate.is_open(0.0)
    gate.note(0.1)
    gate.resume(3.0)

    assert gate.is_open(3.25)
