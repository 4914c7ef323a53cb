"""The tally says where everybody is, never more inside than there are, and who overtook whom."""

from __future__ import annotations

import pytest

from fullhouse.client.place import NOWHERE, Place, next_place
from fullhouse_demo.crowd.counts import CrowdCounts, Ending
from fullhouse_demo.crowd.order import OrderCheck
from fullhouse_demo.crowd.summary import percentile, rows, summarize, why_nobody_came
from tests.told import told


class Ear:
    """One tab of one person: hears, and tells the tally what it makes of it."""

    def __init__(self, counts: CrowdCounts, participant: str) -> None:
        self.counts, self.participant = counts, participant
        self.place: Place = NOWHERE
        counts.arrived(participant)
        counts.connected(participant)

    def hears(self, kind: str, rev: int, *, at: float = 0.0, **more: int | str | bool) -> None:
        heard = told(kind, 5, rev, **more)
        self.place = next_place(self.place, heard, at)
        self.counts.told(self.participant, heard, self.place, at)


def waits(ear: Ear, ticket: int, rev: int, *, at: float = 0.0) -> None:
    ear.hears("waiting", rev, ticket=ticket, at=at)


def test_people_are_counted_where_they_are() -> None:
    counts = CrowdCounts(people=5)
    seated, line, called = (Ear(counts, name) for name in ("ada", "ben", "cleo"))
    Ear(counts, "dan")

    seated.hears("seated", 1)
    waits(line, 11, 2)
    waits(called, 10, 3)
    called.hears("refresh_required", 4, called_from=10, called_to=10)

    now = counts.progress(1.0)
    assert (now.inside, now.waiting, now.called, now.away, now.expected) == (1, 1, 1, 1, 1)
    assert (now.arrived, now.people) == (4, 5)


def test_somebody_cut_off_is_away_until_they_are_back() -> None:
    counts = CrowdCounts(people=1)
    ear = Ear(counts, "ada")
    ear.hears("seated", 1)

    counts.disconnected("ada")
    cut_off = counts.progress(1.0)
    counts.connected("ada")
    unanswered = counts.progress(2.0)
    ear.hears("seated", 2)

    assert (cut_off.inside, cut_off.away) == (unanswered.inside, unanswered.away) == (0, 1)
    assert counts.progress(3.0).inside == 1


def test_a_second_tab_is_no_second_person() -> None:
    counts = CrowdCounts(people=1)
    first, second = Ear(counts, "ada"), Ear(counts, "ada")

    first.hears("seated", 1)
    second.hears("seated", 2)
    counts.disconnected("ada")

    assert counts.progress(1.0).inside == counts.peak_inside == 1
    assert counts.seated_at_once == 1


def test_what_a_slower_tab_still_believes_is_not_counted() -> None:
    counts = CrowdCounts(people=1)
    quick, slow = Ear(counts, "ada"), Ear(counts, "ada")

    quick.hears("seated", 9)
    waits(slow, 11, 3)

    assert counts.progress(1.0).inside == 1


def test_peaks_stay_when_people_go() -> None:
    counts = CrowdCounts(people=2)
    for n, name in enumerate(("ada", "ben")):
        Ear(counts, name).hears("seated", n + 1)

    counts.ended("ada", Ending.LEFT)
    counts.disconnected("ada")

    assert (counts.peak_inside, counts.progress(1.0).inside, counts.progress(1.0).gone) == (
        2,
        1,
        1,
    )


def test_waiting_is_timed_from_the_first_ticket_to_the_seat() -> None:
    counts = CrowdCounts(people=1)
    ear = Ear(counts, "ada")
    waits(ear, 10, 1, at=100)
    ear.hears("refresh_required", 2, called_from=10, called_to=10, at=120)
    waits(ear, 40, 3, at=170)

    ear.hears("seated", 4, at=190)

    assert counts.waits_s == [90]
    assert counts.let_in == 1


def test_missed_calls_are_counted_once_each() -> None:
    counts = CrowdCounts(people=1)
    ear = Ear(counts, "ada")
    waits(ear, 10, 1)

    ear.hears("waiting", 2, ticket=40, reason="missed_call")
    ear.hears("waiting", 3, ticket=40, reason="missed_call")
    ear.hears("seat_lost", 4, reason="missed_calls")

    assert counts.missed_calls == 2


