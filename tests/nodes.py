"""Real nodes, each `fullhouse serve` in a process of its own, and the platform beside them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fullhouse.child_process import end
from fullhouse.client import PlatformClient
from tests.node_process import NodeCommand, NodeProcess
from tests.servers import free_port, short_directory
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEY = "platform-key-of-the-tests"
SECRET = "token-secret-of-the-tests-" + "s" * 40

QUICK = {
    "beat_s": 0.3,
    "lease_s": 2.6,
    "grace_s": 1,
    "wait_grace_s": 1.5,
    "claim_s": 1,
    "drain_s": 1,
    "forecast_s": 0,
}
"""The shortest durations that go together, so that what lapses does so while a test looks on."""

START_S = 60  # patience with a machine that others use too
STOP_S = 60
ASK_S = 30

Json = Any  # what JSON holds is what each test expects of it


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    json: Json


@dataclass(slots=True)
class Node:
    """One server process. It logs to `log`."""

    port: int
    process: NodeProcess | subprocess.Popen[bytes]
    log: Path

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connect_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/connect"

    def terminate(self) -> None:
        """Ask it to stop, as a rolling restart does."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self, within_s: float = STOP_S) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(within_s)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def figure(self, sample: str) -> float:
        """One figure of `/metrics`, by its full name and labels; 0 before it is first counted."""
        with urllib.request.urlopen(self.base_url + "/metrics", timeout=ASK_S) as answer:  # noqa: S310  # our own
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(sample + " "))

    def complaints(self) -> list[str]:
        """Log lines that speak of a bug."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if '"level": "error"' in line or "Traceback" in line]

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"the node ended: {self.log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(self.base_url + "/health/ready", timeout=2) as answer:  # noqa: S310  # our own
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def running_nodes(
    redis_url: str, count: int = 2, *, files: int | None = None, **settings: object
) -> Iterator[tuple[Node, ...]]:
    """Nodes on one store, ready to serve; stopped when the block ends.

    Args:
        redis_url: The store.
        count: How many.
        files: How many files each may have open; None: as many as this process.
        settings: By the names of `fullhouse.settings`, in place of those of `QUICK`. With `port`:
            one node on that port.
    """
    with short_directory() as directory, ExitStack() as running:
        logs = [directory / f"node-{number}.log" for number in range(count)]
        nodes = [running.enter_context(_started(redis_url, log, settings, files)) for log in logs]
        for node in nodes:
            _until_ready(node)
        yield tuple(nodes)


@contextmanager
def _started(
    redis_url: str, log: Path, settings: Mapping[str, object], files: int | None
) -> Iterator[Node]:
    credentials = {"api_keys": KEY, "token_secret": SECRET}
    named = {**QUICK, **credentials, **settings, "redis_url": redis_url}
    port = int(str(named.pop("port", 0))) or free_port()
    environment = {f"FULLHOUSE_{name.upper()}": str(value) for name, value in named.items()}
    log.touch()
    command = NodeCommand(
        ("serve", "--port", str(port)), {**_inherited(), **environment}, log, files
    )
    process = NodeProcess(command)
    try:
        yield Node(port, process, log)
    finally:
        _end(process)


def _end(process: NodeProcess) -> None:
    """As at a terminal, where no balancer has to notice; what does not end is killed."""
    process.send_signal(signal.SIGCONT)  # a test may have frozen it
    end(process, within_s=STOP_S, by=signal.SIGINT)


def _inherited() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    environment = os.environ  # noqa: TID251  # what a child process starts from
    return {name: text for name, text in environment.items() if not name.startswith("FULLHOUSE_")}


def _until_ready(node: Node) -> None:
    deadline = time.monotonic() + START_S
    while not node.is_ready():
        assert time.monotonic() < deadline, f"not ready: {node.log.read_text()[-2000:]}"
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Platform:
    """The event platform's backend, talking to one node."""

    node: Node
    key: str = field(default=KEY, repr=False)

    async def ask(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; an error is an answer too."""
        async with self._client() as client:
            answer = await client.calls.ask(method, path, body, headers=headers)
        content = json.loads(answer.content) if answer.content else None
        return Answer(answer.status_code, dict(answer.headers), content)

    async def must(self, method: str, path: str, body: Json = None) -> Json:
        """One call that has to succeed. Returns what was answered."""
        answer = await self.ask(method, path, body)
        assert answer.status < 300, (method, path, answer)
        return answer.json

    async def persist(self, method: str, path: str, body: Json = None) -> Json:
        """One call as real platforms make it: again, as often as the answer is to come back later.

        Returns:
            What was answered at last; that has to be a success.
        """
        async with self._client() as client:
            answer = await client.calls.must(method, path, body)
        return json.loads(answer) if answer else None

    def _client(self) -> PlatformClient:
        return PlatformClient(
            self.node.base_url, self.key, patience_s=PATIENCE_S, timeout_s=ASK_S, uses_proxy=False
        )
