"""What the workers of one `serve` ask each other over private sockets: readiness and fresh gauges.

A balancer sees one address for all workers, and the kernel chooses the worker for each connection.
So every worker gives the same answer, for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import msgspec

from fullhouse.edge.http.services import Readiness

ANSWER_WITHIN_S = 1.0  # a worker whose event loop is this late is not ready
CACHED_S = 0.25  # health checks may come often, and each would ask all workers

NOT_RUNNING = Readiness(warnings=("workers: this worker is being started",))
SILENT = Readiness(
    reasons=(f"workers: this worker did not answer within {ANSWER_WITHIN_S:.0f} s",)
)

Ask = Callable[[], Awaitable[Readiness]]

_READINESS, _GAUGES = b"readiness\n", b"gauges\n"


class Siblings:
    """The other workers of one `serve`, and the socket at which this worker answers them.

    Args:
        directory: Where their sockets are. Private to this `serve`.
        number: This worker, from 1.
        count: How many workers there are.
    """

    def __init__(self, directory: Path, number: int, count: int) -> None:
        self._directory = directory
        self._number = number
        self._others = [other for other in range(1, count + 1) if other != number]
        self._answers: Mapping[int, Readiness] = {}
        self._asked_s = -CACHED_S

    @asynccontextmanager
    async def answering(
        self, readiness: Ask, update_gauges: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Answer the other workers while the block is open.

        Args:
            readiness: That of this worker.
            update_gauges: Updates the gauges of this worker, which all workers read.
        """

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if await reader.readline() == _GAUGES:
                update_gauges()
            else:
                writer.write(msgspec.json.encode(await readiness()))
            writer.close()

        path = self._path(self._number)
        path.unlink(missing_ok=True)  # of an earlier process of this worker
        async with await asyncio.start_unix_server(answer, path):
            yield

    async def readiness(self, own: Readiness) -> Readiness:
        """The readiness of all workers. `own` is the readiness of this one."""
        now_s = monotonic()
        if now_s - self._asked_s >= CACHED_S:
            answers = await asyncio.gather(*map(self._ask, self._others))
            self._answers = dict(zip(self._others, answers, strict=True))
            self._asked_s = now_s
        return combined({self._number: own, **self._answers})

    async def update_gauges(self) -> None:
        """Ask the other workers to update their gauges. A worker that is late keeps old values."""
        asked = (self._answer(other, _GAUGES) for other in self._others)
        await asyncio.gather(*asked, return_exceptions=True)

    async def _answer(self, other: int, question: bytes) -> bytes:
        """The answer of another worker.

        Raises:
            TimeoutError: it did not answer in time.
            OSError: it does not run.
        """
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_unix_connection(self._path(other))
            try:
                writer.write(question)
                return await reader.read()
            finally:
                writer.close()

    async def _ask(self, other: int) -> Readiness:
        try:
            answer = await self._answer(other, _READINESS)
            return msgspec.json.decode(answer, type=Readiness)
        except TimeoutError:
            return SILENT
        except (OSError, msgspec.DecodeError):  # it ended, perhaps in the middle of its answer
            return NOT_RUNNING

    def _path(self, number: int) -> Path:
        return self._directory / f"worker-{number}.sock"


def combined(workers: Mapping[int, Readiness]) -> Readiness:
    """Combines the readiness of all workers, by number, into one.

    One worker that is not ready makes all not ready, because the kernel gives it its share of the
    new connections. A text names its worker, unless it is true of all.
    """
    return Readiness(
        _named({number: each.reasons for number, each in workers.items()}),
        _named({number: each.warnings for number, each in workers.items()}),
    )


def _named(texts: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    of_all = set.intersection(*map(set, texts.values()))
    shared = [text for text in next(iter(texts.values())) if text in of_all]
    single = [
        f"{text} (worker {number})"
        for number in sorted(texts)
        for text in texts[number]
        if text not in of_all
    ]
    return (*shared, *single)
