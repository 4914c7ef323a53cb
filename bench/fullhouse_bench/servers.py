"""What the sides of a comparison share: a target for clients, one frame to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fullhouse_bench.clients import Target
from fullhouse_bench.programs import Program

MARK = "refresh_required"
"""What the load client looks for in each frame."""

SAMPLE = (
    '{"type":"refresh_required","room":"hall","epoch":1763856000000,"rev":10123,'
    '"refresh":"1763856000000-10123","reason":"capacity_changed","called_from":1763856000001,'
    '"called_to":1763856000250,"window_ms":2500,"claim_s":45.0}'
)
"""The same message as ours, for those who have none: every side sends so many bytes."""


class Server(Protocol):
    """One side of a comparison."""

    name: str

    @property
    def program(self) -> Program: ...

    @property
    def target(self) -> Target: ...

    def broadcast(self) -> None:
        """Have one frame sent to everybody connected; they need not have it on return."""
        ...


@dataclass(slots=True)
class Told:
    """A server that broadcasts when it is told to on its stdin."""

    name: str
    program: Program
    target: Target

    def broadcast(self) -> None:
        self.program.say(f"go {SAMPLE}")