def test_whoever_comes_again_is_no_longer_gone() -> None:
    counts = CrowdCounts(people=1)
    Ear(counts, "ada").hears("seated", 1)
    counts.ended("ada", Ending.LEFT)
    counts.disconnected("ada")

    Ear(counts, "ada").hears("seated", 7)

    assert (counts.progress(1.0).gone, counts.progress(1.0).inside) == (0, 1)


def test_a_newcomer_who_is_seated_while_somebody_waits_overtakes_them() -> None:
    counts = CrowdCounts(people=2)
    line, newcomer = Ear(counts, "ada"), Ear(counts, "ben")
    waits(line, 10, 1)

    newcomer.hears("seated", 2)
    line.hears("line", 3, called_to=9)

    assert counts.order.inversions() == 1


def test_a_seat_found_on_coming_back_proves_nothing() -> None:
    """It may have been given by the first hello, whose answer was lost, before the other came."""
    counts = CrowdCounts(people=2)
    line, returning = Ear(counts, "ada"), Ear(counts, "ben")
    counts.disconnected("ben")
    counts.connected("ben")
    waits(line, 10, 1)

    returning.hears("seated", 2)
    line.hears("line", 3, called_to=9)

    assert counts.order.inversions() == 0


def test_the_head_of_the_line_overtakes_nobody() -> None:
    counts = CrowdCounts(people=2)
    head, second = Ear(counts, "ada"), Ear(counts, "ben")
    waits(head, 10, 1)
    waits(second, 11, 2)

    for ear in (second, head):  # another node may be slower, but the revisions are the same
        ear.hears("refresh_required", 3, called_from=10, called_to=10)
    head.hears("seated", 4)
    second.hears("line", 5, called_to=10)

    assert counts.order.inversions() == 0


def test_a_higher_ticket_seated_before_a_lower_one_is_called_is_an_inversion() -> None:
    note_seen = OrderCheck()
    for rev in (1, 9):
        note_seen.uncalled(5, 10, rev)

    note_seen.entered(5, 11, 5)
    note_seen.entered(5, 9, 6)

    assert note_seen.inversions() == 1


@pytest.mark.parametrize("rev", [1, 9, 12])
def test_what_cannot_be_proved_is_no_inversion(rev: int) -> None:
    """At the edges both may have happened in one step of the room, or in the right order."""
    note_seen = OrderCheck()
    for heard_at in (1, 9):
        note_seen.uncalled(5, 10, heard_at)

    note_seen.entered(5, None, rev)

    assert note_seen.inversions() == 0


def test_tickets_of_different_epochs_are_not_compared() -> None:
    note_seen = OrderCheck()
    for rev in (1, 9):
        note_seen.uncalled(5, 10, rev)

    note_seen.entered(6, None, 5)

    assert note_seen.inversions() == 0


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (95, 95), (100, 100), (1, 1)])
def test_percentiles_are_values_that_occurred(percent: int, value: int) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == value


def test_the_summary_tells_what_happened() -> None:
    counts = CrowdCounts(people=3)
    seated, line = Ear(counts, "ada"), Ear(counts, "ben")
    seated.hears("seated", 1)
    waits(line, 10, 2, at=10)
    line.hears("seated", 3, at=14)
    counts.failed("nobody listens at ws://127.0.0.1:1")

    summary = summarize(counts, seed=7, lasted_s=60.04)

    said = dict(rows(summary))
    assert said["people"] == "2 of 3 reached the room"
    assert said["let in from the line"] == "1, after 4 s (median), 4 s (95 %)"
    assert said["errors"] == "1"
    assert '"peak_inside":2' in summary.as_json()


def test_a_run_in_which_nobody_waited_has_no_times_of_waiting() -> None:
    summary = summarize(CrowdCounts(people=1), seed=7, lasted_s=1)

    assert summary.waited_median_s is None
    assert dict(rows(summary))["let in from the line"] == "0"


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("nobody listens at ws://127.0.0.1:1", "fullhouse serve"),
        ("closed with 4001 bad token", "--token-secret"),
        ("no token: 401 unauthenticated: no such key", "--api-key"),
        ("something nobody thought of", "log"),
    ],
)
def test_when_nobody_came_one_line_says_what_to_do(reason: str, advice: str) -> None:
    counts = CrowdCounts(people=1)
    counts.failed(reason)

    said = why_nobody_came(summarize(counts, seed=1, lasted_s=1))

    assert reason in said
    assert advice in said
    assert "\n" not in said
