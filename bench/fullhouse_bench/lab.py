"""The environment of a case: cores, tools, a folder for the run, and stores on demand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from fullhouse.store.programs import find_program
from fullhouse_bench.machine import Cores
from fullhouse_bench.programs import Program, started
from fullhouse_bench.sizes import Size
from fullhouse_bench.tools import Tools

_START_S = 10.0
_POLL_S = 0.01


@dataclass(slots=True)
class Store:
    """An in-memory store, with the figures that it reports about itself."""

    program: Program
    socket: Path
    client: redis.Redis = field(repr=False)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def cpu_s(self) -> float:
        """The CPU time of the store's one thread."""
        info = self.client.info("cpu")
        return float(info["used_cpu_user_main_thread"] + info["used_cpu_sys_main_thread"])

    def used_bytes(self) -> int:
        return int(self.client.info("memory")["used_memory"])

    def empty(self) -> None:
        self.client.flushall()


@dataclass(slots=True)
class Lab:
    """The environment that every case gets.

    Attributes:
        size: How much to measure.
        cores: The cores for servers and clients.
        tools: Compiled programs and peers.
        folder: A folder for sockets and logs, removed after the run.
        tell: Reports progress.
    """

    size: Size
    cores: Cores
    tools: Tools
    folder: Path
    tell: Callable[[str], None]
    _names: dict[str, int] = field(default_factory=dict)

    def log(self, name: str) -> Path:
        """A new log file for a program."""
        self._names[name] = self._names.get(name, 0) + 1
        return self.folder / f"{name}-{self._names[name]}.log"

    @contextmanager
    def store(self, *, core: int | None = None, appendonly: bool = False) -> Iterator[Store]:
        """An empty store, by default on the core of the load."""
        log = self.log("store")
        socket = log.with_suffix(".sock")
        places: list[str | Path] = ["--port", "0", "--unixsocket", socket, "--dir", self.folder]
        keeping = ["--save", "", "--appendonly", "yes" if appendonly else "no"]
        keeping += ["--appenddirname", log.stem]
        told: list[str | Path] = ["--logfile", log.with_suffix(".txt")]
        command = [find_program(), *places, *keeping, *told]
        where = self.cores.load if core is None else core
        with started(command, core=where, log=log) as program:
            client = redis.Redis(unix_socket_path=str(socket))
            _until_it_answers(client)
            with client:
                yield Store(program, socket, client)


def _until_it_answers(client: redis.Redis) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            client.ping()
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_S)
        else:
            return
