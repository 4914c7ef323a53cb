"""SessionPacker: what a room's last renewal was, and when it is packed again."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import PRESENTING, SEATED, Holding, RoomRef, Session
from fullhouse.store.renewal_arguments import MOST_KEPT, SessionPacker, packed_sessions

HALL, LOBBY = RoomRef("acme", "hall"), RoomRef("acme", "lobby")
ADA, BEA = Session("ada", 1, SEATED), Session("bea", 1, SEATED)


@pytest.mark.parametrize(
    "changed",
    [
        [],
        [ADA, BEA],
        [BEA],
        [ADA._replace(generation=2)],
        [ADA._replace(holding=PRESENTING)],
        [ADA._replace(holding=Holding("waiting", 7))],
    ],
)
def test_changed_sessions_are_packed_anew(changed: list[Session]) -> None:
    packer = SessionPacker()

    before = packer.packed(HALL, [ADA])
    after = packer.packed(HALL, changed)

    assert after == packed_sessions(changed)
    assert after != before


def test_the_same_sessions_are_packed_once() -> None:
    packer = SessionPacker()

    first = packer.packed(HALL, [ADA, BEA])

    assert packer.packed(HALL, [Session("ada", 1, SEATED), BEA]) is first
    assert packer.packed(LOBBY, [ADA]) == packed_sessions([ADA])


def test_sessions_of_a_large_room_are_not_kept() -> None:
    packer = SessionPacker()
    everybody = [Session(f"p{number}", 1, SEATED) for number in range(MOST_KEPT + 1)]

    first = packer.packed(HALL, everybody)

    assert packer.packed(HALL, everybody) is not first
