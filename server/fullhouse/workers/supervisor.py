"""Runs several worker processes at one address, and starts those again that end.

Theory of operation. The supervisor runs no event loop and no thread, so that it can fork at any
time: a worker starts with all modules already loaded. It waits for signals, and looks at its
children after each one and at least every `TICK_S`. The store process, if there is one, starts
first; then the first worker, which checks everything that the operator may have set wrongly; then
the others. Until the first worker has served, an end of a child ends the supervisor. Later a child
that ends is started again. When the supervisor is told to stop it passes the signal on to all
workers, which stop as single nodes do, at the same time; the store process ends after them.

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
from fullhouse.workers.forks import Forks, Run
from fullhouse.workers.run_directory import run_directory
from fullhouse.workers.slot import Slot, exit_text
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
        SettingsError: the address, or a place for the files of the workers, cannot be had.
    """
    # Objects that no collection visits stay in pages of memory that all workers share.
    gc.collect()
    gc.freeze()
    with run_directory() as directory, watching_signals() as wakeup:
        try:
            forks = Forks(settings, run, wakeup, directory)
        except OSError as error:
            raise SettingsError("workers", f"cannot be started: {error.strerror}") from error
        supervisor = Supervisor(settings, forks, wakeup)
        try:
            supervisor.run()
        except BaseException:
            supervisor.stop(signal.SIGTERM)
            supervisor.run()
            raise


class Supervisor:
    """The loop of the supervisor. Make one with `supervise`."""

    def __init__(self, settings: Settings, forks: Forks, wakeup: Wakeup) -> None:
        self._forks = forks
        self._wakeup = wakeup
        self._stops_within_s = settings.shutdown_delay_s + 2 * settings.drain_s + STOPS_WITHIN_S
        self._store = (
            Slot("store process", forks.store) if settings.redis_url == "embedded" else None
        )
        self._workers = {
            number: Slot(f"worker {number}", partial(forks.worker, number))
            for number in range(1, settings.workers + 1)
        }
        self._first = self._workers[1]
        self._kill_s: float | None = None
        self._alive_check_s = monotonic() + ALIVE_CHECK_S
        self._all_started = False

    def run(self) -> None:
        """Start and watch the children until all have stopped.

        Raises:
            DiedAtStart: the store or the first worker ended before it served.
        """
        while not (self._is_stopping and not self._running()):
            if not self._is_stopping:
                self._start_due()
            for number in self._wakeup.wait(TICK_S if self._all_started else START_TICK_S):
                if number is not signal.SIGCHLD:
                    self.stop(number)
            self._look()
            self._check_time()

    @property
    def _is_stopping(self) -> bool:
        return self._kill_s is not None

    def _running(self) -> list[Slot]:
        slots = [*self._workers.values(), *([self._store] if self._store else [])]
        return [slot for slot in slots if slot.child]

    def _start_due(self) -> None:
        if self._store and self._store.is_due:
            self._store.start()
        if self._store and not self._store.has_started:
            return
        for slot in self._workers.values():
            if slot.is_due and (slot is self._first or self._first.has_started):
                slot.start()

    def _look(self) -> None:
        if self._store:
            self._look_at_store(self._store)
        for number, slot in self._workers.items():
            if ended := slot.look():
                self._worker_ended(number, slot, *ended)
        if not self._all_started and all(slot.has_started for slot in self._workers.values()):
            self._all_started = True
            host, port = self._forks.address
            log.info(
                "workers.started",
                extra={"workers": len(self._workers), "host": host, "port": port},
            )
        if self._is_stopping and not any(slot.child for slot in self._workers.values()):
            self._forks.release_store()

    def _look_at_store(self, store: Slot) -> None:
        ended = store.look()
        if store.child and store.child.started:
            self._forks.store_url = store.child.started
        if ended and not self._is_stopping:
            if not store.has_started:
                raise DiedAtStart("The process of the store", *ended)
            store.postpone(ended[0])
            store.log_end(*ended)

    def _worker_ended(self, number: int, slot: Slot, child: Child, code: int) -> None:
        self._forks.metrics.forget(number)
        if self._is_stopping:
            return
        if not self._first.has_started:
            raise DiedAtStart(f"Worker {number}", child, code)
        self._forks.restarts.inc()
        if slot.postpone(child) or child.started is None:
            self._forks.close_sockets(number)
        slot.log_end(child, code)

    def stop(self, number: signal.Signals) -> None:
        """Stop all workers with this signal. A second Ctrl-C ends the drain of every worker."""
        if not self._is_stopping:
            self._kill_s = monotonic() + self._stops_within_s
            log.info("workers.stopping", extra={"workers": len(self._workers)})
        for slot in self._workers.values():
            if slot.child:
                slot.child.send(number)
        # From now on a socket closes when its worker closes it.
        self._forks.close_all_sockets()

    def _check_time(self) -> None:
        for number, slot in self._workers.items():
            if self._forks.has_queue(number):
                slot.end_if_slow(SERVES_WITHIN_S)
        now_s = monotonic()
        if self._kill_s is not None:
            if now_s >= self._kill_s:
                for slot in self._running():
                    slot.kill()
        elif now_s >= self._alive_check_s:
            self._alive_check_s = now_s + ALIVE_CHECK_S
            for slot in self._workers.values():
                slot.check_alive()
