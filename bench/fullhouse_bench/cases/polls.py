"""`POST /v1/poll` compared with the least work of the framework: Starlette's hello world.

A poll checks a token, shares one script call with other polls of its room, and builds an answer.
There are 64 connections, each with one pending request. Our polls are from 2,048 people in one
room, so that no person exceeds the rate limit.
"""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from json import loads
from pathlib import Path

from fullhouse_bench.case import Case, Notes
from fullhouse_bench.fullhouse_server import Room, nodes, opened
from fullhouse_bench.lab import Lab
from fullhouse_bench.plots import Bars
from fullhouse_bench.programs import ProgramFailed
from fullhouse_bench.results import OURS
from fullhouse_bench.rivals import RIVALS, STARLETTE

RATE, UNIT = "requests", "requests/s"
CONNECTIONS = 64
PEOPLE = 2048  # with fewer people, a fast node would refuse some polls by its rate limit
PATIENCE_S = 60

_POLL = (
    "POST /v1/poll HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}%%\n"
)
_HELLO = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n%%\n"


def run(lab: Lab, notes: Notes) -> None:
    with ExitStack() as running:
        store = running.enter_context(lab.store())
        (node,) = running.enter_context(nodes(lab, store))
        naive = running.enter_context(RIVALS[STARLETTE](lab))
        polls, hellos = _polls(lab, opened(node, "acme")), lab.folder / "hello.txt"
        hellos.write_text(_HELLO)
        for number in range(lab.size.rounds):
            lab.tell(f"round {number + 1} of {lab.size.rounds}")
            notes.note(OURS, RATE, UNIT, _hammered(lab, node.port, polls))
            notes.note(STARLETTE, RATE, UNIT, _hammered(lab, naive.target.port, hellos))
    what = "POST /v1/poll ÷ Starlette's hello world"
    notes.hold_ratio(what, (OURS, RATE), (STARLETTE, RATE), "at least", 0.5)


def _polls(lab: Lab, room: Room) -> Path:
    path = lab.folder / "polls.txt"
    path.write_text("".join(_POLL.format(token=token) for token in room.tokens(PEOPLE)))
    return path


def _hammered(lab: Lab, port: int, requests: Path) -> float:
    """The answers per second.

    Raises:
        ProgramFailed: requests were refused, or no answer came.
    """
    command = [lab.tools.compiled("hammer"), port, CONNECTIONS, lab.size.hammer_s, requests]
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(done.stderr)
    answer = loads(done.stdout)
    if answer["refused"]:
        raise ProgramFailed(f"{answer['refused']} requests were refused: {done.stderr}")
    return float(answer["answers"]) / float(answer["ns"]) * 1e9


CASE = Case("polls", "Polls", run, (Bars("polls", "Polls beside a hello world", RATE),))
