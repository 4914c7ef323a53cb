"""One child process of the supervisor: forked, watched through a pipe, ended by signals."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import click

from fullhouse.child_process import ends_with_parent

WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
"""Signals that the supervisor handles, and a child does not inherit."""

_STARTED = b"started "
_ALIVE = b"alive\n"
_REFUSED = b"refused\n"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """The child's end of the pipe to its supervisor."""

    fd: int

    def started(self, text: str = "") -> None:
        """Report that the child serves, with one line that the supervisor needs."""
        self._write(_STARTED + text.encode() + b"\n")

    def alive(self) -> None:
        self._write(_ALIVE)

    def refused(self, text: str) -> None:
        """Report that the child cannot start, with a text for the operator."""
        self._write(_REFUSED + text.encode(errors="replace"))

    def _write(self, line: bytes) -> None:
        with suppress(OSError):  # the supervisor is gone, and the kernel has told the child
            os.write(self.fd, line)


@dataclass(slots=True)
class Child:
    """A running child process.

    Attributes:
        pid: Its process id.
        since_s: When it was started, by the monotonic clock.
        started: The line with which it has reported that it serves. None: not yet.
        served_s: When this report was read.
        is_told_to_end: Whether it was sent SIGTERM because it did not serve soon.
        is_alive: Whether it has reported anything since this was last set to false.
    """

    pid: int
    fd: int
    since_s: float = field(default_factory=monotonic)
    started: str | None = None
    served_s: float | None = None
    is_told_to_end: bool = False
    is_alive: bool = True
    _read: bytes = b""

    def read_report(self) -> None:
        """Take what the child has written so far."""
        with suppress(BlockingIOError):
            while part := os.read(self.fd, 65_536):
                self.is_alive = True
                # Only the refusal is kept: a child reports every second that it is alive.
                self._read = (self._read + part).replace(_ALIVE, b"")
        if self._read.startswith(_STARTED):
            line, _, self._read = self._read.partition(b"\n")
            self.started = line.removeprefix(_STARTED).decode()
            self.served_s = monotonic()

    @property
    def lived_s(self) -> float:
        """For how long it has served."""
        return 0.0 if self.served_s is None else monotonic() - self.served_s

    @property
    def refusal(self) -> str | None:
        """Why the child cannot start, if it said so."""
        _, mark, text = self._read.partition(_REFUSED)
        return text.decode() if mark else None

    def exit_code(self) -> int | None:
        """The exit code, negative for a signal. None: the child still runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def send(self, number: signal.Signals) -> None:
        """Send a signal. The child has not been waited for, so its id is still its own."""
        os.kill(self.pid, number)

    def close(self) -> None:
        os.close(self.fd)


def fork(run: Callable[[Report], None], *, foreign: Iterable[int]) -> Child:
    """Start a child that runs `run` and ends.

    The child leads a session of its own, so Ctrl-C at a terminal reaches the supervisor only. It
    gets SIGTERM when the supervisor dies.

    Args:
        run: The work of the child. A `click.ClickException` means that it cannot start.
        foreign: Files of the supervisor that the child must close.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    prepare = ends_with_parent(by=signal.SIGTERM)
    # A signal that arrives between the fork and the end of `_leave_supervisor` would be handled in
    # the child as if it had been sent to the supervisor.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    pid = os.fork()
    if pid == 0:
        _be_child(run, Report(writing), prepare, [*foreign, reading])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
    os.close(writing)
    return Child(pid, reading)


def _be_child(
    run: Callable[[Report], None],
    report: Report,
    prepare: Callable[[], None],
    foreign: Iterable[int],
) -> None:
    """Run the work and end the process. Nothing of the supervisor's stack may run here."""
    code = 1
    try:
        _leave_supervisor(prepare, foreign)
        run(report)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except click.ClickException as error:
        report.refused(error.message)
        code = error.exit_code
    except BaseException:
        log.exception("worker.crashed")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _leave_supervisor(prepare: Callable[[], None], foreign: Iterable[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in WATCHED:
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    prepare()
    for fd in foreign:
        os.close(fd)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
