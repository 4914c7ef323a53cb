"""The common part of all sides of a comparison: a target for clients, and a broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fullhouse_bench.clients import Target
from fullhouse_bench.programs import Program

MARK = "refresh_required"
"""The text that the load client looks for in each frame."""

SAMPLE = (
    '{"type":"refresh_required","room":"hall","epoch":1763856000000,"rev":10123,'
    '"refresh":"1763856000000-10123","reason":"capacity_changed","called_from":1763856000001,'
    '"called_to":1763856000250,"window_ms":2500,"claim_s":45.0}'
)
"""A copy of our message for the other servers, so that all sides send the same bytes."""


class Server(Protocol):
    """One side of a comparison."""

    name: str

    @property
    def program(self) -> Program: ...

    @property
    def target(self) -> Target: ...

    def broadcast(self) -> None:
        """Start to send one frame to all clients. They may not have it when the call returns."""
        ...


@dataclass(slots=True)
class Told:
    """A server that broadcasts after a command on its stdin."""

    name: str
    program: Program
    target: Target

    def broadcast(self) -> None:
        self.program.say(f"go {SAMPLE}")
