"""Starts the children of the supervisor with what they need: sockets, files and settings."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from socket import SO_ACCEPTCONN, SOL_SOCKET

from fullhouse import logs
from fullhouse.edge.shared_metrics import SharedMetrics
from fullhouse.edge.sockets import bound_sockets
from fullhouse.settings import Settings
from fullhouse.siblings import Siblings
from fullhouse.worker import Worker
from fullhouse.workers.child import Child, Report, fork
from fullhouse.workers.store_process import run_store
from fullhouse.workers.wakeup import Wakeup

Run = Callable[[Settings, Worker], None]


class Launcher:
    """Forks the children of the supervisor, and holds what they share.

    Args:
        settings: Of all workers.
        run: What each worker does.
        wakeup: The supervisor's own, which children close.
        directory: For the sockets and metrics of the workers.

    Attributes:
        store_url: The URL of the store.
        metrics: The metrics of all workers.
        restarts: Counts workers that ended.
    """

    def __init__(self, settings: Settings, run: Run, wakeup: Wakeup, directory: Path) -> None:
        self._settings = settings
        self._run = run
        self._wakeup = wakeup
        self._directory = directory
        # These never listen. They keep the address for this user, also while no worker runs.
        self._address = bound_sockets(settings.host, settings.port)
        self._sockets: dict[int, list[socket.socket]] = {}
        self._store_used, uses_store = os.pipe()
        self._uses_store: int | None = uses_store
        self._is_first = True
        self.store_url = settings.redis_url
        self.metrics = SharedMetrics(directory, settings.workers)
        self.restarts = self.metrics.restarts()
        self._later_settings = _copied(settings, directory)

    @property
    def address(self) -> tuple[str, int]:
        """The host and port of the workers."""
        host, port = self._address[0].getsockname()[:2]
        return host, port

    def start_store(self) -> Child:
        """Fork the process of the embedded store."""

        def run(report: Report) -> None:
            self.release_store()
            run_store(self._settings.data_dir, self._store_used, report.started)

        return self._forked(run, worker=None)

    def start_worker(self, number: int) -> Child:
        """Fork a worker.

        Raises:
            OSError: its sockets cannot be bound now, or there is no place for a process.
        """
        sockets = self._sockets.get(number) or self._bind(number)
        self.metrics.reserve(number)
        is_first, self._is_first = self._is_first, False

        def run(report: Report) -> None:
            os.close(self._store_used)
            self.metrics.write_as(number)
            self._run(
                self._settings_of(is_first=is_first),
                Worker(
                    number=number,
                    is_first=is_first,
                    sockets=sockets,
                    metrics=self.metrics,
                    siblings=Siblings(self._directory, number, self._settings.workers),
                    started=report.started,
                    alive=report.alive,
                ),
            )

        child = self._forked(run, worker=number)
        self.metrics.note_pid(number, child.pid)
        return child

    def has_queue(self, number: int) -> bool:
        """Whether connections to the sockets of this worker wait in a queue until it serves."""
        sockets = self._sockets.get(number, [])
        return any(each.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) for each in sockets)

    def close_sockets(self, number: int) -> None:
        """Let the other workers take the connections of this one, until it is started again."""
        for each in self._sockets.pop(number, []):
            each.close()

    def close_all_sockets(self) -> None:
        for number in list(self._sockets):
            self.close_sockets(number)
        for each in self._address:
            each.close()

    def release_store(self) -> None:
        """Let the store end as soon as no worker uses it. Safe to repeat."""
        if self._uses_store is not None:
            os.close(self._uses_store)
            self._uses_store = None

    def _bind(self, number: int) -> list[socket.socket]:
        port = self._address[0].getsockname()[1]
        self._sockets[number] = bound_sockets(self._settings.host, port)
        return self._sockets[number]

    def _forked(self, run: Callable[[Report], None], *, worker: int | None) -> Child:
        """Fork a child. It closes the sockets of others, and names itself in its log lines."""
        foreign = [
            each
            for number, sockets in self._sockets.items()
            if number != worker
            for each in sockets
        ]

        def be_child(report: Report) -> None:
            for each in (*foreign, *self._address):
                each.close()
            logs.configure(sys.stderr, worker=worker)
            run(report)

        return fork(be_child, foreign=(self._wakeup.reading, self._wakeup.writing))

    def _settings_of(self, *, is_first: bool) -> Settings:
        """The settings of a worker. All workers serve what the first one has checked."""
        settings = self._settings if is_first else self._later_settings
        return replace(settings, redis_url=self.store_url)


def _copied(settings: Settings, directory: Path) -> Settings:
    """The settings with copies of the files that they name.

    A file that is changed later must not change a single worker, when it is started again.
    """
    copies = {
        name: Path(shutil.copy(file, directory / name))
        for name, file in (("plans", settings.plans), ("token_jwks", settings.token_jwks))
        if file is not None
    }
    return replace(settings, **copies)  # type: ignore[arg-type]  # two fields of that type
