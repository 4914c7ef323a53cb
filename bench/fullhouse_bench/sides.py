"""The sides of a comparison: servers with their crowds. Only one server runs at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from fullhouse_bench.case import Notes
from fullhouse_bench.clients import Crowd, Round, crowd
from fullhouse_bench.lab import Lab
from fullhouse_bench.servers import MARK, Server

WARM_UP = 200  # connections after which a server has loaded all of its modules
SETTLE_S = 0.4  # after a thaw, in which overdue timers run

KIB = 1024


@dataclass(frozen=True, slots=True)
class Side:
    """A server and its crowd."""

    server: Server
    crowd: Crowd

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Let the server run only while the block is open."""
        self.server.program.thaw()
        time.sleep(SETTLE_S)
        try:
            yield
        finally:
            self.server.program.freeze()

    def broadcast(self) -> tuple[int, Round]:
        """Broadcast one frame. Returns when it was requested, and when it arrived."""
        self.crowd.arm(MARK)
        began_ns = time.monotonic_ns()
        self.server.broadcast()
        return began_ns, self.crowd.round()


@contextmanager
def gathered(
    lab: Lab, notes: Notes, starts: Mapping[str, Callable[[Lab], AbstractContextManager[Server]]]
) -> Iterator[list[Side]]:
    """All servers that can be started on this machine, with their crowds, frozen.

    Also records the memory per connection and the rate of arrivals, once.
    """
    with ExitStack() as running:
        sides = []
        for name, start in starts.items():
            lab.tell(f"{name}: {lab.size.people} connections")
            with notes.may_be_missing(name):
                sides.append(_filled(lab, notes, running, start))
        yield sides


def _filled(
    lab: Lab,
    notes: Notes,
    running: ExitStack,
    start: Callable[[Lab], AbstractContextManager[Server]],
) -> Side:
    with ExitStack() as starting:  # if one part fails, the parts before it are stopped
        server = starting.enter_context(start(lab))
        people = starting.enter_context(crowd(lab, server.target))
        people.open(WARM_UP)
        before = server.program.rss_bytes()
        more = lab.size.people - WARM_UP
        seconds = people.open(more)
        each_kib = (server.program.rss_bytes() - before) / more / KIB
        notes.note(server.name, "memory", "KiB a connection", each_kib)
        notes.note(server.name, "arrivals", "connections/s", more / seconds)
        server.program.freeze()
        running.push(starting.pop_all())
        return Side(server, people)
