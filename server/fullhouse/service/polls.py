"""Polls: the same house for people whose network lets no WebSocket through.

What arrives while a call of a room is under way shares the next one: a slow store makes batches
larger, not queues longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import RoomRef, Snapshot
from fullhouse.service.poll_requests import Request, Requests, Standing

if TYPE_CHECKING:
    from fullhouse.domain.polls import Poll, Polled
    from fullhouse.service.room_ports import PolledRooms
    from fullhouse.supervise import BackgroundTasks

POLL_AFTER_S = 5
LEASE_MS = 3 * POLL_AFTER_S * 1000  # of three polls one may be lost and one may be late
AT_ONCE = 16  # people told in one turn of the loop: two to three ms


class PollService:
    """Admits, renews and lets go whoever polls, each room by one task while somebody asks.

    Whatever the call of the store raises, everybody hears whom it was for. Requests are queued
    when they are made, not when they are awaited: who asks twice is served in that order.
    """

    def __init__(self, store: PolledRooms, background_tasks: BackgroundTasks) -> None:
        self._store = store
        self._background_tasks = background_tasks
        self._waiting: dict[RoomRef, Requests] = {}

    def poll(self, ref: RoomRef, poll: Poll) -> Awaitable[Standing | None]:
        """What a hello would tell now; None while there is no such room."""
        return self._submit(ref, poll.participant, poll)

    def leave(self, ref: RoomRef, participant: str) -> Awaitable[object]:
        """Give up the seat or ticket at once, whichever session it is of."""
        return self._submit(ref, participant, None)

    def _submit(
        self, ref: RoomRef, participant: str, poll: Poll | None
    ) -> asyncio.Future[Standing | None]:
        requests = self._waiting.get(ref)
        if requests is None:
            requests = self._waiting[ref] = Requests()
            self._background_tasks.spawn(self._serve(ref, requests))
        request = Request(participant, poll, asyncio.get_running_loop().create_future())
        requests.put(request)
        return request.answer

    async def _serve(self, ref: RoomRef, requests: Requests) -> None:
        try:
            while batch := requests.next_batch():
                await self._carry_out(ref, batch, requests)
        finally:
            del self._waiting[ref]
            requests.abandon()  # some, where the node ends

    async def _carry_out(self, ref: RoomRef, batch: Sequence[Request], requests: Requests) -> None:
        try:
            answers = await self._answers(ref, batch)
        except asyncio.CancelledError:
            for request in batch:
                request.answer.cancel()
            raise
        except StoreUnavailable as error:
            # One call after another, each until its deadline, would keep those behind waiting:
            # 1,200 people for 11 s. Not looks and leaves: a store that is full still takes leaves.
            for request in (*batch, *requests.take_all(leaves=batch[0].is_leave)):
                request.fail(error)
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to those who asked
            for request in batch:
                request.fail(error)
        else:
            self._background_tasks.spawn(_tell(batch, answers))

    async def _answers(self, ref: RoomRef, batch: Sequence[Request]) -> Sequence[Standing | None]:
        polls = [request.poll for request in batch if request.poll]
        if polls:
            return _standings(await self._store.poll(ref, polls, lease_ms=LEASE_MS), len(polls))
        await self._store.leave(ref, [(request.participant, 0) for request in batch])
        return [None] * len(batch)


async def _tell(batch: Sequence[Request], answers: Sequence[Standing | None]) -> None:
    """In parts, between which the next call sets out and everybody else has their turn."""
    for number, (request, answer) in enumerate(zip(batch, answers, strict=True)):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop
        request.settle(answer)


def _standings(polled: Polled, count: int) -> Sequence[Standing | None]:
    if polled.state is None:
        return [None] * count
    now = Snapshot(polled.revision, polled.state)
    if polled.outcome == "closed":
        return [Standing(now, None)] * count
    return [Standing(now, place) for place in polled.places]
