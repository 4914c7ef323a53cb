"""The sizes of a run: the full size, and a short one for every day."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How large and how long the cases are.

    Attributes:
        name: The name of the size in the results.
        people: The connections of each server.
        rounds: How often each quantity is measured. The sides take turns.
        admissions: The people who are admitted in one round.
        hammer_s: How long HTTP requests are sent in one round.
        idle_s: How long an idle node is watched, in whole periods of its pings.
        lines: The lengths of lines in the case `watermark`.
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
