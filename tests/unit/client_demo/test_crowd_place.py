"""A person's place follows what they are told, in the order of epoch and revision."""

from __future__ import annotations

import msgspec
import pytest

from fullhouse_demo.crowd.place import NOWHERE, Place, Standing, is_stale, moment_s, next_place
from fullhouse_demo.crowd.wire import Heard, UnreadableFrame, hello, read

NOW = 100.0


def waiting(ticket: int, *, rev: int = 1, epoch: int = 5, called: bool = False) -> Heard:
    return Heard("waiting", epoch, rev, ticket=ticket, called=called)


def call(first: int, last: int, *, rev: int = 2, epoch: int = 5) -> Heard:
    return Heard("refresh_required", epoch, rev, called_from=first, called_to=last, window_ms=1000)


def after(*messages: Heard) -> Place:
    place = NOWHERE
    for seconds, heard in enumerate(messages):
        place = next_place(place, heard, NOW + seconds)
    return place


def test_a_wave_comes_in_ticket_order_spread_over_its_window() -> None:
    moments = [moment_s(ticket, call(11, 15)) for ticket in range(11, 16)]

    assert moments == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])


def test_a_ticket_of_an_earlier_wave_has_its_moment_at_once() -> None:
    assert moment_s(10, call(11, 15)) == 0


def test_a_call_that_calls_nobody_has_no_moment_to_divide_by() -> None:
    assert moment_s(16, call(16, 15)) == 0


def test_a_called_ticket_gets_its_own_moment() -> None:
    place = after(waiting(13), call(11, 15))

    assert place.standing is Standing.CALLED
    assert place.moment_at == pytest.approx(NOW + 1 + 0.4)


def test_a_ticket_behind_the_call_waits_on_but_knows_the_revision() -> None:
    place = after(waiting(16), call(11, 15, rev=9))

    assert place == Place(Standing.WAITING, 5, 9, ticket=16)


def test_a_later_wave_does_not_move_the_moment_that_was_given() -> None:
    given = after(waiting(13), call(11, 15))

    again = next_place(given, call(16, 20, rev=3), NOW + 50)
    told_on_reload = next_place(again, waiting(13, rev=4, called=True), NOW + 51)

    assert told_on_reload.moment_at == given.moment_at


def test_whoever_learns_of_a_call_only_on_coming_back_goes_at_once() -> None:
    assert after(waiting(13, called=True)).moment_at == NOW


def test_a_missed_call_is_a_new_ticket_without_a_moment() -> None:
    place = after(waiting(13), call(11, 15), waiting(40, rev=3))

    assert place == Place(Standing.WAITING, 5, 3, ticket=40)


def test_a_seat_taken_in_another_tab_is_a_seat() -> None:
    assert after(waiting(13), Heard("seated", 5, 2)).standing is Standing.INSIDE


@pytest.mark.parametrize("kind", ["seat_lost", "room_closed"])
def test_a_place_can_be_lost(kind: str) -> None:
    assert after(Heard("seated", 5, 2), Heard(kind, 5, 3)).standing is Standing.NOWHERE


def test_what_is_older_than_known_changes_nothing() -> None:
    place = after(Heard("seated", 5, 7), waiting(13, rev=6), waiting(13, rev=99, epoch=4))

    assert place == Place(Standing.INSIDE, 5, 7)


def test_a_new_epoch_makes_old_tickets_void() -> None:
    place = after(waiting(13), call(11, 15, rev=1, epoch=6))

    assert place == Place(Standing.NOWHERE, 6, 1)


def test_a_message_without_a_version_is_never_stale() -> None:
    assert not is_stale(after(Heard("seated", 5, 7)), Heard("alive", next_s=20))


def test_unknown_messages_and_fields_are_let_through() -> None:
    frame = '{"type":"fanfare","epoch":5,"rev":9,"volume":11}'

    assert next_place(NOWHERE, read(frame), NOW) == NOWHERE


@pytest.mark.parametrize("frame", ["", "[]", "{}", '{"type":"waiting","ticket":"one"}'])
def test_what_is_no_message_is_said_to_be_unreadable(frame: str) -> None:
    with pytest.raises(UnreadableFrame):
        read(frame)


def test_a_hello_carries_the_token_and_nothing_else() -> None:
    assert msgspec.json.decode(hello('to"ken')) == {"type": "hello", "token": 'to"ken'}
