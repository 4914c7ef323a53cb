"""Runs Valkey as a child process: the store of a single machine, without an operator."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Literal
from urllib.parse import quote

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from fullhouse.child_process import end_async, ends_with_parent
from fullhouse.store.connect import StoreNotUsable
from fullhouse.store.data_dir import socket_path, taken
from fullhouse.store.programs import find_program
from fullhouse.supervise import running

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator
    from pathlib import Path

log = logging.getLogger(__name__)

READY_S = 20.0  # until any answer; a store that answers "loading" may take longer
STOP_S = 10.0  # the store flushes its last second of writes, then ends
_POLL_S = 0.01
_LOG_TAIL_LINES = 8


class StoreDidNotStart(StoreNotUsable):
    def __init__(self, log_path: Path) -> None:
        lines = log_path.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        super().__init__(
            f"The embedded store did not start. The end of {log_path}:\n" + "\n".join(lines)
        )


@asynccontextmanager
async def embedded(data_dir: Path) -> AsyncIterator[str]:
    """Run a store on `data_dir` while the block is open. Yields its URL, `unix://…`.

    If the store dies, it is started again on the same socket and data. Enter the block in the
    main thread, because the store ends with the thread that started it.

    Raises:
        StoreNotUsable: There is no program or directory, the directory is in use, or the store
            does not answer.
    """
    with taken(data_dir) as directory, socket_path(directory) as socket:
        child = _Child(find_program(), directory, socket)
        await _dismiss_orphan(socket)
        await child.start()
        try:
            async with running({"store": child.keep_alive}):
                yield f"unix://{quote(str(socket))}"
        finally:
            await child.stop()


async def _dismiss_orphan(socket: Path) -> None:
    """End a store that outlived its server: two stores must never write to the same file.

    Raises:
        StoreNotUsable: There is such a store, and it does not end.
    """
    now_s = asyncio.get_running_loop().time
    ends_s = now_s() + STOP_S  # not `asyncio.timeout`: a call of the client may swallow its end
    async with _client(socket) as client:
        while await _is_listening(socket):
            if now_s() >= ends_s:
                raise StoreNotUsable(f"An older store does not let go of {socket}.")
            with suppress(RedisError):
                await client.shutdown(nosave=True)


async def _is_listening(socket: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.close()
    return True


def _client(socket: Path) -> Redis:
    return Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0), socket_timeout=1)


class _Child:
    """The process of the store. At most one runs at a time, always on the same socket and data."""

    def __init__(self, program: Path, data_dir: Path, socket: Path) -> None:
        self._command = [str(program), *_arguments(data_dir, socket)]
        self._socket = socket
        self._log_path = data_dir / "store.log"
        self._process: Process

    async def start(self) -> None:
        """Start the store, and return when it answers with all of its data.

        Raises:
            StoreDidNotStart: The store ended or never answered. No process is left.
        """
        with _private(self._log_path) as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C must reach the server only, which ends the store after its last write.
                start_new_session=True,
                # The store's files stay private. Acknowledged writes are in the kernel, so killing
                # the process loses nothing.
                preexec_fn=ends_with_parent(umask=0o077),
            )
        log.info("store.starting", extra={"pid": self._process.pid})
        try:
            await self._until_ready()
        except BaseException:
            await self.stop()
            raise

    async def _until_ready(self) -> None:
        now_s = asyncio.get_running_loop().time
        ends_s = now_s() + READY_S  # not `asyncio.timeout`, as above
        async with _client(self._socket) as client:
            while now_s() < ends_s and self._process.returncode is None:
                answer = await _ping(client)
                if answer == "ready":
                    return
                if answer == "loading":
                    ends_s = now_s() + READY_S
                await asyncio.sleep(_POLL_S)  # noqa: TID251  # no event reports that it listens
        raise StoreDidNotStart(self._log_path)

    async def keep_alive(self) -> None:
        """Start the store again each time that it ends."""
        while True:
            code = await self._process.wait()
            log.error("store.died", extra={"exit_code": code, "store_log": str(self._log_path)})
            await self.start()
            log.info("store.restarted")

    async def stop(self) -> None:
        """End the store, with all acknowledged writes on disk."""
        if not await end_async(self._process, within_s=STOP_S):
            log.warning("store.killed", extra={"after_s": STOP_S})


def _private(path: Path) -> BinaryIO:
    """Open the file for appending, readable by this user only."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


async def _ping(client: Redis) -> Literal["ready", "loading", "silent"]:
    try:
        await client.ping()
    except BusyLoadingError:
        return "loading"
    except (RedisError, OSError):
        return "silent"
    return "ready"


def _arguments(data_dir: Path, socket: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data_dir),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",  # the append-only file is the one copy
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]
