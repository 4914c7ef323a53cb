"""A supervisor in a process of its own, with workers that do what a test says."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fullhouse import logs
from fullhouse.domain import worker_restarts
from fullhouse.settings import Settings
from fullhouse.worker import Worker
from fullhouse.workers import supervisor
from fullhouse.workers.supervisor import supervise
from tests.node_process import PRELOADED
from tests.servers import short_directory

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

PATIENCE_S = 20.0

Work = Callable[[Worker, Path], None]
"""What a worker does; the directory is for files by which it tells the test something."""


@dataclass(frozen=True, slots=True)
class Times:
    """Durations of the supervisor, by the names of its constants."""

    alive_check_s: float = 60
    serves_within_s: float = 60
    stable_s: float = 10


_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Supervised:
    """A running supervisor and the log of it and its workers."""

    process: ForkServerProcess
    directory: Path

    def send(self, number: signal.Signals) -> None:
        assert self.process.pid
        os.kill(self.process.pid, number)

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        self.process.join(PATIENCE_S)
        assert self.process.exitcode is not None, self.log
        return self.process.exitcode

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text()

    def lines(self, event: str) -> list[dict[str, Any]]:
        """The log lines of that event."""
        found = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [line for line in found if line["event"] == event]

    def until(self, holds: Callable[[], object]) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline_s, self.log
            time.sleep(0.01)

    def run_directory_is_left(self) -> bool:
        return any(self.directory.glob("fullhouse-workers-*"))


@contextmanager
def supervised(work: Work, workers: int = 2, times: Times | None = None) -> Iterator[Supervised]:
    """Run a supervisor while the block is open. It is killed at the end, if it still runs."""
    with short_directory() as directory:
        (directory / "log").touch()
        _processes.set_forkserver_preload([*PRELOADED, __name__])
        process = _processes.Process(
            target=_become,
            args=(work, workers, times or Times(), directory),
            daemon=True,
        )
        process.start()
        try:
            yield Supervised(process, directory)
        finally:
            process.kill()
            process.join()


def _become(work: Work, workers: int, times: Times, directory: Path) -> None:
    tempfile.tempdir = str(directory)  # where it makes its own directory
    with (directory / "log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    logs.configure(sys.stderr)
    supervisor.ALIVE_CHECK_S = times.alive_check_s
    supervisor.SERVES_WITHIN_S = times.serves_within_s
    worker_restarts.STABLE_S = times.stable_s
    settings = Settings(port=0, workers=workers, redis_url="redis://127.0.0.1", drain_s=0)
    try:
        supervise(settings, lambda _, worker: work(worker, directory))
    except click.ClickException as error:
        click.echo(f"Error: {error.message}", err=True)
        sys.exit(error.exit_code)


def serve_plainly(worker: Worker, _: Path) -> None:
    """Answer each connection with the number of the worker."""
    (listener,) = worker.sockets
    listener.listen()
    worker.started()
    while True:
        client, _address = listener.accept()
        client.sendall(str(worker.number).encode())
        client.close()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def answered(client: socket.socket) -> str:
    """What the worker that got this connection answers."""
    with client:
        return client.recv(10).decode()
