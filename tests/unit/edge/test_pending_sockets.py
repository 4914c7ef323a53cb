"""Who stands at the door without a word, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.edge.ws.pending_sockets import HEAD_S, PendingSockets


@dataclass(eq=False)
class Socket:
    is_given_up: bool = False

    def give_up(self) -> None:
        self.is_given_up = True


def test_each_has_the_same_time() -> None:
    pending_sockets: PendingSockets[Socket] = PendingSockets()
    early, late = Socket(), Socket()
    pending_sockets.add(early, 10.0)
    pending_sockets.add(late, 11.0)

    pending_sockets.clear(10.0 + HEAD_S - 0.1)
    assert not early.is_given_up
    pending_sockets.clear(10.0 + HEAD_S)

    assert (early.is_given_up, late.is_given_up) == (True, False)
    assert list(pending_sockets) == [late]


def test_whoever_has_spoken_is_left_alone() -> None:
    pending_sockets: PendingSockets[Socket] = PendingSockets()
    speaks = Socket()
    pending_sockets.add(speaks, 0.0)

    pending_sockets.discard(speaks)
    pending_sockets.discard(speaks)
    pending_sockets.clear(100.0)

    assert not speaks.is_given_up


def test_room_is_made_by_whoever_came_first() -> None:
    pending_sockets: PendingSockets[Socket] = PendingSockets()
    pending_sockets.make_room()
    first, second = Socket(), Socket()
    pending_sockets.add(first, 1.0)
    pending_sockets.add(second, 2.0)

    pending_sockets.make_room()

    assert (first.is_given_up, second.is_given_up) == (True, False)
