"""A client comes back as the protocol asks, and repeats itself when it is put off."""

from __future__ import annotations

from math import inf
from random import Random

import pytest

from fullhouse.client.reconnection import Reconnection
from fullhouse.client.session import FIRST_SILENCE_S, TRY_AGAIN_S, Act, Due, RoomSession
from fullhouse.edge.ws.client_messages import Claim
from tests.told import told

NOW = 100.0
RETRY = told("retry", after_ms=30_000)


def reconnection() -> Reconnection:
    return Reconnection(Random(1))


def opened_session(*, enters: bool = True) -> RoomSession:
    session = RoomSession(Random(1), now=NOW, enters=enters)
    session.opened()
    session.said(None, NOW)
    return session


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1009, 4000, 4001, 4004, 4010, 4013, 4099])
def test_a_final_code_is_obeyed(code: int) -> None:
    assert reconnection().after_close(code, NOW) == inf


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, 4100, 4101, 4102, 4199])
def test_any_other_code_comes_back_within_the_first_backoff(code: int) -> None:
    back_at = reconnection().after_close(code, NOW)

    assert NOW <= back_at <= NOW + 0.5


def test_a_final_code_after_retry_comes_back_not_before_the_time_told() -> None:
    patient = reconnection()
    patient.put_off(30, NOW)

    back_at = patient.after_close(4004, NOW + 1)

    assert NOW + 30 <= back_at <= NOW + 30.5


def test_an_answer_between_retry_and_close_does_not_hasten_the_reconnection() -> None:
    """A draining server tells when to come back, and may tell of the line after that."""
    patient = reconnection()
    patient.put_off(30, NOW)
    patient.answered()

    back_at = patient.after_close(4101, NOW + 1)

    assert back_at >= NOW + 30


def test_a_final_code_long_after_a_retry_was_answered_is_final() -> None:
    patient = reconnection()
    patient.put_off(30, NOW)
    patient.answered()

    assert patient.after_close(4011, NOW + 90) == inf


def test_backoff_has_full_jitter_up_to_a_longest_one() -> None:
    patient = reconnection()

    waits = [patient.after_failure(NOW) - NOW for _ in range(400)]

    assert max(waits[:2]) <= 1.0
    assert min(waits[20:]) < 1
    assert 7 < max(waits[20:]) <= 8


def test_an_answer_makes_the_next_backoff_a_first_one() -> None:
    patient = reconnection()
    waits = []

    for _ in range(50):
        waits.append(patient.after_failure(NOW) - NOW)
        patient.answered()

    assert max(waits) <= 0.5


def test_retry_on_an_open_connection_repeats_the_last_message() -> None:
    session = opened_session()
    session.hear(told("alive", next_s=20), NOW)
    session.said(Claim(), NOW + 1)

    session.hear(RETRY, NOW + 2)

    assert session.next_act() == Due(NOW + 32, Act.REPEAT)
    assert session.unanswered == Claim()


@pytest.mark.parametrize("kind", ["seated", "waiting"])
def test_an_answer_ends_the_repeating(kind: str) -> None:
    session = opened_session()
    session.hear(told("retry", after_ms=100), NOW)

    session.hear(told(kind, 5, 1), NOW)

    assert session.next_act().act is Act.RECONNECT


def test_a_server_that_never_speaks_is_given_up() -> None:
    assert opened_session().next_act() == Due(NOW + FIRST_SILENCE_S, Act.RECONNECT)


def test_silence_is_measured_by_what_the_server_said_of_itself() -> None:
    session = opened_session()

    session.hear(told("alive", next_s=20), NOW + 3)

    assert session.next_act() == Due(NOW + 43, Act.RECONNECT)


def test_a_revision_that_falls_is_no_news() -> None:
    session = opened_session()

    news = [session.hear(told("seated", 5, rev), NOW) for rev in (7, 6, 7, 8)]

    assert news == [True, False, True, True]


def test_a_handshake_refused_for_a_while_waits_at_least_that_long() -> None:
    session = opened_session()

    session.failed(NOW, after_s=12)

    assert session.connect_at >= NOW + 12


def test_the_first_answer_of_a_new_connection_holds_though_it_is_older() -> None:
    session = opened_session()
    session.hear(told("seated", epoch=5, rev=28), NOW)
    older = told("waiting", epoch=5, rev=10, ticket=7)
    assert not session.hear(older, NOW), "on the same connection it is old news"

    session.opened()
    session.hear(RETRY, NOW)
    assert session.hear(older, NOW)

    assert (session.place.kind, session.place.ticket, session.place.rev) == ("waiting", 7, 10)
    assert not session.hear(told("seated", epoch=5, rev=9), NOW)


def test_what_is_older_than_known_changes_nothing() -> None:
    session = opened_session()
    session.hear(told("seated", 5, 7), NOW)

    for older in (told("waiting", 5, 6, ticket=13), told("waiting", 4, 99, ticket=13)):
        assert not session.hear(older, NOW)

    assert (session.place.kind, session.place.rev) == ("seated", 7)


def test_a_message_without_a_revision_is_never_old() -> None:
    session = opened_session()
    session.hear(told("seated", 5, 7), NOW)

    assert session.hear(told("alive", next_s=20), NOW)


def test_every_change_of_capacity_of_this_epoch_is_news_however_late() -> None:
    session = opened_session()
    session.hear(told("room", 5, 7), NOW)

    assert session.hear(told("capacity_changed", 5, 6), NOW)
    assert not session.hear(told("capacity_changed", 4, 6), NOW)


def test_a_higher_epoch_makes_forget_the_room_and_the_place() -> None:
    session = opened_session()
    session.hear(told("room", 5, 7), NOW)
    session.hear(told("waiting", 5, 8, ticket=13), NOW)

    session.hear(told("notice_cleared", 6, 1), NOW)

    assert (session.room, session.place.kind, session.place.ticket) == (None, "unknown", 0)


def test_a_called_person_enters_at_their_own_moment_once_a_call() -> None:
    session = opened_session()
    session.hear(told("waiting", 5, 1, ticket=13), NOW)
    call = told(
        "refresh_required", 5, 2, called_from=11, called_to=14, window_ms=1000, refresh="5-2"
    )
    session.hear(call, NOW)
    assert session.next_act() == Due(NOW + 0.5, Act.ENTER)

    session.entered(NOW + 0.5)
    session.hear(call, NOW + 1)

    assert session.next_act() == Due(NOW + 0.5 + TRY_AGAIN_S, Act.ENTER)


def test_who_wants_to_choose_the_moment_is_left_to_it() -> None:
    session = opened_session(enters=False)

    session.hear(told("waiting", 5, 1, ticket=13, called=True, claim_s=30.0), NOW)

    assert session.place.kind == "called"
    assert session.next_act().act is Act.RECONNECT
