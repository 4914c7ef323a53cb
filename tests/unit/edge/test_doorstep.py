"""Who stands at the door without a word, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.edge.doorstep import HEAD_S, Doorstep


@dataclass(eq=False)
class Socket:
    is_given_up: bool = False

    def give_up(self) -> None:
        self.is_given_up = True


def test_each_has_the_same_time() -> None:
    doorstep: Doorstep[Socket] = Doorstep()
    early, late = Socket(), Socket()
    doorstep.add(early, 10.0)
    doorstep.add(late, 11.0)

    doorstep.clear(10.0 + HEAD_S - 0.1)
    assert not early.is_given_up
    doorstep.clear(10.0 + HEAD_S)

    assert (early.is_given_up, late.is_given_up) == (True, False)
    assert list(doorstep) == [late]


def test_whoever_has_spoken_is_left_alone() -> None:
    doorstep: Doorstep[Socket] = Doorstep()
    speaks = Socket()
    doorstep.add(speaks, 0.0)

    doorstep.discard(speaks)
    doorstep.discard(speaks)
    doorstep.clear(100.0)

    assert not speaks.is_given_up


def test_room_is_made_by_whoever_came_first() -> None:
    doorstep: Doorstep[Socket] = Doorstep()
    doorstep.make_room()
    first, second = Socket(), Socket()
    doorstep.add(first, 1.0)
    doorstep.add(second, 2.0)

    doorstep.make_room()

    assert (first.is_given_up, second.is_given_up) == (True, False)
