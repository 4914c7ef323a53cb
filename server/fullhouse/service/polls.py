"""Polls: the same rooms for people whose network lets no WebSocket through."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING

from fullhouse.batch_queue import BatchQueue, Serve, fail, settle
from fullhouse.domain.polls import POLL_AFTER_S
from fullhouse.domain.rooms import RoomRef, Snapshot
from fullhouse.service.poll_requests import BATCH, PollRequest, Standing

if TYPE_CHECKING:
    from fullhouse.domain.polls import Poll, Polled
    from fullhouse.service.room_ports import PolledRooms
    from fullhouse.supervise import BackgroundTasks

LEASE_MS = 3 * POLL_AFTER_S * 1000  # of three polls one may be lost and one may be late
AT_ONCE = 16  # people told in one turn of the event loop: two to three ms


class PollService:
    """Admits, renews and lets go people who poll.

    Requests are queued when they are made, not when they are awaited: two requests of one person
    are served in that order. An exception is passed to every request of the batch.
    """

    def __init__(self, store: PolledRooms, background_tasks: BackgroundTasks) -> None:
        # A leave does not end a batch of polls: a few leaves would make many small batches.
        self._queue: BatchQueue[RoomRef, PollRequest] = BatchQueue(
            PollHandler(store, background_tasks), background_tasks, limit=BATCH, keeps_order=False
        )

    def poll(self, ref: RoomRef, poll: Poll) -> Awaitable[Standing | None]:
        """What a hello would be told now; None while there is no such room."""
        return self._submit(ref, poll.participant, poll)

    def leave(self, ref: RoomRef, participant: str) -> Awaitable[object]:
        """Give up the seat or ticket at once, whichever session it is of."""
        return self._submit(ref, participant, None)

    def _submit(
        self, ref: RoomRef, participant: str, poll: Poll | None
    ) -> asyncio.Future[Standing | None]:
        request = PollRequest(participant, poll, asyncio.get_running_loop().create_future())
        self._queue.submit(ref, request)
        return request.answer


class PollHandler:
    """Serves batches of polls and leaves."""

    def __init__(self, store: PolledRooms, background_tasks: BackgroundTasks) -> None:
        self._store = store
        self._background_tasks = background_tasks

    def by_kind(self) -> Mapping[str, Serve[RoomRef, PollRequest]]:
        return {"poll": self.poll, "leave": self.leave}

    def gather_s(self, ref: RoomRef, waiting: int) -> float:  # noqa: ARG002  # no batch waits
        return 0.0

    def begin(self, ref: RoomRef) -> None: ...

    async def poll(self, ref: RoomRef, batch: Sequence[PollRequest]) -> Sequence[PollRequest]:
        """One call for all of the batch who have not gone."""
        awaited = [request for request in batch if request.is_awaited]
        polls = [request.poll for request in awaited if request.poll]
        if polls:
            polled = await self._store.poll(ref, polls, lease_ms=LEASE_MS)
            self._background_tasks.spawn(_tell(awaited, _standings(polled, len(polls))))
        return ()

    async def leave(self, ref: RoomRef, batch: Sequence[PollRequest]) -> Sequence[PollRequest]:
        leavers = [(request.participant, 0) for request in batch if request.is_awaited]
        if leavers:
            await self._store.leave(ref, leavers)
        for request in batch:
            settle(request.answer, None)
        return ()

    def fail(
        self,
        ref: RoomRef,  # noqa: ARG002  # the error says enough
        requests: Sequence[PollRequest],
        error: BaseException,
    ) -> None:
        for request in requests:
            fail(request.answer, error)


async def _tell(batch: Sequence[PollRequest], standings: Sequence[Standing | None]) -> None:
    """Settle the answers in parts; the next call and other tasks run in between."""
    for number, (request, standing) in enumerate(zip(batch, standings, strict=True)):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # noqa: TID251  # a turn of the loop
        settle(request.answer, standing)


def _standings(polled: Polled, count: int) -> Sequence[Standing | None]:
    if polled.state is None:
        return [None] * count
    now = Snapshot(polled.revision, polled.state)
    if polled.outcome == "closed":
        return [Standing(now, None)] * count
    return [Standing(now, place) for place in polled.places]
