"""Several store processes on ports of this machine: primaries, replicas, Sentinels, a cluster."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from redis.exceptions import RedisError

from fullhouse.store.connect import open_store
from tests.priority import prioritize
from tests.servers import free_port
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from redis.asyncio import Redis

HOST = "127.0.0.1"


class StoreServer:
    """One process of Redis or Valkey, always at the same port.

    Attributes:
        port: Where it listens.
        redis: A client for faults that are commands. Use it in one event loop only.
    """

    def __init__(
        self, program: Path, directory: Path, *options: str, login: str = "", port: int = 0
    ) -> None:
        self.port = port or free_port()
        self._directory = directory / str(self.port)
        self._directory.mkdir()
        self._command = [str(program), *options, "--port", str(self.port), *self._places()]
        self._login = login
        self._process = self._spawned()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def client(self) -> Redis:
        return open_store(f"redis://{self._login}{self.address}", retries=0)

    async def answers(self) -> None:
        """Return as soon as it answers."""
        async with self.client() as redis:
            await wait_until(lambda: _pinged(redis))

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def start(self) -> None:
        """Again, with what it had written."""
        self._process = self._spawned()

    def kill(self) -> None:
        """As when the power goes. Safe to repeat."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def _spawned(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command, cwd=self._directory)
        prioritize(process.pid)
        return process

    def _places(self) -> Sequence[str]:
        return ["--dir", str(self._directory), "--logfile", "store.log", "--bind", HOST]


class Servers(Protocol):
    """Servers that belong together."""

    @property
    def servers(self) -> list[StoreServer]: ...


@contextmanager
def all_ended(group: Servers) -> Iterator[None]:
    """Kills, at the end, the servers that the group has by then."""
    try:
        yield
    finally:
        for server in group.servers:
            server.kill()


async def _pinged(redis: Redis) -> bool:
    try:
        return bool(await redis.ping())
    except (RedisError, OSError):
        return False
