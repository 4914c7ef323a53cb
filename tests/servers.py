"""Real programs that tests talk to: stores on Unix sockets, and the browser."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.store.programs import packaged_valkey

if TYPE_CHECKING:
    from collections.abc import Iterator

StoreName = Literal["valkey", "redis"]

IN_CI = os.environ.get("CI") == "true"  # noqa: TID251  # there a missing program is a failure

_START_S = 10
_POLL_S = 0.02


def find_store(name: StoreName) -> Path | None:
    """The packaged Valkey, or the redis-server of this machine."""
    return packaged_valkey() if name == "valkey" else _on_path("redis-server")


def find_chromium() -> Path | None:
    return _on_path("chromium", "chromium-browser", "google-chrome")


def _on_path(*names: str) -> Path | None:
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
def running_store(program: Path, directory: Path) -> Iterator[str]:
    """An empty store in memory on a Unix socket in `directory`; gives its URL."""
    path = directory / "store.sock"
    in_memory = ["--appendonly", "no", "--save", "", "--port", "0"]
    places = ["--unixsocket", str(path), "--dir", str(directory), "--logfile", "store.log"]
    process = subprocess.Popen([str(program), *in_memory, *places])
    try:
        _until_it_answers(path)
        yield f"unix://{path}"
    finally:
        process.kill()
        process.wait()


def _until_it_answers(path: Path) -> None:
    patience = Retry(
        ConstantBackoff(_POLL_S), retries=int(_START_S / _POLL_S), supported_errors=(RedisError,)
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
    """Below those that the kernel gives away, and for each worker of a test run others."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")  # noqa: TID251  # no setting of ours
    first = 10_000 + int(worker) % 10 * 2_000
    return cycle(random.sample(range(first, first + 2_000), 2_000))


_ports = _own_ports()
