"""What the store says of the people whom a node renews, and what they are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from server.domain.rooms import Place, Renewals, Revision, RoomRef, Session
from server.realtime.keeper import Keeper
from server.realtime.places import Places
from server.realtime.ports import Rooms, Wording
from server.realtime.relay import Relay
from server.supervise import Chores
from tests.unit.realtime.events import state
from tests.unit.realtime.fakes import Store, Tally, Words, a_room, comes, lines_of


class Renewing(Store):
    """Answers every renewal with the same news."""

    def __init__(self, *news: tuple[str, Place]) -> None:
        super().__init__()
        self.news = news

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        return Renewals("ok", 7, 1, self.news)


async def test_a_reload_on_another_node_is_not_heard_by_the_tabs_on_this_one() -> None:
    """It began a newer session in the same place, of which no word is said here."""
    place = Place("waiting", generation=8, ticket=12, ahead=1)
    store, here = Renewing(("ada", place)), a_room(room=state(waiting=3))
    member, (tab,) = comes(here, "ada", 12, generation=5)
    member.ahead = 2
    rooms, words, tally = cast("Rooms", store), cast("Wording", Words()), Tally()
    keeper = Keeper(
        rooms=rooms,
        places=Places(rooms, words),
        relay=cast("Relay", None),
        tally=tally,
        here=lambda: [here],
        chores=Chores(),
    )

    await keeper.renew(here)
    store.places.append((Revision(7, 1), (place,)))
    await lines_of(store, here).step()

    assert member.generation == 8
    assert tab.heard == ["line 1 @1"]
