"""What the store says of the people whom a node renews, and what they are told of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from fullhouse.domain.rooms import Place, Renewals, Revision, RoomRef, Session
from fullhouse.realtime.keeper import Keeper
from fullhouse.realtime.places import Places
from fullhouse.realtime.ports import Rooms, Wording
from fullhouse.realtime.relay import Relay
from fullhouse.supervise import Chores
from tests.unit.realtime.events import snapshot, state
from tests.unit.realtime.fakes import Store, Tally, Words, a_room, comes, lines_of

if TYPE_CHECKING:
    import pytest

    from fullhouse.realtime.people import RoomHere


class Renewing(Store):
    """Answers every renewal with the same news."""

    def __init__(self, *news: tuple[str, Place], epoch: int = 7) -> None:
        super().__init__()
        self.news = news
        self.epoch = epoch

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        return Renewals("ok", self.epoch, 1, self.news)


def keeper_of(store: Store, here: RoomHere) -> Keeper:
    rooms, words = cast("Rooms", store), cast("Wording", Words())
    return Keeper(
        rooms=rooms,
        places=Places(rooms, words),
        relay=cast("Relay", None),
        tally=Tally(),
        here=lambda: [here],
        chores=Chores(),
    )


async def test_lines_about_a_new_epoch_name_account_and_room(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, here = Renewing(epoch=8), a_room(room=state(waiting=3))
    comes(here, "ada", 12, generation=5)
    store.snapshots.append(snapshot(Revision(8, 1)))

    with caplog.at_level(logging.INFO):
        await keeper_of(store, here).renew(here)

    said = {record.message: vars(record) for record in caplog.records}
    assert said.keys() == {"event.missed", "epoch.begun"}
    named = {(line["account"], line["room"]) for line in said.values()}
    assert named == {("acme", "hall")}


async def test_a_reload_on_another_node_is_not_heard_by_the_tabs_on_this_one() -> None:
    """It began a newer session in the same place, of which no word is said here."""
    place = Place("waiting", generation=8, ticket=12, ahead=1)
    store, here = Renewing(("ada", place)), a_room(room=state(waiting=3))
    member, (tab,) = comes(here, "ada", 12, generation=5)
    member.ahead = 2

    await keeper_of(store, here).renew(here)
    store.places.append((Revision(7, 1), (place,)))
    await lines_of(store, here).step()

    assert member.generation == 8
    assert tab.heard == ["line 1 @1"]
