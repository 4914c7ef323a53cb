"""What a node counts of its rooms."""

from __future__ import annotations

from fullhouse.domain.rooms import SEATED, Holding, Role, RoomRef
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.roster import Member

WAITING = Holding("waiting", 4)


def test_people_are_counted_by_their_place_and_rooms_only_with_people() -> None:
    rooms = LocalRooms()
    hall, studio = (rooms.obtain(RoomRef("acme", name)).roster for name in ("hall", "studio"))
    rooms.obtain(RoomRef("acme", "empty"))
    hall.add(Member("ada", Role.ATTENDEE, 1, SEATED))
    hall.add(Member("bob", Role.ATTENDEE, 1, WAITING))
    hall.add(Member("host", Role.HOST))
    studio.add(Member("ada", Role.ATTENDEE, 1, SEATED))
    studio.add(Member("eve", Role.PRESENTER, 1, Holding("presenting")))

    counts = rooms.counts()

    assert counts.rooms == 2
    assert counts.people == {"seated": 2, "waiting": 1, "presenting": 1}
