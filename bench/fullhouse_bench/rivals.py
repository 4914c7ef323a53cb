"""Starts the servers of other projects, on the core for servers."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fullhouse_bench.clients import Target
from fullhouse_bench.programs import Program, free_port, started
from fullhouse_bench.servers import SAMPLE, Server, Told
from fullhouse_bench.tools import HERE

if TYPE_CHECKING:
    from pathlib import Path

    from fullhouse_bench.lab import Lab

LIMIT = "C send() loop"
STARLETTE = "Starlette send_json"
WEBSOCKETS = "websockets broadcast()"
NODE_WS = "Node ws"
SOCKET_IO = "Node socket.io"
NCHAN = "nchan"
PYTHON_SOCKETIO = "python-socketio"
CHANNELS = "Channels + Redis"

Start = Callable[["Lab"], AbstractContextManager[Server]]


@contextmanager
def limit(lab: Lab) -> Iterator[Server]:
    """The raw limit without a server: the kernel and a loop."""
    port = free_port()
    command = [str(lab.tools.compiled("limit")), str(port)]
    with started(command, core=lab.cores.server, log=lab.log("limit")) as program:
        program.answer("listening")
        yield _Loop(program, Target(port, is_raw=True))


@contextmanager
def starlette(lab: Lab) -> Iterator[Server]:
    with _python(lab, sys.executable, "starlette_naive") as (program, port):
        yield Told(STARLETTE, program, Target(port))


@contextmanager
def websockets(lab: Lab) -> Iterator[Server]:
    with _python(lab, sys.executable, "websockets_broadcast") as (program, port):
        yield Told(WEBSOCKETS, program, Target(port))


@contextmanager
def python_socketio(lab: Lab) -> Iterator[Server]:
    python = lab.tools.python_of_peers()
    with _python(lab, python, "socketio_room") as (program, port):
        yield Told(PYTHON_SOCKETIO, program, _engine_io(port))


@contextmanager
def channels(lab: Lab) -> Iterator[Server]:
    python = lab.tools.python_of_peers()
    with ExitStack() as running:
        store = running.enter_context(lab.store())
        peer = _python(lab, python, "channels_group", store.url)
        program, port = running.enter_context(peer)
        yield Told(CHANNELS, program, Target(port))


@contextmanager
def node_ws(lab: Lab) -> Iterator[Server]:
    with _node(lab, "ws.cjs") as (program, port):
        yield Told(NODE_WS, program, Target(port))


@contextmanager
def node_socketio(lab: Lab) -> Iterator[Server]:
    with _node(lab, "socketio.cjs") as (program, port):
        yield Told(SOCKET_IO, program, _engine_io(port))


@contextmanager
def nchan(lab: Lab) -> Iterator[Server]:
    nginx, port = lab.tools.nginx_with_nchan(), free_port()
    log = lab.log("nchan")
    log.with_suffix("").mkdir()
    text = (HERE / "peers" / "nchan.conf").read_text()
    config = log.with_suffix(".conf")
    config.write_text(text.format(folder=log.with_suffix(""), port=port))
    home = log.with_suffix("")
    options: list[str | Path] = ["-c", config, "-p", home, "-e", "stderr", "-g", "user root;"]
    command = [nginx, *options]
    with started(command, core=lab.cores.server, log=log) as program:
        program.until_it_listens(port)
        yield _Nchan(program, Target(port))


RIVALS: dict[str, Start] = {
    LIMIT: limit,
    NCHAN: nchan,
    NODE_WS: node_ws,
    WEBSOCKETS: websockets,
    SOCKET_IO: node_socketio,
    STARLETTE: starlette,
    PYTHON_SOCKETIO: python_socketio,
    CHANNELS: channels,
}
"""All rivals, in order of the cost of a broadcast, the lowest first."""

AT_HAND = (LIMIT, WEBSOCKETS, STARLETTE)
"""The rivals that need no installation."""


@dataclass(slots=True)
class _Loop:
    program: Program
    target: Target
    name: str = LIMIT

    def broadcast(self) -> None:
        self.program.ask(f"go {SAMPLE}", "sent")


@dataclass(slots=True)
class _Nchan:
    program: Program
    target: Target
    name: str = NCHAN

    def broadcast(self) -> None:
        publisher = http.client.HTTPConnection("127.0.0.1", self.target.port, timeout=30)
        publisher.request("POST", "/publish", SAMPLE)
        publisher.getresponse().read()
        publisher.close()


def _engine_io(port: int) -> Target:
    """A target for Engine.IO: the message `40` asks to connect.

    Source: https://socket.io/docs/v4/engine-io-protocol/.
    """
    path = "/socket.io/?EIO=4&transport=websocket"
    return Target(port, path=path, hellos=("40",), placed='40{"sid"')


@contextmanager
def _python(
    lab: Lab, python: Path | str, module: str, *arguments: str
) -> Iterator[tuple[Program, int]]:
    port = free_port()
    command = [python, "-m", f"fullhouse_bench.peers.{module}", str(port), *arguments]
    env = {"PYTHONPATH": str(lab.tools.source_root())}
    with started(command, core=lab.cores.server, log=lab.log(module), env=env) as program:
        program.until_it_listens(port)
        yield program, port


@contextmanager
def _node(lab: Lab, script: str) -> Iterator[tuple[Program, int]]:
    node, home = lab.tools.node_with_peers()
    port = free_port()
    command: list[str | Path] = [node, HERE / "peers" / script, str(port), home]
    with started(command, core=lab.cores.server, log=lab.log(script)) as program:
        program.until_it_listens(port)
        yield program, port
