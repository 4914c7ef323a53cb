"""What the store says of the people whom a node renews, and what they are told of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import (
    PRESENTING,
    SEATED,
    Holding,
    Outcome,
    Place,
    PlaceKind,
    Renewals,
    Revision,
    Role,
    RoomRef,
    Session,
)
from fullhouse.domain.waits import Progress
from fullhouse.realtime.lease_renewal import LeaseRenewal
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import Store, World, a_room, comes, progress_of, rooms_with

if TYPE_CHECKING:
    from fullhouse.realtime.local_room import LocalRoom


class Renewing(Store):
    """Answers every renewal with the same news."""

    def __init__(self, *news: tuple[str, Place], epoch: int = 7, outcome: Outcome = "ok") -> None:
        super().__init__()
        self.outcome = outcome
        self.news = news
        self.epoch = epoch

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        return Renewals(self.outcome, self.epoch, 1, self.news)


def renewal_of(store: Store, room: LocalRoom) -> LeaseRenewal:
    world = World(store)
    return LeaseRenewal(
        rooms=store,
        places=world.places,
        endings=world.endings,
        metrics=world.metrics,
        local_rooms=rooms_with(room),
        background_tasks=world.background_tasks,
    )


async def test_lines_about_a_new_epoch_name_account_and_room(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, room = Renewing(epoch=8), a_room(now=state(waiting=3))
    comes(room, "ada", 12, generation=5)
    store.snapshots.append(snapshot(Revision(8, 1)))

    with caplog.at_level(logging.INFO):
        await renewal_of(store, room).renew(room)

    said = {record.message: vars(record) for record in caplog.records}
    assert said.keys() == {"event.missed", "epoch.begun"}
    named = {(line["account"], line["room"]) for line in said.values()}
    assert named == {("acme", "hall")}


async def test_a_reload_on_another_node_is_not_heard_by_the_tabs_on_this_one() -> None:
    """It began a newer session in the same place; nothing on this node tells of it."""
    place = Place("waiting", generation=8, ticket=12, ahead=1)
    store, room = Renewing(("ada", place)), a_room(now=state(waiting=3))
    member, (tab,) = comes(room, "ada", 12, generation=5)
    member.progress = Progress(2)

    await renewal_of(store, room).renew(room)
    store.progress.append((Revision(7, 1), (1,)))
    await progress_of(store, room).step()

    assert member.generation == 8
    assert tab.heard == ["line 1 @1"]


async def test_news_of_an_earlier_session_do_not_touch_the_present_one() -> None:
    """The person came again while the renewal was under way."""
    store, room = Renewing(("ada", Place("left", generation=5))), a_room()
    _, (tab,) = comes(room, "ada", SEATED, generation=6)

    await renewal_of(store, room).renew(room)

    assert (tab.closed, len(room.roster.sessions())) == (None, 1)


async def test_at_a_later_opening_only_people_of_the_earlier_one_are_closed() -> None:
    """The generations of an opening begin at its instant, which is its epoch."""
    store, room = Renewing(outcome="closed"), a_room()
    _, (earlier,) = comes(room, "ada", SEATED, generation=6)
    _, (present,) = comes(room, "bob", SEATED, generation=7)

    await renewal_of(store, room).renew(room)

    assert (earlier.heard, earlier.closed) == (["room_closed closed @1"], 4010)
    assert (present.heard, present.closed) == ([], None)


@pytest.mark.parametrize(
    ("kind", "role", "heard", "code"),
    [
        ("left", Role.ATTENDEE, [], 4011),
        ("removed", Role.ATTENDEE, ["seat_lost removed @1"], 4013),
        ("lost", Role.ATTENDEE, ["seat_lost expired @1"], None),
        ("none", Role.PRESENTER, [], None),
        ("presenting", Role.ATTENDEE, [], 4011),
        ("seated", Role.PRESENTER, [], 4011),
        ("seated", Role.ATTENDEE, ["seated ada @1"], None),
    ],
)
async def test_what_the_store_reports_of_a_member_is_done(
    kind: PlaceKind, role: Role, heard: list[str], code: int | None
) -> None:
    room = a_room()
    store = Renewing(("ada", Place(kind, generation=5)))
    held = Holding("waiting", 12) if role is Role.ATTENDEE else PRESENTING
    _, (tab,) = comes(room, "ada", held, role=role)

    await renewal_of(store, room).renew(room)

    assert (tab.heard, tab.closed) == (heard, code)
