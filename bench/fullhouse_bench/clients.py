"""The compiled load client: thousands of WebSocket clients on their own core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fullhouse_bench.programs import Program, ProgramFailed, started

if TYPE_CHECKING:
    from fullhouse_bench.lab import Lab

ROUND_S = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """How clients connect to a server.

    Attributes:
        port: The port on 127.0.0.1.
        path: The path of the WebSocket.
        subprotocol: The subprotocol to ask for, if any.
        hellos: The first messages of the clients, one each. Empty: the clients send none.
        placed: A frame with this text means that the client is in. Empty: the handshake does.
        is_raw: Whether a plain socket is used, without a handshake.
    """

    port: int
    path: str = "/"
    subprotocol: str = ""
    hellos: Sequence[str] = ()
    placed: str = ""
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """When one frame reached the clients, in ns of the machine's monotonic clock."""

    frames: int
    first: int
    p50: int
    p99: int
    last: int


@dataclass(frozen=True, slots=True)
class Probe:
    """The times of unrelated requests, in ms."""

    count: int
    p50: float
    p99: float
    max: float


class Crowd:
    """The clients of one server."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def open(self, count: int) -> float:
        """Open `count` more clients. Returns the seconds from the first to the last.

        Raises:
            ProgramFailed: some clients did not get in.
        """
        answer = self._program.ask(f"open {count}", "open")
        if answer["lost"]:
            raise ProgramFailed(f"{answer['lost']} of {count} clients did not come in")
        return float(answer["ns"]) / 1e9

    def arm(self, mark: str) -> None:
        """Let every client wait for a frame that contains `mark`."""
        self._program.ask(f"arm {mark}", "armed")

    def round(self) -> Round:
        """Wait until every client has that frame."""
        answer = self._program.answer("round", ROUND_S)
        return Round(*(answer[name] for name in ("frames", "first", "p50", "p99", "last")))

    def probe(self, path: str) -> None:
        """Begin to request `path` every 2 ms, on a separate connection."""
        self._program.ask(f"probe {path}", "probing")

    def probed(self) -> Probe:
        """End these requests, and return their times."""
        answer = self._program.ask("probed", "probed")
        figures = (answer[name] / 1e6 for name in ("p50", "p99", "max"))
        return Probe(answer["count"], *figures)

    def close(self) -> None:
        """Drop all connections."""
        self._program.ask("close", "closed")


@contextmanager
def crowd(lab: Lab, target: Target) -> Iterator[Crowd]:
    """An empty crowd for that target."""
    options = {
        "port": target.port,
        "path": target.path,
        "subprotocol": target.subprotocol,
        "placed": target.placed,
        "hellos": _file_of(lab, target),
        "raw": int(target.is_raw),
    }
    command = [str(lab.tools.compiled("load"))]
    command += [f"{name}={value}" for name, value in options.items() if value]
    with started(command, core=lab.cores.load, log=lab.log(f"load-{target.port}")) as program:
        yield Crowd(program)


def _file_of(lab: Lab, target: Target) -> Path | str:
    if not target.hellos:
        return ""
    path = lab.log(f"hellos-{target.port}")  # a new file, because a target may have several crowds
    path.write_text("\n".join(target.hellos) + "\n")
    return path
