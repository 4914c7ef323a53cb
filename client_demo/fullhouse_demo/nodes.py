"""The two nodes of the demo: child processes on one store, as in production."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from errno import EACCES
from typing import TYPE_CHECKING

from fullhouse import app, logs
from fullhouse.clock import SystemClock
from fullhouse_demo.host_routes import host_routes
from fullhouse_demo.node_job import NodeJob
from fullhouse_demo.platform import platform_of
from fullhouse_demo.routes import demo_routes

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess


STOP_S = 10.0  # the drain takes a second or two; after this time the node is killed

# Not fork, because the parent runs an event loop, which must not be copied. The fork server runs
# no loop. It has already imported the modules, which take most of a node's start time of a second.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


class PortNotUsable(Exception):
    """No server can listen on this port. The text names another port that may be free."""

    def __init__(self, port: int, error: OSError) -> None:
        is_denied = error.errno == EACCES
        taken = "is taken, perhaps by a demo that still runs"
        reason = "may not be opened by this user" if is_denied else taken
        another = port + (8000 if is_denied else 1000)
        super().__init__(f"Port {port} {reason}. Try another: fullhouse demo --port {another}")


@asynccontextmanager
async def running_nodes(jobs: Sequence[NodeJob]) -> AsyncIterator[list[ForkServerProcess]]:
    """Start a process for each job, and stop the processes at the end of the block.

    The processes may not be ready yet. A caller may replace a process in the list. All processes
    that are in the list at the end are stopped.

    Raises:
        PortNotUsable: the port is in use, or this user may not open it.
    """
    for job in jobs:
        check_free(job.settings.host, job.settings.port)
    nodes = [process_for(job) for job in jobs]
    try:
        for node in nodes:
            node.start()
        yield nodes
    finally:
        await asyncio.gather(*(asyncio.to_thread(_stop, node) for node in nodes))


def process_for(job: NodeJob) -> ForkServerProcess:
    """A process that becomes the node of `job` once it is started."""
    return _processes.Process(target=run_node, args=(job,), daemon=True)


def run_node(job: NodeJob) -> None:
    """Run a node in the child process until SIGTERM, Ctrl-C or the end of the parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with job.log_path.open("a") as log:
        logs.configure(log)
        secret = job.settings.signing_secret()
        clock = SystemClock()
        routes = (
            *host_routes(job, secret=secret, clock=clock, platform=platform_of(job)),
            *demo_routes(job.demo, secret=secret, clock=clock),
        )
        app.serve(job.settings, extra_routes=routes)


def check_free(host: str, port: int) -> None:
    """Check the port before the start, because a node would report the error only in its log.

    Raises:
        PortNotUsable: the port is in use, or this user may not open it.
    """
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise PortNotUsable(port, error) from error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(node: ForkServerProcess) -> None:
    if node.pid is None:  # the process was never started
        return
    node.terminate()
    node.join(STOP_S)
    if node.exitcode is None:
        node.kill()
        node.join()
