"""A store that a test may kill, freeze, empty and start again, always at the same address."""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from tests.priority import prioritize
from tests.servers import find_store, required
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from redis.asyncio import Redis


_copies = count(1)


class BreakableStore:
    """One store process with an append-only file, as an operator would run it.

    Attributes:
        redis: A client past any proxy, for looking and for faults that are commands.
    """

    def __init__(self, program: Path, directory: Path) -> None:
        self._program = program
        self._directory = directory
        self._socket = directory / "store.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.redis: Redis = patient_store(self.url)

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def socket(self) -> Path:
        return self._socket

    async def start(self) -> None:
        """Returns when it answers, with all that its file holds."""
        self._process = self._spawned()
        await wait_until(self._answers)

    def kill(self) -> None:
        """As when the power goes: nothing is said to anyone."""
        process = self._running()
        process.kill()
        process.wait()

    def freeze(self) -> None:
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    async def restart(self) -> None:
        """Killed and started again, the file kept."""
        self.kill()
        await self.start()

    async def restart_empty(self) -> None:
        """Killed and started again with no memory of anything."""
        self.kill()
        for file in (self._directory / "appendonlydir").iterdir():
            file.unlink()
        await self.start()

    def copied(self) -> Path:
        """A copy of the data directory, as an operator makes one while the store runs."""
        copy = self._directory / f"copy-{next(_copies)}"
        shutil.copytree(self._directory / "appendonlydir", copy)
        return copy

    async def restart_on(self, copy: Path) -> None:
        """Killed, and started on an older copy of its data."""
        self.kill()
        shutil.rmtree(self._directory / "appendonlydir")
        shutil.copytree(copy, self._directory / "appendonlydir")
        await self.start()

    async def mend(self) -> None:
        """Running, thawed, and as it was started."""
        if self._running().poll() is not None:
            await self.start()
        self.thaw()
        await self.redis.config_set("maxmemory", 0)
        await self.redis.config_set("maxmemory-policy", "noeviction")

    async def now_ms(self) -> int:
        """The time of the store: one clock for all that a test measures."""
        seconds, micros = await self.redis.time()
        return int(seconds) * 1000 + int(micros) // 1000

    async def close(self) -> None:
        await self.redis.aclose()
        if self._process and self._process.poll() is None:
            self.thaw()
            self.kill()

    async def _answers(self) -> bool:
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False

    def _spawned(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([str(self._program), *self._arguments()])
        prioritize(process.pid)
        return process

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def _arguments(self) -> list[str]:
        places = ["--unixsocket", str(self._socket), "--dir", str(self._directory)]
        durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        return [*places, *durable, "--port", "0", "--logfile", "store.log"]


@asynccontextmanager
async def breakable_store(directory: Path) -> AsyncIterator[BreakableStore]:
    """The packaged Valkey in `directory`, whose path must be short."""
    store = BreakableStore(required(find_store("valkey"), "valkey-server"), directory)
    try:
        await store.start()
        yield store
    finally:
        await store.close()
