"""Runs several worker processes at one address, and starts those again that end.

Theory of operation. The supervisor runs no event loop and no thread, so that it can fork at any
time: a worker starts with all modules already loaded. It waits for signals, and polls its children
after each one and at least every `TICK_S`. The store process, if there is one, starts first; then
the first worker, which checks everything that the operator may have set wrongly; then the others.
If a child ends before the first worker has served, the supervisor ends too. Later, a child that
ends is started again. When the supervisor is told to stop, it passes the signal on to all workers,
which drain at the same time as single nodes do. The store process ends after them.

Each worker has listening sockets of its own, and the supervisor holds a copy of them. So no
connection is refused while a worker is replaced: new ones wait in the queue of its socket. If a
worker must pause before its next start, or does not serve soon, its sockets are closed, and the
kernel gives its share of the connections to the other workers. Its next sockets have no queue
before it serves. Source: docs/decisions/0044-workers.md.
"""

from __future__ import annotations

import gc
import logging
import signal
from functools import partial
from time import monotonic

import click

from fullhouse.setting_row import SettingsError
from fullhouse.settings import Settings
from fullhouse.workers.child import Child
from fullhouse.workers.launcher import Launcher, Run
from fullhouse.workers.run_directory import run_directory
from fullhouse.workers.supervised_process import SupervisedProcess, exit_text
from fullhouse.workers.wakeup import Wakeup, watching_signals

log = logging.getLogger(__name__)

START_TICK_S, TICK_S = 0.05, 0.5
ALIVE_CHECK_S = 5.0
SERVES_WITHIN_S = 5.0
"""For a worker for which connections wait in a queue. The store may be away when it starts."""
STOPS_WITHIN_S = 30.0
"""How long a worker may take to stop, besides its delay and twice its drain window."""


class DiedAtStart(click.ClickException):
    """A child ended before it served, for the reason that it gave or with this exit code."""

    def __init__(self, name: str, child: Child, code: int) -> None:
        super().__init__(child.refusal or f"{name} ended at its start with {exit_text(code)}.")
        # As a shell reports a signal.
        self.exit_code = code if code > 0 else 128 - code  # type: ignore[misc]  # so click wants it


def supervise(settings: Settings, run: Run) -> None:
    """Run `settings.workers` workers until SIGTERM or Ctrl-C.

    Args:
        run: What each worker does. A `click.ClickException` means that it cannot start.

    Raises:
        click.ClickException: a child ended at the first start. The text is for the operator.
        SettingsError: the address is not free, or there is no place for the workers' files.
    """
    # Objects that no collection visits stay in pages of memory that all workers share.
    gc.collect()
    gc.freeze()
    with run_directory() as directory, watching_signals() as wakeup:
        try:
            launcher = Launcher(settings, run, wakeup, directory)
        except OSError as error:
            raise SettingsError("workers", f"cannot be started: {error.strerror}") from error
        supervisor = Supervisor(settings, launcher, wakeup)
        try:
            supervisor.run()
        except BaseException:
            supervisor.stop(signal.SIGTERM)
            supervisor.run()
            raise


class Supervisor:
    """The loop of the supervisor. Make one with `supervise`."""

    def __init__(self, settings: Settings, launcher: Launcher, wakeup: Wakeup) -> None:
        self._launcher = launcher
        self._wakeup = wakeup
        self._stops_within_s = settings.shutdown_delay_s + 2 * settings.drain_s + STOPS_WITHIN_S
        self._store = (
            SupervisedProcess("store process", launcher.start_store)
            if settings.redis_url == "embedded"
            else None
        )
        self._workers = {
            number: SupervisedProcess(f"worker {number}", partial(launcher.start_worker, number))
            for number in range(1, settings.workers + 1)
        }
        self._first = self._workers[1]
        self._kill_s: float | None = None
        self._alive_check_s = monotonic() + ALIVE_CHECK_S
        self._have_all_served = False

    def run(self) -> None:
        """Start and watch the children until all have stopped.

        Raises:
            DiedAtStart: the store or the first worker ended before it served.
        """
        while not (self._is_stopping and not self._running()):
            if not self._is_stopping:
                self._start_due()
            for number in self._wakeup.wait(TICK_S if self._have_all_served else START_TICK_S):
                if number is not signal.SIGCHLD:
                    self.stop(number)
            self._poll()
            self._end_late()

    @property
    def _is_stopping(self) -> bool:
        return self._kill_s is not None

    def _running(self) -> list[SupervisedProcess]:
        processes = [*self._workers.values(), *([self._store] if self._store else [])]
        return [process for process in processes if process.child]

    def _start_due(self) -> None:
        if self._store and self._store.is_due:
            self._store.start()
        if self._store and not self._store.has_served:
            return
        for worker in self._workers.values():
            if worker.is_due and (worker is self._first or self._first.has_served):
                worker.start()

    def _poll(self) -> None:
        if self._store:
            self._poll_store(self._store)
        for number, worker in self._workers.items():
            if ended := worker.poll():
                self._worker_ended(number, worker, *ended)
        if not self._have_all_served:
            self._log_when_all_serve()
        if self._is_stopping and not any(worker.child for worker in self._workers.values()):
            self._launcher.release_store()

    def _log_when_all_serve(self) -> None:
        self._have_all_served = all(worker.has_served for worker in self._workers.values())
        if self._have_all_served:
            host, port = self._launcher.address
            log.info(
                "workers.started",
                extra={"workers": len(self._workers), "host": host, "port": port},
            )

    def _poll_store(self, store: SupervisedProcess) -> None:
        ended = store.poll()
        if store.child and store.child.started:
            self._launcher.store_url = store.child.started
        if ended and not self._is_stopping:
            if not store.has_served:
                raise DiedAtStart("The process of the store", *ended)
            store.postpone(ended[0])
            store.log_end(*ended)

    def _worker_ended(
        self, number: int, worker: SupervisedProcess, child: Child, code: int
    ) -> None:
        self._launcher.metrics.forget(number)
        if self._is_stopping:
            return
        if not self._first.has_served:
            raise DiedAtStart(f"Worker {number}", child, code)
        self._launcher.restarts.inc()
        if worker.postpone(child) or child.started is None:
            self._launcher.close_sockets(number)
        worker.log_end(child, code)

    def stop(self, number: signal.Signals) -> None:
        """Stop all workers with this signal. A second Ctrl-C ends the drain of every worker."""
        if not self._is_stopping:
            self._kill_s = monotonic() + self._stops_within_s
            log.info("workers.stopping", extra={"workers": len(self._workers)})
        for worker in self._workers.values():
            if worker.child:
                worker.child.send(number)
        # From now on a socket closes when its worker closes it.
        self._launcher.close_all_sockets()

    def _end_late(self) -> None:
        """End children that are too late with their start, their report or their end."""
        for number, worker in self._workers.items():
            if self._launcher.has_queue(number):
                worker.end_if_slow(SERVES_WITHIN_S)
        now_s = monotonic()
        if self._kill_s is None:
            self._check_alive(now_s)
        elif now_s >= self._kill_s:
            for process in self._running():
                process.kill()

    def _check_alive(self, now_s: float) -> None:
        if now_s < self._alive_check_s:
            return
        self._alive_check_s = now_s + ALIVE_CHECK_S
        for worker in self._workers.values():
            worker.check_alive()
