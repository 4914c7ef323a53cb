"""What this node knows of a room, what it has seen, and what it owes its members."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import NOTHING_SEEN, Place, Revision, RoomState
from fullhouse.realtime.replica import Replica
from tests.unit.realtime.events import snapshot, state


def a_replica(rev: int, now: RoomState | None = None) -> Replica:
    """In epoch 7, at that revision."""
    replica = Replica()
    replica.apply(Revision(7, rev), now or state())
    return replica


def test_a_replica_is_the_newest_state_with_its_revision() -> None:
    replica = a_replica(rev=4)

    replica.apply(Revision(7, 5), state(occupied=1))

    assert replica.snapshot == snapshot(Revision(7, 5), state(occupied=1))


def test_a_node_names_the_old_epoch_until_it_has_reported_its_members() -> None:
    replica = a_replica(rev=4)
    assert (replica.seen, replica.must_report_members) == (Revision(7, 4), False)

    replica.apply(Revision(8, 1), state(called_to=0))
    assert (replica.seen, replica.seen_called_to) == (Revision(7, 4), 9)
    assert replica.must_report_members

    replica.note_seen(replica.applied, 0)
    assert (replica.seen, replica.must_report_members) == (Revision(8, 1), False)


def test_a_room_never_seen_has_no_members_to_report() -> None:
    replica = a_replica(rev=1)
    replica.seen = NOTHING_SEEN

    assert not replica.must_report_members


@pytest.mark.parametrize(
    ("revision", "is_gap"),
    [
        (Revision(7, 5), False),
        (Revision(7, 6), True),
        (Revision(8, 1), False),
        (Revision(8, 9), False),
    ],
)
def test_a_revision_that_does_not_follow_leaves_a_gap(
    revision: Revision, is_gap: bool
) -> None:  # a row of the table
    assert a_replica(rev=4).has_gap_before(revision) is is_gap


def test_before_the_first_state_there_is_neither_gap_nor_delay() -> None:
    replica = Replica()

    assert not replica.has_gap_before(Revision(7, 6))
    assert not replica.is_behind(Revision(7, 6))


def test_a_node_is_behind_a_newer_revision() -> None:
    replica = a_replica(rev=4)

    assert replica.is_behind(Revision(7, 5))
    assert not replica.is_behind(Revision(7, 4))


def test_names_are_remembered_for_the_second_in_which_answers_are_under_way() -> None:
    replica = a_replica(rev=3)
    replica.note_named("ada")

    replica.forget_names()
    assert replica.named_after("ada", Revision(7, 2))
    assert not replica.named_after("ada", Revision(7, 3))
    replica.forget_names()

    assert not replica.named_after("ada", Revision(7, 2))


def test_a_place_is_stale_after_a_newer_event_of_the_person() -> None:
    replica = a_replica(rev=3)
    replica.note_named("ada")

    assert replica.is_stale("ada", Place("seated"), Revision(7, 2))
    assert not replica.is_stale("ada", Place("seated"), Revision(7, 3))
    assert not replica.is_stale("bob", Place("seated"), Revision(7, 2))


@pytest.mark.parametrize(
    ("ticket", "called", "is_stale"), [(9, False, True), (9, True, False), (10, False, False)]
)
def test_a_place_in_line_is_stale_once_its_ticket_is_called(
    ticket: int,
    called: bool,
    is_stale: bool,
) -> None:
    place = Place("waiting", ticket=ticket, called=called)

    assert (
        a_replica(rev=3, now=state(called_to=9)).is_stale("ada", place, Revision(7, 3)) is is_stale
    )


def test_what_is_owed_is_taken_once() -> None:
    replica = a_replica(rev=1)
    replica.owed.update(["ada", "bob"])

    assert replica.take_owed() == {"ada", "bob"}
    assert replica.take_owed() == set()


def test_the_reason_of_the_end_is_that_of_the_state() -> None:
    assert a_replica(1, state(closed_reason="forgotten")).closed_reason == "forgotten"
    assert a_replica(1).closed_reason == "closed"
    assert Replica().closed_reason == "closed"
