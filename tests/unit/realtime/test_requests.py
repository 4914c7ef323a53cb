"""What people ask is served in order of arrival, many of a kind at once."""

from __future__ import annotations

from server.domain.rooms import Role
from server.realtime.places import BATCH
from server.realtime.requests import Departure, Entrance, Parting, Request, Requests
from tests.unit.realtime.fakes import Tab


def entrance(name: str) -> Entrance:
    return Entrance(name, Role.ATTENDEE, None)


def queued(*requests: Request) -> Requests:
    queue = Requests()
    for request in requests:
        queue.put(request)
    return queue


def test_a_run_of_one_kind_is_one_batch_in_order_of_arrival() -> None:
    hellos = [entrance(f"guest-{n}") for n in range(10)]

    queue = queued(*hellos)

    assert queue.next_batch() == hellos
    assert not queue


def test_a_change_of_kind_ends_a_batch() -> None:
    """So one person's hello, leave and hello keep their order."""
    requests: list[Request] = [
        entrance("ada"),
        Departure("ada", Tab()),
        entrance("ada"),
        Parting("ada", 1),
    ]

    queue = queued(*requests)

    assert [queue.next_batch() for _ in requests] == [[request] for request in requests]


def test_a_batch_has_its_limit() -> None:
    queue = queued(*(entrance(f"guest-{n}") for n in range(BATCH + 1)))

    assert [len(queue.next_batch()), len(queue.next_batch())] == [BATCH, 1]
