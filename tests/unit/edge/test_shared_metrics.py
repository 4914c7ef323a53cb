"""The metrics of several workers, each a process of its own."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

from prometheus_client import values

from fullhouse.edge.metrics import Metrics
from fullhouse.edge.shared_metrics import SharedMetrics
from tests.node_process import PRELOADED
from tests.unit.edge.test_metrics import figures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_processes = multiprocessing.get_context("forkserver")


def as_worker(directory: Path, number: int, work: Callable[[Metrics], None]) -> None:
    """Let a process count as this worker, and be killed without a chance to write anything."""
    _processes.set_forkserver_preload([*PRELOADED, __name__])
    process = _processes.Process(target=_become, args=(directory, number, work))
    process.start()
    process.join()
    assert process.exitcode == -9


def _become(directory: Path, number: int, work: Callable[[Metrics], None]) -> None:
    shared = SharedMetrics(directory, 2)
    shared.reserve(number)
    shared.write_as(number)
    work(Metrics(unread))
    os.kill(os.getpid(), 9)


async def unread() -> bytes:
    raise AssertionError("these metrics are read through the files alone")


def published(directory: Path) -> dict[str, float]:
    """What any worker answers."""
    return figures(SharedMetrics(directory, 2))


def two_seated(metrics: Metrics) -> None:
    metrics.admitted("seated")
    metrics.admitted("seated")
    metrics.connected("host")
    metrics.script_ran("admit", 0.003)
    metrics.watch_loop("sweeps", lambda: 1.5)
    metrics.store_is(up=True)
    metrics.update_gauges()


def one_seated(metrics: Metrics) -> None:
    metrics.admitted("seated")
    metrics.connected("host")
    metrics.script_ran("admit", 0.3)
    metrics.watch_loop("sweeps", lambda: 0.5)
    metrics.store_is(up=False)
    metrics.update_gauges()


def test_counts_are_summed_and_the_worst_of_the_rest_is_shown(tmp_path: Path) -> None:
    as_worker(tmp_path, 1, two_seated)
    as_worker(tmp_path, 2, one_seated)

    all_figures = published(tmp_path)

    expected = {
        "fullhouse_workers": 2,
        'fullhouse_admissions_total{outcome="seated"}': 3,
        'fullhouse_connections{role="host"}': 2,
        'fullhouse_script_seconds_count{script="admit"}': 2,
        'fullhouse_script_seconds_bucket{le="0.005",script="admit"}': 1,
        'fullhouse_loop_behind_seconds{loop="sweeps"}': 1.5,
        "fullhouse_store_up": 0,
    }
    assert {name: all_figures.get(name) for name in expected} == expected


def test_a_worker_that_is_replaced_keeps_its_counts_and_loses_its_gauges(tmp_path: Path) -> None:
    as_worker(tmp_path, 1, two_seated)
    files = sorted(tmp_path.iterdir())
    SharedMetrics(tmp_path, 2).forget(1)
    between = published(tmp_path)

    as_worker(tmp_path, 1, one_seated)

    after = published(tmp_path)
    assert between['fullhouse_admissions_total{outcome="seated"}'] == 2
    assert 'fullhouse_connections{role="host"}' not in between
    assert after['fullhouse_admissions_total{outcome="seated"}'] == 3
    assert after['fullhouse_connections{role="host"}'] == 1
    assert sorted(tmp_path.iterdir()) == files


def test_the_space_of_the_files_is_taken_before_anything_is_counted(tmp_path: Path) -> None:
    """A disk that is full later cannot kill a worker, which writes to memory."""
    SharedMetrics(tmp_path, 2).reserve(1)

    for file in tmp_path.iterdir():
        assert file.stat().st_blocks * 512 >= file.stat().st_size > 0


def test_a_process_alone_counts_in_its_own_memory() -> None:
    assert values.ValueClass is values.MutexValue
    assert "fullhouse_process_resident_memory_bytes" in figures(Metrics())
