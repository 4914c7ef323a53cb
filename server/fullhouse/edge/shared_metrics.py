"""The metrics of all workers of one `serve`, in files that every worker can read.

Each worker writes its values into files of its own, which are mapped into its memory. So a worker
that is killed loses no count, and the worker that replaces it continues the same files: a counter
never falls, and the number of files does not grow with restarts. Gauges of a dead worker are
removed. Source: docs/decisions/0044-workers.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest, values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

NAMESPACE = "fullhouse"

_SUPERVISOR = 0  # workers count from 1

# Larger than a worker ever needs, because a file that grows could find the disk full, and writing
# to memory without a page of the disk kills the process (SIGBUS).
_COUNTS_BYTES = 2**20
_GAUGES_BYTES = 2**16
_KINDS = {
    "counter": _COUNTS_BYTES,
    "histogram": _COUNTS_BYTES,
    "gauge_livemax": _GAUGES_BYTES,
    "gauge_livemin": _GAUGES_BYTES,
    "gauge_livesum": _GAUGES_BYTES,
}


@dataclass(frozen=True, slots=True)
class SharedMetrics:
    """The files with the metrics of all workers.

    Attributes:
        directory: Where the files are. Private to this `serve`.
        workers: How many workers there are.
    """

    directory: Path
    workers: int

    def reserve(self, worker: int) -> None:
        """Create the files of a worker, with all of their space, unless they exist.

        Raises:
            OSError: there is no space for them.
        """
        for kind, size in _KINDS.items():
            with (self.directory / f"{kind}_{worker}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, size)

    def write_as(self, worker: int) -> None:
        """Let all metrics that this process makes from now on count in the files of `worker`."""
        # The library reads the directory from the environment, at the first value.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self.directory)  # noqa: TID251
        values.ValueClass = values.MultiProcessValue(lambda: worker)  # type: ignore[no-untyped-call]

    def restarts(self) -> Counter:
        """The counter of the supervisor. Call this once, in the supervisor."""
        self.reserve(_SUPERVISOR)
        self.write_as(_SUPERVISOR)
        return restarts_counter(CollectorRegistry())

    def note_pid(self, worker: int, pid: int) -> None:
        """Store the process id of a worker that has been started."""
        self._pid_file(worker).write_text(str(pid))

    def forget(self, worker: int) -> None:
        """Remove what is true only of a living worker. Its counts stay."""
        self._pid_file(worker).unlink(missing_ok=True)
        mark_process_dead(worker, str(self.directory))  # type: ignore[no-untyped-call]

    def text(self) -> bytes:
        """The metrics of all workers, in the exposition format of Prometheus."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self.directory))  # type: ignore[no-untyped-call]
        registry.register(_Processes(self))
        return generate_latest(registry)

    def pids(self) -> Iterator[tuple[int, int]]:
        """The number and process id of each worker that runs."""
        for worker in range(1, self.workers + 1):
            with suppress(OSError, ValueError):  # it ends, or is started, at this moment
                yield worker, int(self._pid_file(worker).read_text())

    def _pid_file(self, worker: int) -> Path:
        return self.directory / f"worker-{worker}.pid"


def restarts_counter(registry: CollectorRegistry) -> Counter:
    """The counter of restarted workers. It stays 0 where there is no supervisor."""
    return Counter(
        "worker_restarts",
        "Worker processes that ended unexpectedly and were started again.",
        namespace=NAMESPACE,
        registry=registry,
    )


class _Processes(Collector):
    """Memory, CPU time and open files of each worker, with its number as a label."""

    def __init__(self, shared: SharedMetrics) -> None:
        self._shared = shared

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for worker, pid in self._shared.pids():
            process = ProcessCollector(NAMESPACE, pid=lambda pid=pid: pid, registry=None)  # type: ignore[misc]
            for one in process.collect():
                metric = Metric(one.name, one.documentation, one.type)
                for sample in one.samples:
                    found.setdefault(one.name, metric).add_sample(
                        sample.name, {"worker": str(worker)}, sample.value
                    )
        yield from found.values()
