"""A process that becomes a node: forked from one that has imported what nodes need.

That import takes a node most of the second in which it starts, and the suite starts some hundred.
What runs is the command `fullhouse serve` itself, with an environment and a log of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING

from fullhouse import app
from fullhouse.__main__ import cli
from fullhouse.child_process import ends_with_parent
from tests.priority import prioritize

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

# `app` is imported here so that no child has to; the second name has the nodes of the demo.
PRELOADED = [__name__, app.__name__, "fullhouse_demo.nodes"]
_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class NodeCommand:
    """What a child runs.

    Attributes:
        arguments: Of `fullhouse`.
        environment: All of it.
        log: The file that stdout and stderr go to.
        files: How many files it may have open; None: as many as its parent.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    files: int | None


class NodeProcess:
    """The child, with the calls of `subprocess.Popen` that tests need."""

    def __init__(self, command: NodeCommand) -> None:
        # One fork server serves the whole worker, whoever asks for it first.
        _processes.set_forkserver_preload(PRELOADED)
        self._child: ForkServerProcess = _processes.Process(
            target=_become, args=(command,), daemon=True
        )
        self._child.start()

    @property
    def pid(self) -> int:
        assert self._child.pid is not None, "it was started"
        return self._child.pid

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._child.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it did not within `timeout` seconds.
        """
        self._child.join(timeout)
        if self._child.exitcode is None:
            raise subprocess.TimeoutExpired("fullhouse serve", timeout or 0)
        return self._child.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing happens if it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _become(command: NodeCommand) -> None:
    # So the fork server ends with the test process, however that ends, and this child with it.
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    ends_with_parent(parent=os.getppid())()
    prioritize(os.getpid())
    os.environ.clear()  # noqa: TID251  # as a program gets it from whoever starts it
    os.environ.update(command.environment)  # noqa: TID251  # likewise
    with command.log.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if command.files is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (command.files, command.files))
    cli(list(command.arguments), prog_name="fullhouse")
