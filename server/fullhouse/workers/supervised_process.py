"""A process of the supervisor, which is started again each time that it ends."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from time import monotonic

from fullhouse.domain.worker_restarts import Restarts
from fullhouse.workers.child import Child

log = logging.getLogger(__name__)

MOST_SILENT_CHECKS = 6


class SupervisedProcess:
    """A worker, or the process of the store: one child process after the other.

    Args:
        name: What the child is, in log lines.
        start: Forks the child. An `OSError` means that it cannot be started now.

    Attributes:
        child: The child that runs now. None: it ended, or was not started yet.
        has_served: Whether any of its children has ever served.
    """

    def __init__(self, name: str, start: Callable[[], Child]) -> None:
        self.child: Child | None = None
        self.has_served = False
        self._name = name
        self._start = start
        self._restarts = Restarts()
        self._due_s = 0.0
        self._silent_checks = 0

    @property
    def is_due(self) -> bool:
        """Whether it is time to start the child."""
        return self.child is None and monotonic() >= self._due_s

    def start(self) -> None:
        """Start the child. If this is not possible, it is due again later."""
        try:
            self.child = self._start()
        except OSError as error:
            self._postpone(lived_s=0)
            log.exception("child.not_started", extra={"child": self._name, "reason": str(error)})
            return
        self._silent_checks = 0
        log.info("child.starting", extra={"child": self._name, "pid": self.child.pid})

    def poll(self) -> tuple[Child, int] | None:
        """Read the report of the child. Returns the child and its exit code if it has ended."""
        child = self.child
        if child is None:
            return None
        code = child.exit_code()  # before the report, so that no part of that is missed
        child.read_report()
        self.has_served |= child.started is not None
        if code is None:
            return None
        child.close()
        self.child = None
        return child, code

    def postpone(self, child: Child) -> float:
        """Plan the next start, after a child ended unexpectedly. Returns the pause in seconds."""
        self._postpone(lived_s=child.lived_s)
        return self._restarts.pause_s

    def log_end(self, child: Child, code: int) -> None:
        facts = {
            "child": self._name,
            "pid": child.pid,
            "restart_in_s": self._restarts.pause_s,
        }
        if code == 0:  # somebody sent SIGTERM to this child only
            log.info("child.ended", extra=facts)
        else:
            log.error(
                "child.died", extra={**facts, "exit": exit_text(code), "reason": child.refusal}
            )

    def check_alive(self) -> None:
        """Kill a child that has not reported since `MOST_SILENT_CHECKS` calls of this method.

        Its event loop hangs. The child is started again.
        """
        if self.child is None or self.child.started is None:
            return
        self._silent_checks = 0 if self.child.is_alive else self._silent_checks + 1
        self.child.is_alive = False
        if self._silent_checks >= MOST_SILENT_CHECKS:
            log.error("child.hung", extra={"child": self._name, "pid": self.child.pid})
            self.child.send(signal.SIGKILL)

    def end_if_slow(self, within_s: float) -> None:
        """End a child that was started more than `within_s` seconds ago and does not serve yet."""
        child = self.child
        if child is None or child.started is not None or child.is_told_to_end:
            return
        if monotonic() - child.since_s > within_s:
            child.is_told_to_end = True
            log.warning("child.slow", extra={"child": self._name, "pid": child.pid})
            child.send(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the child, because it did not end in time."""
        if self.child:
            log.warning("child.killed", extra={"child": self._name, "pid": self.child.pid})
            self.child.send(signal.SIGKILL)

    def _postpone(self, *, lived_s: float) -> None:
        self._restarts = self._restarts.after_end(lived_s=lived_s)
        self._due_s = monotonic() + self._restarts.pause_s


def exit_text(code: int) -> str:
    """An exit code in words."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
