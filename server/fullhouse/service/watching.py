"""Notes who of the people in line watches the stream, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fullhouse.batch_queue import BatchQueue, Serve, fail, settle
from fullhouse.domain.rooms import RoomRef

if TYPE_CHECKING:
    from fullhouse.supervise import BackgroundTasks

BATCH = 256  # people a script call takes
GATHER_S = 0.25  # nobody waits for the count, and each call is an event for all nodes


class WatchingStore(Protocol):
    """Keeps who watches."""

    async def note_watching(
        self, ref: RoomRef, watchers: Iterable[tuple[str, bool]]
    ) -> object: ...


@dataclass(slots=True, eq=False)
class WatchingRequest:
    """A person in line watches from now on, or no longer does."""

    participant: str
    watches: bool
    answer: asyncio.Future[None]

    @property
    def kind(self) -> str:
        return "watching"

    @property
    def role(self) -> None:
        return None


class WatchingService:
    """Notes who watches, for all connections and polls of this node.

    Ten thousand people may begin within seconds. They share calls to the store, and so events.
    """

    def __init__(self, store: WatchingStore, background_tasks: BackgroundTasks) -> None:
        self._queue: BatchQueue[RoomRef, WatchingRequest] = BatchQueue(
            WatchingHandler(store), background_tasks, limit=BATCH, keeps_order=True
        )

    def note(self, ref: RoomRef, participant: str, *, watches: bool) -> Awaitable[None]:
        """Note it. People who are not in line are ignored.

        Raises:
            StoreUnavailable: it was not noted.
        """
        answer = asyncio.get_running_loop().create_future()
        self._queue.submit(ref, WatchingRequest(participant, watches, answer))
        return answer


class WatchingHandler:
    """Serves batches of requests."""

    def __init__(self, store: WatchingStore) -> None:
        self._store = store

    def by_kind(self) -> Mapping[str, Serve[RoomRef, WatchingRequest]]:
        return {"watching": self.note}

    def gather_s(self, ref: RoomRef, waiting: int) -> float:  # noqa: ARG002  # alike for all rooms
        return 0.0 if waiting >= BATCH else GATHER_S

    def begin(self, ref: RoomRef) -> None: ...

    async def note(
        self, ref: RoomRef, batch: Sequence[WatchingRequest]
    ) -> Sequence[WatchingRequest]:
        await self._store.note_watching(ref, [(each.participant, each.watches) for each in batch])
        for each in batch:
            settle(each.answer, None)
        return ()

    def fail(
        self,
        ref: RoomRef,  # noqa: ARG002  # the error says enough
        requests: Sequence[WatchingRequest],
        error: BaseException,
    ) -> None:
        for each in requests:
            fail(each.answer, error)
