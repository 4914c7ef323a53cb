"""A page comes back as the protocol asks, and repeats itself when it is put off."""

from __future__ import annotations

from math import inf
from random import Random

import pytest

from fullhouse_demo.crowd.comeback import Comeback
from fullhouse_demo.crowd.mind import Act, Due
from fullhouse_demo.crowd.page import FIRST_SILENCE_S, Page
from fullhouse_demo.crowd.wire import Heard

NOW = 100.0
RETRY = Heard("retry", after_ms=30_000)


def comeback() -> Comeback:
    return Comeback(Random(1))


def opened_page() -> Page:
    page = Page(Random(1), now=NOW)
    page.said("hello", NOW)
    return page


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1009, 4000, 4001, 4004, 4010, 4013, 4099])
def test_a_final_code_is_obeyed(code: int) -> None:
    assert comeback().after_close(code, NOW) == inf


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, 4100, 4101, 4102, 4199])
def test_any_other_code_comes_back_within_the_first_backoff(code: int) -> None:
    back_at = comeback().after_close(code, NOW)

    assert NOW <= back_at <= NOW + 0.5


def test_a_final_code_after_retry_comes_back_not_before_the_time_told() -> None:
    patient = comeback()
    patient.told_retry(30, NOW)

    back_at = patient.after_close(4004, NOW + 1)

    assert NOW + 30 <= back_at <= NOW + 30.5


def test_an_answer_between_retry_and_close_does_not_hasten_the_comeback() -> None:
    """A draining server tells when to come back, and may tell of the line after that."""
    patient = comeback()
    patient.told_retry(30, NOW)
    patient.answered()

    back_at = patient.after_close(4101, NOW + 1)

    assert back_at >= NOW + 30


def test_a_final_code_long_after_a_retry_was_answered_is_final() -> None:
    patient = comeback()
    patient.told_retry(30, NOW)
    patient.answered()

    assert patient.after_close(4011, NOW + 90) == inf


def test_backoff_has_full_jitter_up_to_a_longest_one() -> None:
    patient = comeback()

    waits = [patient.after_failure(NOW) - NOW for _ in range(400)]

    assert max(waits[:2]) <= 1.0
    assert min(waits[20:]) < 1
    assert 7 < max(waits[20:]) <= 8


def test_an_answer_makes_the_next_backoff_a_first_one() -> None:
    patient = comeback()
    waits = []

    for _ in range(50):
        waits.append(patient.after_failure(NOW) - NOW)
        patient.answered()

    assert max(waits) <= 0.5


def test_retry_on_an_open_connection_repeats_the_last_message() -> None:
    page = opened_page()
    page.hear(Heard("alive", next_s=20), NOW)
    page.said("claim", NOW + 1)

    page.hear(RETRY, NOW + 2)

    assert page.next_act() == Due(NOW + 32, Act.REPEAT)
    assert page.unanswered() == "claim"


@pytest.mark.parametrize("kind", ["seated", "waiting"])
def test_an_answer_ends_the_repeating(kind: str) -> None:
    page = opened_page()
    page.hear(Heard("retry", after_ms=100), NOW)

    page.hear(Heard(kind, 5, 1), NOW)

    assert page.next_act().act is Act.RECONNECT


def test_a_server_that_never_speaks_is_given_up() -> None:
    assert opened_page().next_act() == Due(NOW + FIRST_SILENCE_S, Act.RECONNECT)


def test_silence_is_measured_by_what_the_server_said_of_itself() -> None:
    page = opened_page()

    page.hear(Heard("alive", next_s=20), NOW + 3)

    assert page.next_act() == Due(NOW + 43, Act.RECONNECT)


def test_a_revision_that_falls_is_no_news() -> None:
    page = opened_page()

    news = [page.hear(Heard("seated", 5, rev), NOW) for rev in (7, 6, 7, 8)]

    assert news == [True, False, True, True]


def test_a_handshake_refused_for_a_while_waits_at_least_that_long() -> None:
    page = opened_page()

    page.no_way_in(NOW, after_s=12)

    assert page.connect_at == NOW + 12


def test_a_reload_takes_a_moment_only() -> None:
    page = opened_page()

    page.reload(NOW)

    assert NOW < page.connect_at < NOW + 1


def test_the_first_answer_of_a_new_connection_holds_though_it_is_older() -> None:
    page = opened_page()
    page.hear(Heard("seated", epoch=5, rev=28), NOW)
    older = Heard("waiting", epoch=5, rev=10, ticket=7)
    assert not page.hear(older, NOW), "on the same connection it is old news"

    page.opened()
    page.hear(RETRY, NOW)
    assert page.hear(older, NOW)

    assert (page.place.standing, page.place.ticket, page.place.rev) == ("waiting", 7, 10)
    assert not page.hear(Heard("seated", epoch=5, rev=9), NOW)
