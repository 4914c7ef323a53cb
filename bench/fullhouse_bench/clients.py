"""The compiled load client: thousands of WebSocket clients on a core of their own."""

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
    """How clients come in to a server.

    Attributes:
        port: On 127.0.0.1.
        path: Of the WebSocket.
        subprotocol: Asked for, if any.
        hellos: What each says after the handshake, in turn; nothing if empty.
        placed: A frame with this text means that the client is in; else the handshake does.
        is_raw: There is no handshake: a socket is enough.
    """

    port: int
    path: str = "/"
    subprotocol: str = ""
    hellos: Sequence[str] = ()
    placed: str = ""
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """When one frame reached the clients, in ns of the machine's steady clock."""

    frames: int
    first: int
    p50: int
    p99: int
    last: int


@dataclass(frozen=True, slots=True)
class Probe:
    """How long an unrelated request took, in ms."""

    count: int
    p50: float
    p99: float
    max: float


class Crowd:
    """Clients of one server."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def open(self, count: int) -> float:
        """Open so many more. Returns the seconds from the first to the last.

        Raises:
            ProgramFailed: not all came in.
        """
        answer = self._program.ask(f"open {count}", "open")
        if answer["lost"]:
            raise ProgramFailed(f"{answer['lost']} of {count} clients did not come in")
        return float(answer["ns"]) / 1e9

    def arm(self, mark: str) -> None:
        """From now on look for a frame with `mark` in it at every client."""
        self._program.ask(f"arm {mark}", "armed")

    def round(self) -> Round:
        """Wait until every client has it."""
        answer = self._program.answer("round", ROUND_S)
        return Round(*(answer[name] for name in ("frames", "first", "p50", "p99", "last")))

    def probe(self, path: str) -> None:
        """Begin to ask for `path` every 2 ms, on a connection of its own."""
        self._program.ask(f"probe {path}", "probing")

    def probed(self) -> Probe:
        """End it."""
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
    path = lab.log(f"hellos-{target.port}")  # a new file: one target may have several crowds
    path.write_text("\n".join(target.hellos) + "\n")
    return path
