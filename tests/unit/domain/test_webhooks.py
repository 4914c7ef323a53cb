"""Types of webhooks, and the pauses between attempts."""

from __future__ import annotations

import pytest

from fullhouse.domain.webhooks import (
    DEFAULT_TYPES,
    LONGEST_PAUSE_S,
    TYPES,
    Failure,
    pause_s,
    room_types_text,
    wanted_types,
)

BROKEN = Failure("status", "status 500")


def test_without_names_all_but_participants_are_wanted() -> None:
    assert wanted_types([]) == frozenset(DEFAULT_TYPES)
    assert not any(each.startswith("participant.") for each in DEFAULT_TYPES)


def test_names_and_stars_are_wanted() -> None:
    assert wanted_types(["*"]) == frozenset(TYPES)
    assert wanted_types(["room.full", "participant.*"]) == {
        "room.full",
        "participant.seated",
        "participant.waiting",
        "participant.left",
    }


@pytest.mark.parametrize("name", ["room.fully", "rooms.*", "room"])
def test_a_name_that_means_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^'{name.replace('*', '.')}' is no type"):
        wanted_types(["room.full", name])


def test_a_room_keeps_only_types_about_rooms() -> None:
    assert room_types_text(frozenset({"room.full", "account.renewed"})) == ",room.full,"
    assert room_types_text(frozenset({"account.renewed"})) == ""


def test_pauses_grow_up_to_a_limit() -> None:
    pauses = [pause_s(attempt, BROKEN, lambda: 1.0) for attempt in range(1, 200)]

    assert pauses[:4] == [2.0, 4.0, 8.0, 16.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_chance_spreads_pauses_over_the_second_half() -> None:
    assert pause_s(3, BROKEN, lambda: 0.0) == 4.0
    assert pause_s(3, BROKEN, lambda: 0.5) == 6.0


@pytest.mark.parametrize(("asked_s", "pause"), [(1.0, 8.0), (90.0, 90.0), (1e9, 3600.0)])
def test_the_receiver_may_ask_for_a_longer_pause_but_not_for_ever(
    asked_s: float, pause: float
) -> None:
    assert pause_s(3, Failure("status", "", asked_s), lambda: 1.0) == pause
