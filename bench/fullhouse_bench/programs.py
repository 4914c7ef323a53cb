"""Starts the programs of the benchmark. Each is pinned to a core, and none outlives it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from fullhouse.child_process import end, ends_with_parent
from fullhouse_bench.machine import cpu_ns, pinned_to, rss_bytes

Line = dict[str, Any]

PATIENCE_S = 120.0
STOP_S = 15.0
_POLL_S = 0.01
_ENDING_S = 1.0


class ProgramFailed(Exception):
    """A program of the benchmark failed."""


class Program:
    """One process: commands on stdin, lines of JSON on stdout, and a log for stderr."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._unread = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, line: str) -> None:
        """Write one line to the program's stdin.

        Raises:
            ProgramFailed: the program has ended.
        """
        stdin = cast("IO[bytes]", self._process.stdin)
        try:
            stdin.write(line.encode() + b"\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise ProgramFailed(f"it ended: {self._ending()}") from error

    def answer(self, event: str, within_s: float = PATIENCE_S) -> Line:
        """The next line, which must be about `event`.

        Raises:
            ProgramFailed: the line is about another event, or does not come in time.
        """
        line: Line = json.loads(self._line(time.monotonic() + within_s))
        if line["event"] != event:
            raise ProgramFailed(f"expected {event}, got {line}")
        return line

    def ask(self, command: str, event: str, within_s: float = PATIENCE_S) -> Line:
        self.say(command)
        return self.answer(event, within_s)

    def rss_bytes(self) -> int:
        """With its children."""
        return sum(map(rss_bytes, self.family()))

    def cpu_ns(self) -> int:
        """With its children."""
        return sum(map(cpu_ns, self.family()))

    def family(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def freeze(self) -> None:
        """Stop the program and its children until `thaw`, so that they use no CPU time."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def until_it_listens(self, port: int, within_s: float = PATIENCE_S) -> None:
        """Wait for the program to accept connections on `port`.

        Raises:
            ProgramFailed: the program ended, or takes too long.
        """
        deadline = time.monotonic() + within_s
        while not _listens(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ProgramFailed(f"it does not listen: {self.last_words()}")
            time.sleep(_POLL_S)

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-1000:].strip()

    def _ending(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDING_S)
        return f"exit code {self._process.returncode}: {self.last_words()}"

    def stop(self) -> None:
        """End the program, and kill it if it does not end in time."""
        self.thaw()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):  # the program ended before it read a command
                    stream.close()
        end(self._process, within_s=STOP_S)

    def _signal(self, number: int) -> None:
        if self._process.poll() is None:
            for pid in self.family():
                os.kill(pid, number)

    def _line(self, deadline: float) -> bytes:
        descriptor = cast("IO[bytes]", self._process.stdout).fileno()
        while b"\n" not in self._unread:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
                raise ProgramFailed(f"no answer in time: {self.last_words()}")
            data = os.read(descriptor, 65536)
            if not data:
                raise ProgramFailed(f"it ended: {self._ending()}")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line


@contextmanager
def started(
    command: Sequence[str | Path],
    *,
    core: int,
    log: Path,
    env: Mapping[str, str] | None = None,
) -> Iterator[Program]:
    """Run a program on `core` while the block is open.

    Args:
        command: The program and its arguments.
        core: The core to run on.
        log: The file for stderr.
        env: The environment. None: the environment of this process.
    """
    with pinned_to(core), log.open("wb") as stderr:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=env,
            preexec_fn=ends_with_parent(),  # noqa: PLW1509  # this process has no other threads then
        )
    program = Program(process, log)
    try:
        yield program
    finally:
        program.stop()


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
