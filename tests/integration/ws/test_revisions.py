"""Replies and events travel on two connections: delayed against each other, nothing runs back."""

from __future__ import annotations

from bisect import bisect_right
from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest

from fullhouse.domain.room_events import RoomEvent
from fullhouse.store.keys import DEFAULT_KEYS
from tests.integration.ws.evening import GONE, SEATED, Evening, far_node
from tests.nodes import Node
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from pathlib import Path

    from redis.asyncio.client import PubSub

    from tests.clients import Frame
    from tests.faults.proxy import StoreProxy

EVENINGS = 3
REPLY_S = 0.05

# A node waits a tenth of a second for an event that an answer spoke of, then reads the room.
SOON_S, LATE_S = 0.03, 0.15

Far = tuple[tuple[Node, Node], tuple["StoreProxy", "StoreProxy"]]


@pytest.fixture
async def far(nodes_url: str, plans: Path) -> AsyncIterator[Far]:
    """Two nodes that are far from the store."""
    async with far_node(nodes_url, plans) as one, far_node(nodes_url, plans) as other:
        yield (one[0], other[0]), (one[1], other[1])
        assert [node.complaints() for node in (one[0], other[0])] == [[], []]


def _delays(proxies: Iterable[StoreProxy], random: Random, event_s: float) -> None:
    """Answers and events are held up now and then, each for itself."""

    def at_most(longest_s: float) -> Callable[[], float]:
        return lambda: random.choice([0.0, random.random() * longest_s])

    for proxy in proxies:
        proxy.calls.to_node.delay_s = at_most(REPLY_S)
        proxy.events.to_node.delay_s = at_most(event_s)


async def test_rev_never_falls_and_at_last_everybody_believes_what_is_so(
    far: Far, nodes: tuple[Node, ...]
) -> None:
    """Clients check `rev` at each frame. Some events come so late that they count as lost."""
    _delays(far[1], Random(0), LATE_S)

    for seed in range(EVENINGS):
        evening = Evening(nodes, far[0], seed)
        await evening.opens()
        await evening.passes()

        await wait_until(evening.all_show_what_is_so)
        await evening.event_room.ends()


async def test_what_is_told_at_a_revision_was_so_at_that_revision(
    far: Far, nodes: tuple[Node, ...], nodes_url: str
) -> None:
    """Where no event comes so late, nothing told is old even for a moment."""
    _delays(far[1], Random(0), SOON_S)

    for seed in range(EVENINGS):
        evening = Evening(nodes, far[0], seed)
        await evening.opens()
        lost = _lost(far[0])
        async with patient_store(nodes_url) as redis, redis.pubsub() as pubsub:
            await pubsub.ssubscribe(DEFAULT_KEYS.events_channel(evening.event_room.account))
            await evening.passes()
            history = History(await _heard(pubsub, (await evening.near.room())["rev"]))

        told = [frame for client in evening.event_room.clients for frame in client.heard]
        names = [client.name for client in evening.event_room.clients for _ in client.heard]
        wrong = [f for f, name in zip(told, names, strict=True) if not history.has(name, f)]
        assert not wrong or _lost(far[0]) > lost
        await evening.event_room.ends()


async def _heard(pubsub: PubSub, rev: int) -> list[RoomEvent]:
    """The events up to `rev`, from the first."""
    events: list[RoomEvent] = []
    while not events or events[-1].rev < rev:
        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
        if message is not None:
            events.append(msgspec.json.decode(message["data"], type=RoomEvent))
    return events


def _lost(nodes: Iterable[Node]) -> int:
    """How often a node gave up waiting for an event: on a busy machine a moment is long."""
    return sum(node.log.read_text().count('"event.missed"') for node in nodes)


class History:
    """Everybody's place after every event, as the store told it."""

    def __init__(self, events: list[RoomEvent]) -> None:
        self._events = events
        self._places: list[dict[str, int]] = []
        places: dict[str, int] = {}
        for event in events:
            places = {**places, **_moves(event)}
            self._places.append(places)

    def has(self, name: str, frame: Frame) -> bool:
        """Whether this is what was so at the revision that the frame names."""
        if frame["type"] not in {"seated", "waiting"}:
            return True
        index = bisect_right(self._events, frame["rev"], key=lambda event: event.rev) - 1
        ticket, called_to = (
            self._places[index].get(name, GONE),
            self._events[index].state.called_to,
        )
        if frame["type"] == "seated":
            return ticket == SEATED
        told = (frame["ticket"], frame["called_to"], frame["called"])
        return told == (ticket, called_to, ticket <= called_to)


def _moves(event: RoomEvent) -> dict[str, int]:
    """Who stands where after the event, of those it names."""
    moves = {gone.participant: GONE for gone in event.expired}
    moves |= {gone.participant: GONE for gone in event.left}
    moves |= {gone.participant: GONE for gone in event.dropped_out}
    moves |= {moved.participant: moved.ticket for moved in event.requeued}
    moves |= {moved.participant: moved.ticket for moved in event.queued}
    return moves | {one.participant: SEATED for one in event.entered if one.role == "attendee"}
