"""Real programs that tests talk to: stores on Unix sockets, and the browser."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from fullhouse.store.programs import packaged_valkey
from tests.priority import prioritize
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

StoreName = Literal["valkey", "redis", "cluster"]

IN_CI = os.environ.get("CI") == "true"  # noqa: TID251  # there a missing program is a failure

_POLL_S = 0.02

# Up to 30,000: below the ports that the kernel gives away.
_FIRST_PORT = 10_000
_PORT_BLOCKS = 20
_PORTS_A_BLOCK = 1_000


def find_store(name: StoreName) -> Path | None:
    """The packaged Valkey, also for a cluster, or the redis-server of this machine."""
    return on_path("redis-server") if name == "redis" else packaged_valkey()


def find_chromium() -> Path | None:
    """The headless build first: without windows it needs a fifth less time for the same pages."""
    return on_path("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def on_path(*names: str) -> Path | None:
    return next((Path(found) for found in map(shutil.which, names) if found), None)


def required(program: Path | None, name: str) -> Path:
    """`program`; where it is missing the test is skipped, in CI failed."""
    if program is None:
        reason = f"{name} is not installed"
        if IN_CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@contextmanager
def short_directory(prefix: str = "fh-") -> Iterator[Path]:
    """An empty directory whose path leaves room for the name of a Unix socket.

    It is removed on the way out. A store that was killed a moment ago may still write into it.
    """
    path = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield path
    finally:
        patience = Retry(
            ConstantBackoff(_POLL_S),
            retries=int(PATIENCE_S / _POLL_S),
            supported_errors=(OSError,),
        )
        patience.call_with_retry(lambda: _remove(path), lambda _: None)


def _remove(directory: Path) -> None:
    if directory.exists():  # else the last attempt removed it, and failed after that
        shutil.rmtree(directory)


@contextmanager
def running_store(
    program: Path, directory: Path, *, appendonly: str = "no", options: Sequence[str] = ()
) -> Iterator[str]:
    """A store on a Unix socket in `directory`, with what is there; gives its URL."""
    path = directory / "store.sock"
    in_memory = ["--appendonly", appendonly, "--save", "", "--port", "0"]
    places = ["--unixsocket", str(path), "--dir", str(directory), "--logfile", "store.log"]
    process = subprocess.Popen([str(program), *in_memory, *places, *options])
    prioritize(process.pid)
    try:
        _until_it_answers(path)
        yield f"unix://{path}"
    finally:
        process.kill()
        process.wait()


def _until_it_answers(path: Path) -> None:
    patience = Retry(
        ConstantBackoff(_POLL_S), retries=int(PATIENCE_S / _POLL_S), supported_errors=(RedisError,)
    )
    with redis.Redis(unix_socket_path=str(path), retry=Retry(ConstantBackoff(0), 0)) as client:
        patience.call_with_retry(client.ping, lambda _: None)


def free_port() -> int:
    """A port that nobody listens on now, and that nobody else is given."""
    for port in _ports:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("all ports are taken")


def _own_ports() -> Iterator[int]:
    """The ports of one block, in random order, for ever."""
    first = _FIRST_PORT + _own_block() * _PORTS_A_BLOCK
    return cycle(random.sample(range(first, first + _PORTS_A_BLOCK), _PORTS_A_BLOCK))


def _own_block() -> int:
    """The first block that no other process of any test run on this machine has.

    It is held by the lock on a file, which goes with this process.
    """
    for block in range(_PORT_BLOCKS):
        file = Path(tempfile.gettempdir(), f"fullhouse-test-ports-{block}").open("w")  # noqa: SIM115  # open as long as we run
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _held.append(file)
            return block
        file.close()
    raise AssertionError(f"{_PORT_BLOCKS} test runs have all the ports")


_held: list[TextIO] = []
_ports = _own_ports()
