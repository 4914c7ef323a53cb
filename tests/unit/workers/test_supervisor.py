"""The supervisor, with real processes that do little."""

from __future__ import annotations

import gc
import os
import signal
import socket
import time
from collections import Counter
from typing import TYPE_CHECKING

import click
import pytest

from fullhouse.setting_row import SettingsError
from fullhouse.settings import Settings
from fullhouse.workers.supervisor import supervise
from tests.supervised import Supervised, Times, answered, connected, serve_plainly, supervised

if TYPE_CHECKING:
    from pathlib import Path

    from fullhouse.worker import Worker


def started(running: Supervised) -> int:
    """The port, once all workers serve."""
    running.until(lambda: running.lines("workers.started"))
    port: int = running.lines("workers.started")[0]["port"]
    return port


def pids(running: Supervised, worker: int) -> list[int]:
    """The processes of a worker, oldest first."""
    lines = running.lines("child.starting")
    return [line["pid"] for line in lines if line["child"] == f"worker {worker}"]


def test_connections_are_spread_over_all_workers() -> None:
    with supervised(serve_plainly, workers=4) as running:
        port = started(running)

        answers = Counter(answered(connected(port)) for _ in range(400))

    assert answers.keys() == set("1234")
    assert min(answers.values()) > 50  # 100 on average


def wait_before_serving_again(worker: Worker, directory: Path) -> None:
    try:
        (directory / f"served-{worker.number}").touch(exist_ok=False)
    except FileExistsError:
        while not (directory / "go-on").exists():
            time.sleep(0.01)
    serve_plainly(worker, directory)


def test_a_dead_worker_is_replaced_and_no_connection_is_refused() -> None:
    """Those that come meanwhile wait in the queue of its socket."""
    with supervised(wait_before_serving_again) as running:
        port = started(running)
        (dead,) = pids(running, 2)

        os.kill(dead, signal.SIGKILL)
        running.until(lambda: running.lines("child.died"))
        clients = [connected(port) for _ in range(40)]
        (running.directory / "go-on").touch()
        answers = Counter(map(answered, clients))

        assert answers.keys() == set("12")
        (line,) = running.lines("child.died")
        assert (line["child"], line["pid"], line["exit"]) == ("worker 2", dead, "signal SIGKILL")
        running.until(
            lambda: len(pids(running, 2)) == 2
        )  # it may serve before its start is logged


def die_after_the_start(worker: Worker, directory: Path) -> None:
    if worker.number == 1:
        serve_plainly(worker, directory)
    worker.sockets[0].listen()
    worker.started()
    os._exit(7)


def test_a_worker_that_keeps_dying_is_started_less_and_less_often() -> None:
    with supervised(die_after_the_start) as running:
        running.until(lambda: len(running.lines("child.died")) == 3)

        lines = running.lines("child.died")

    assert [line["exit"] for line in lines] == ["exit code 7"] * 3
    assert [line["restart_in_s"] for line in lines] == [0, 1, 2]


def test_nobody_waits_for_a_worker_that_pauses() -> None:
    with supervised(die_after_the_start) as running:
        port = started(running)
        running.until(lambda: len(running.lines("child.died")) == 2)

        answers = Counter(answered(connected(port)) for _ in range(20))

    assert answers == {"1": 20}


def never_serve_again(worker: Worker, directory: Path) -> None:
    try:
        (directory / f"served-{worker.number}").touch(exist_ok=False)
    except FileExistsError:
        signal.pause()
    serve_plainly(worker, directory)


def test_nobody_waits_for_a_worker_that_does_not_serve_soon() -> None:
    """As when it is replaced while the store is away."""
    with supervised(never_serve_again, times=Times(serves_within_s=0.1, stable_s=0)) as running:
        port = started(running)
        os.kill(pids(running, 2)[0], signal.SIGKILL)
        running.until(lambda: len(pids(running, 2)) == 3)

        answers = Counter(answered(connected(port)) for _ in range(20))

        assert answers == {"1": 20}
        assert len(running.lines("child.slow")) == 1
        assert is_running(pids(running, 2)[-1])  # it has no queue, and may take its time


def test_a_worker_that_is_told_to_stop_is_replaced() -> None:
    """An operator may restart the workers of a node one by one."""
    with supervised(serve_plainly) as running:
        started(running)

        os.kill(pids(running, 1)[0], signal.SIGTERM)

        running.until(lambda: len(pids(running, 1)) == 2)


