"""The room engine against its oracle: no history of a room may make them differ."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.room_machine import RoomMachine

EXAMPLES = int(os.environ.get("FULLHOUSE_TEST_EXAMPLES", "60"))  # noqa: TID251  # thousands at night
STEPS = 40


@pytest.mark.timeout(900)  # a failure takes its time to shrink
def test_any_history_of_a_room_is_what_its_rules_say(redis_url: str) -> None:
    run_state_machine_as_test(
        lambda: RoomMachine(redis_url),  # type: ignore[arg-type]  # called without arguments, as a class
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
