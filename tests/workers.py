"""A `serve` of several workers, and which of them has which connection."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from tests.clients import WsClient
from tests.nodes import ASK_S, Json

if TYPE_CHECKING:
    from tests.nodes import Node


_starts = re.compile(r'"child": "worker (\d+)", "pid": (\d+)').findall


class Workers:
    """The workers of one `serve`.

    Attributes:
        node: The `serve`; its process is the supervisor.
    """

    def __init__(self, node: Node) -> None:
        self.node = node

    def pid(self, number: int) -> int:
        """The process that is this worker now; 0 while there is none."""
        return self._pids().get(number, 0)

    def children(self) -> list[int]:
        """All processes of the supervisor."""
        supervisor = self.node.process.pid
        return [
            int(pid) for pid in _read(f"/proc/{supervisor}/task/{supervisor}/children").split()
        ]

    async def enter(self, number: int, token: str) -> WsClient:
        """A connection to this worker that has said hello."""
        while True:
            client = await WsClient.connect(self.node, token)
            if self.of(client.socket.local_address[1]) == number:
                await client.hello()
                return client
            await client.close()

    def call(self, number: int) -> HTTPConnection:
        """A connection for calls that is open to this worker."""
        while True:
            connection = HTTPConnection("127.0.0.1", self.node.port, timeout=ASK_S)
            get(connection, "/health/live")
            if self.of(connection.sock.getsockname()[1]) == number:
                return connection
            connection.close()

    def of(self, client_port: int) -> int:
        """The worker that has the connection of this port; 0 if none has."""
        inode = _accepted_socket(client_port, self.node.port)
        pids = self._pids()
        return next((n for n, pid in pids.items() if inode in _open_files(pid)), 0)

    def _pids(self) -> dict[int, int]:
        """The processes by number, from the log of their starts."""
        numbers = _starts(self.node.log.read_text())
        running = set(self.children())
        return {int(number): int(pid) for number, pid in numbers if int(pid) in running}


def get(connection: HTTPConnection, path: str) -> Json:
    """The answer to a call on this connection."""
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def is_running(pid: int) -> bool:
    """Whether the process runs; one that only waits to be noticed by its parent does not."""
    return bool(_read(f"/proc/{pid}/cmdline"))


def _accepted_socket(client_port: int, server_port: int) -> str:
    rows = [row.split() for row in _read("/proc/net/tcp").splitlines()[1:]]
    ends = (f":{server_port:04X}", f":{client_port:04X}")
    return next(
        f"socket:[{row[9]}]"
        for row in rows
        if row[1].endswith(ends[0]) and row[2].endswith(ends[1])
    )


def _open_files(pid: int) -> set[str]:
    files = set()
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                files.add(str(entry.readlink()))
    return files


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
