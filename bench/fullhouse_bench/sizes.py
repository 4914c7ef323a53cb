"""How much is measured: the whole thing, and a short form for every day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How large and how long the cases are.

    Attributes:
        name: What the results call it.
        people: Connections of each server.
        rounds: How often each quantity is measured; the sides take turns.
        admissions: People let in, in one round.
        hammer_s: How long HTTP requests are sent, in one round.
        idle_s: Over how long an idle node is watched: whole turns of its keep-alive.
        lines: How many wait, in the case about the length of a line.
        has_peers: Whether other servers are installed and measured.
    """

    name: str
    people: int
    rounds: int
    admissions: int
    hammer_s: float
    idle_s: float
    lines: tuple[int, ...]
    has_peers: bool


FULL = Size(
    name="full",
    people=10_000,
    rounds=7,
    admissions=20_000,
    hammer_s=2.0,
    idle_s=30.0,
    lines=(100, 1_000, 10_000, 100_000),
    has_peers=True,
)

SHORT = Size(
    name="short",
    people=2_000,
    rounds=3,
    admissions=3_000,
    hammer_s=0.6,
    idle_s=15.0,
    lines=(100, 1_000, 10_000),
    has_peers=False,
)
