"""What people ask is served in order of arrival, many of a kind at once."""

from __future__ import annotations

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
