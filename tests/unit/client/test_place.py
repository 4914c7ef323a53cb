"""A person's place follows what they are told, in the order of epoch and revision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.client.place import NOWHERE, Place, moment_s, next_place
from tests.told import told

if TYPE_CHECKING:
    from fullhouse.edge.ws.messages import RefreshRequired, ServerMessage, Waiting

NOW = 100.0
CASES = json.loads((Path(__file__).parents[2] / "places.json").read_text())


def waiting(ticket: int, *, rev: int = 1, epoch: int = 5, called: bool = False) -> Waiting:
    message: Waiting = told("waiting", epoch, rev, ticket=ticket, called=called)
    return message


def call(first: int, last: int, *, rev: int = 2, epoch: int = 5) -> RefreshRequired:
    message: RefreshRequired = told(
        "refresh_required", epoch, rev, called_from=first, called_to=last, window_ms=1000
    )
    return message


def after(*messages: ServerMessage) -> Place:
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

    assert place.kind == "called"
    assert place.moment_at == pytest.approx(NOW + 1 + 0.4)


def test_a_ticket_behind_the_call_waits_on_but_knows_the_revision() -> None:
    place = after(waiting(16), call(11, 15, rev=9))

    assert (place.kind, place.ticket, place.epoch, place.rev) == ("waiting", 16, 5, 9)


def test_a_later_wave_does_not_move_the_moment_that_was_given() -> None:
    given = after(waiting(13), call(11, 15))

    again = next_place(given, call(16, 20, rev=3), NOW + 50)
    told_on_reload = next_place(again, waiting(13, rev=4, called=True), NOW + 51)

    assert told_on_reload.moment_at == given.moment_at


def test_whoever_learns_of_a_call_only_on_coming_back_goes_at_once() -> None:
    assert after(waiting(13, called=True)).moment_at == NOW


def test_a_missed_call_is_a_new_ticket_without_a_moment() -> None:
    place = after(waiting(13), call(11, 15), waiting(40, rev=3))

    assert (place.kind, place.ticket, place.rev, place.moment_at) == ("waiting", 40, 3, None)


def test_a_seat_taken_in_another_tab_is_a_seat() -> None:
    assert after(waiting(13), told("seated", 5, 2)).kind == "seated"


@pytest.mark.parametrize(("word", "kind"), [("seat_lost", "lost"), ("room_closed", "closed")])
def test_a_place_can_be_lost(word: str, kind: str) -> None:
    assert after(told("seated", 5, 2), told(word, 5, 3)).kind == kind


def test_a_new_epoch_makes_old_tickets_void() -> None:
    place = after(waiting(13), call(11, 15, rev=1, epoch=6))

    assert place == Place(kind="unknown", epoch=6, rev=1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_place_is_the_same_as_in_a_browser(case: dict[str, Any]) -> None:
    place = NOWHERE
    for seconds, fields in enumerate(case["messages"]):
        message = told(fields["type"], **{k: v for k, v in fields.items() if k != "type"})
        place = next_place(place, message, seconds)

    assert {name: as_in_browser(place)[name] for name in case["place"]} == case["place"]


def as_in_browser(place: Place) -> dict[str, Any]:
    """The fields of `place.js`, in milliseconds."""
    return {
        "kind": place.kind,
        "ticket": place.ticket,
        "ahead": place.ahead,
        "firstAhead": place.first_ahead,
        "reason": place.reason,
        "estimate": place.estimate_s and list(place.estimate_s),
        "toldAt": place.told_at * 1000,
        "graceMs": place.grace_s * 1000,
        "refresh": place.refresh,
        "momentAt": (place.moment_at or 0) * 1000,
        "claimUntil": place.claim_until * 1000,
        "lost": place.lost,
        "wasIn": place.was_in,
        "watch": place.watch,
        "watchWindowMs": place.watch_window_s * 1000,
    }
