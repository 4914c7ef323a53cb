"""Requests are served in order of arrival, many of a kind at once."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from fullhouse.domain.batching import Backlog
from fullhouse.domain.rooms import Role
from fullhouse.realtime.admission_requests import (
    DropRequest,
    HelloRequest,
    LeaveRequest,
    Request,
)
from fullhouse.realtime.place_updates import BATCH
from tests.unit.realtime.fakes import Tab


def request(name: str, role: Role = Role.ATTENDEE) -> HelloRequest:
    return HelloRequest(name, role, None)


def queued(*requests: Request) -> Backlog[Request]:
    queue: Backlog[Request] = Backlog(limit=BATCH, keeps_order=True)
    for request in requests:
        queue.put(request)
    return queue


def test_a_run_of_one_kind_is_one_batch_in_order_of_arrival() -> None:
    hellos = [request(f"guest-{n}") for n in range(10)]

    queue = queued(*hellos)

    assert queue.next_batch() == hellos
    assert not queue


def test_a_change_of_kind_ends_a_batch() -> None:
    """So one person's hello, leave and hello keep their order."""
    requests: list[Request] = [
        request("ada"),
        LeaveRequest("ada", Tab()),
        request("ada"),
        DropRequest("ada", 1),
    ]

    queue = queued(*requests)

    assert [queue.next_batch() for _ in requests] == [[request] for request in requests]


def test_a_person_in_another_role_ends_a_batch() -> None:
    """One answer for both would name the later place to the earlier tab."""
    hellos = [
        request("ada"),
        request("bob", Role.HOST),
        request("ada"),
        request("ada", Role.HOST),
        request("bob", Role.HOST),
        request("ada"),
    ]

    queue = queued(*hellos)

    assert [queue.next_batch() for _ in range(3)] == [hellos[:3], hellos[3:5], hellos[5:]]
    assert not queue


def test_a_batch_has_its_limit() -> None:
    queue = queued(*(request(f"guest-{n}") for n in range(BATCH + 1)))

    assert [len(queue.next_batch()), len(queue.next_batch())] == [BATCH, 1]


class Ask(NamedTuple):
    """A request that is nothing but what the rule looks at."""

    participant: str
    kind: str
    role: Role | None
    number: int


asks = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from(["hello", "leave"]), st.sampled_from(list(Role))
    ),
    max_size=30,
)


@given(asks, st.integers(1, 5), st.booleans())
def test_whatever_comes_is_taken_once_and_in_the_order_of_each_person(
    drawn: list[tuple[str, str, Role]],
    limit: int,
    keeps_order: bool,
) -> None:
    backlog: Backlog[Ask] = Backlog(limit=limit, keeps_order=keeps_order)
    requests = [
        Ask(name, kind, role if kind == "hello" else None, number)
        for number, (name, kind, role) in enumerate(drawn)
    ]
    backlog.extend(requests)

    batches = []
    while backlog:
        batches.append(backlog.next_batch())

    taken = [request for batch in batches for request in batch]
    for name in "abc":
        mine = [request for request in requests if request.participant == name]
        assert [request for request in taken if request.participant == name] == mine
    assert all(1 <= len(batch) <= limit for batch in batches)
    for batch in batches:
        assert len({request.kind for request in batch}) == 1
        roles = {(request.participant, request.role) for request in batch}
        assert len(roles) == len({name for name, _ in roles})
    if keeps_order:
        assert taken == requests


def test_one_kind_is_taken_out_of_turn() -> None:
    queue = queued(request("ada"), LeaveRequest("bob", Tab()), request("cleo"))

    taken = queue.take_kind("hello")

    assert [each.participant for each in taken] == ["ada", "cleo"]
    assert [each.participant for each in queue.take_all()] == ["bob"]
    assert not queue