def be_refused(worker: Worker, directory: Path) -> None:
    raise click.ClickException("FULLHOUSE_PLANS: nothing is on sale")


def test_what_is_wrong_with_the_settings_is_said_once() -> None:
    with supervised(be_refused, workers=3) as running:
        code = running.ended()

        assert code == 1
        assert running.log.count("FULLHOUSE_PLANS: nothing is on sale") == 1
        assert len(running.lines("child.starting")) == 1
        assert not running.run_directory_is_left()


def test_an_address_that_is_taken_meanwhile_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = Settings(port=other.getsockname()[1], workers=2, redis_url="redis://127.0.0.1")
        handler = signal.getsignal(signal.SIGTERM)

        with pytest.raises(SettingsError, match=r"^FULLHOUSE_WORKERS: .*in use$"):
            supervise(settings, lambda *_: None)

        assert signal.getsignal(signal.SIGTERM) == handler
    gc.unfreeze()


def die_at_the_start(worker: Worker, directory: Path) -> None:
    os._exit(7)


def be_killed_at_the_start(worker: Worker, directory: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_at_the_first_start_ends_all_with_its_exit_code() -> None:
    with supervised(die_at_the_start) as running:
        assert running.ended() == 7
        assert "Error: Worker 1 ended at its start with exit code 7." in running.log
    with supervised(be_killed_at_the_start) as running:
        assert running.ended() == 128 + signal.SIGKILL


def be_refused_later(worker: Worker, directory: Path) -> None:
    if worker.is_first:
        serve_plainly(worker, directory)
    be_refused(worker, directory)


def test_a_later_worker_that_cannot_start_does_not_end_those_that_serve() -> None:
    with supervised(be_refused_later) as running:
        running.until(lambda: len(running.lines("child.died")) == 2)

        lines = running.lines("child.died")

    assert {line["reason"] for line in lines} == {"FULLHOUSE_PLANS: nothing is on sale"}


def note_signals(worker: Worker, directory: Path) -> None:
    def note(number: int, _: object) -> None:
        with (directory / f"heard-{worker.number}").open("a") as file:
            file.write(f"{signal.Signals(number).name}\n")

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    worker.started()
    while True:
        signal.pause()


def test_signals_are_passed_on_to_all_workers() -> None:
    with supervised(note_signals) as running:
        started(running)
        # Ctrl-C at a terminal reaches every process of the supervisor's session.
        assert all(os.getsid(pid) == pid for number in (1, 2) for pid in pids(running, number))
        heard = [running.directory / f"heard-{number}" for number in (1, 2)]

        for count in (1, 2):  # the second Ctrl-C ends the drain
            running.send(signal.SIGINT)
            running.until(
                lambda count=count: all(  # type: ignore[misc]
                    file.exists() and file.read_text() == "SIGINT\n" * count for file in heard
                )
            )
        running.send(signal.SIGTERM)

        assert running.ended() == 0
        assert running.lines("child.died") == []
        assert not running.run_directory_is_left()


def test_workers_stop_when_their_supervisor_is_killed() -> None:
    with supervised(serve_plainly) as running:
        started(running)
        workers = [pids(running, number)[0] for number in (1, 2)]

        running.send(signal.SIGKILL)

        running.until(lambda: not any(map(is_running, workers)))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def hang(worker: Worker, directory: Path) -> None:
    if worker.number == 2:
        worker.started()
        signal.pause()
    (listener,) = worker.sockets
    listener.settimeout(0.01)
    listener.listen()
    worker.started()
    while True:
        worker.alive()
        time.sleep(0.01)


def test_a_worker_whose_loop_hangs_is_replaced() -> None:
    with supervised(hang, times=Times(alive_check_s=0.05)) as running:
        running.until(lambda: len(pids(running, 2)) == 2)

        assert running.lines("child.hung")[0]["child"] == "worker 2"
        assert len(pids(running, 1)) == 1


def tell_the_first(worker: Worker, directory: Path) -> None:
    if worker.is_first:
        (directory / "first").touch(exist_ok=False)
    serve_plainly(worker, directory)


def test_only_one_worker_is_the_first() -> None:
    with supervised(tell_the_first) as running:
        started(running)
        os.kill(pids(running, 1)[0], signal.SIGKILL)

        running.until(lambda: len(pids(running, 1)) == 2)
        answered(connected(started(running)))

        assert "FileExistsError" not in running.log
