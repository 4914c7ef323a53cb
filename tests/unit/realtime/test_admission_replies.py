"""Who is told what when the store has answered a batch of hellos."""

from __future__ import annotations

import pytest

from fullhouse.domain.rooms import SEATED, Admissions, NoticeState, Place, Revision, Role
from fullhouse.realtime.admission_replies import AdmissionReplies
from fullhouse.realtime.admission_requests import DropRequest, HelloRequest, LeaveRequest
from fullhouse.realtime.local_room import LocalRoom
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import Store, Tab, World, a_room, comes

ATTENDEE, PRESENTER, HOST = Role.ATTENDEE, Role.PRESENTER, Role.HOST


class Replies:
    """Replies with their parts."""

    def __init__(self) -> None:
        self.store = Store()
        self.world = World(self.store)
        self.replies = AdmissionReplies(
            self.world.frames, self.world.places, self.world.hosts, self.world.metrics
        )

    async def deliver(
        self, room: LocalRoom, hello: HelloRequest, place: Place, *, rev: int = 1
    ) -> list[DropRequest]:
        """What follows from this answer of the store to one hello."""
        answer = Admissions("ok", 7, rev, (place,))
        return list(await self.replies.deliver(room, [hello], answer))


@pytest.fixture
async def work() -> Replies:
    return Replies()


async def test_a_place_that_changed_since_is_told_as_it_is_now(work: Replies) -> None:
    room, tab = a_room(rev=3), Tab()
    room.replica.note_named("ada")
    work.store.places.append((Revision(7, 3), (Place("waiting", ticket=12),)))

    await work.deliver(room, room.hello("ada", ATTENDEE, tab), Place("seated"), rev=2)

    assert tab.heard == ["waiting ada @3"]
    assert work.world.metrics.counted == [("admitted", "waiting")]


async def test_a_place_that_cannot_be_read_again_is_told_as_it_was(work: Replies) -> None:
    """The event that changed it is on its way to the member."""
    room, tab = a_room(rev=3), Tab()
    room.replica.note_named("ada")

    await work.deliver(room, room.hello("ada", ATTENDEE, tab), Place("seated"), rev=2)

    assert tab.heard == ["seated ada @3"]


async def test_a_host_is_told_the_room_and_the_notice(work: Replies) -> None:
    room, tab = a_room(now=state(notice=NoticeState("7-1", "full", 0))), Tab(HOST)

    await work.deliver(room, room.hello("eve", HOST, tab), Place("hosting"))

    assert tab.heard == ["room @1", "notice @1"]
    assert list(room.roster.watchers()) == [room.roster.members["eve"]]


async def test_a_drop_follows_for_somebody_who_has_gone_meanwhile(work: Replies) -> None:
    room, tab = a_room(), Tab()
    tab.goes()

    (drop,) = await work.deliver(
        room, room.hello("ada", ATTENDEE, tab), Place("seated", generation=6)
    )

    assert (drop.participant, drop.generation) == ("ada", 6)
    assert dict(room.roster.members) == {}


async def test_a_member_whom_the_node_readmits_is_told_in_all_tabs(work: Replies) -> None:
    room = a_room()
    member, tabs = comes(room, "ada", None, tabs=2)
    member.wants_in = True

    await work.deliver(room, room.hello("ada", ATTENDEE, None), Place("seated", generation=6))

    assert [tab.heard for tab in tabs] == [["seated ada @1"]] * 2
    assert (member.holding, member.wants_in) == (SEATED, False)


async def test_a_member_whom_the_node_cannot_readmit_yet_is_told_nothing(work: Replies) -> None:
    room = a_room()
    member, (tab,) = comes(room, "ada", None)
    member.wants_in = True

    await work.deliver(room, room.hello("ada", ATTENDEE, None), Place("refill"))

    assert (tab.heard, tab.closed, member.wants_in) == ([], None, True)


@pytest.mark.parametrize(
    ("role", "kind", "heard", "code"),
    [
        (ATTENDEE, "removed", ["seat_lost removed @1"], 4013),
        (HOST, "removed", [], 4013),
        (PRESENTER, "presenters_full", ["refused presenters_full"], 4012),
        (ATTENDEE, "seated", ["seated ada @1"], None),
    ],
)
async def test_all_tabs_of_a_readmission_are_told_its_end(
    work: Replies, role: Role, kind: str, heard: list[str], code: int | None
) -> None:
    room = a_room()
    _, tabs = comes(room, "ada", None, role=role, tabs=2)

    await work.deliver(room, room.hello("ada", role, None), Place(kind))  # type: ignore[arg-type]  # a row of the table

    assert [(tab.heard, tab.closed) for tab in tabs] == [(heard, code)] * 2


async def test_a_person_in_a_new_role_is_closed_in_the_old_one(work: Replies) -> None:
    room, tab = a_room(), Tab(HOST)
    _, (old,) = comes(room, "ada", SEATED)

    await work.deliver(room, room.hello("ada", HOST, tab), Place("hosting"))

    assert (old.closed, tab.closed) == (4011, None)
    assert room.roster.members["ada"].role is HOST


async def test_members_keep_their_connection_while_the_room_is_not_open(work: Replies) -> None:
    """The platform may open it again."""
    room, stranger = a_room(), Tab()
    _, (known,) = comes(room, "ada", SEATED)
    hellos = [room.hello("ada", ATTENDEE, known), room.hello("bob", ATTENDEE, stranger)]

    await work.replies.deliver(room, hellos, Admissions("no_room", 0, 0))

    assert [tab.heard[0].split()[0] for tab in (known, stranger)] == ["retry", "retry"]
    assert (known.closed, stranger.closed) == (None, 4004)
    assert work.world.metrics.counted == [("admitted", "no_room")] * 2


async def test_at_the_end_hosts_see_the_room_as_it_ended(work: Replies) -> None:
    room, guest, host = a_room(), Tab(), Tab(HOST)
    work.store.snapshots.append(
        snapshot(Revision(7, 9), state(status="closed", closed_reason="forgotten"))
    )
    hellos = [room.hello("ada", ATTENDEE, guest), room.hello("eve", HOST, host)]

    await work.replies.deliver(room, hellos, Admissions("closed", 0, 0))

    assert (guest.heard, guest.closed) == (["room_closed forgotten @9"], 4010)
    assert (host.heard, host.closed) == (["room @9"], 4010)


async def test_drops_and_readmissions_are_retried_by_nobody(work: Replies) -> None:
    room, hello, leave = a_room(), Tab(), Tab()

    work.replies.retry(
        room,
        [
            room.hello("ada", ATTENDEE, hello),
            room.hello("cleo", ATTENDEE, None),
            LeaveRequest("bob", leave),
            DropRequest("dan", 5),
        ],
    )

    assert [tab.heard[0].split()[0] for tab in (hello, leave)] == ["retry", "retry"]
    assert work.world.metrics.counted == [("admitted", "retry")] * 2
