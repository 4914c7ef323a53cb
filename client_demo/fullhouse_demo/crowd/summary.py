"""The summary at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

import msgspec

from fullhouse_demo.crowd.counts import CrowdCounts, Ending


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a whole run. `waited_*` are for people who were let in from the line.

    Args:
        reached: People who got a seat or a ticket.
        inversions: Entries that provably overtook a waiting person.
        rev_falls: Messages with a lower `rev` than an earlier message on the same page.
        errors: The number of errors, by reason.
    """

    seed: int
    lasted_s: float
    people: int
    reached: int
    peak_inside: int
    peak_waiting: int
    seated_at_once: int
    let_in: int
    waited_median_s: float | None
    waited_p95_s: float | None
    inside_at_end: int
    waiting_at_end: int
    gave_up: int
    left: int
    missed_calls: int
    missed_out: int
    inversions: int
    rev_falls: int
    errors: Mapping[str, int]

    def as_json(self) -> str:
        return msgspec.json.encode(self).decode()


def summarize(counts: CrowdCounts, *, seed: int, lasted_s: float) -> Summary:
    """The summary of a run at its end, before its connections are closed."""
    at_end = counts.progress(lasted_s)
    return Summary(
        seed=seed,
        lasted_s=round(lasted_s, 1),
        people=counts.people,
        reached=counts.reached(),
        peak_inside=counts.peak_inside,
        peak_waiting=counts.peak_waiting,
        seated_at_once=counts.seated_at_once,
        let_in=counts.let_in,
        waited_median_s=_seconds(median(counts.waits_s)) if counts.waits_s else None,
        waited_p95_s=_seconds(percentile(counts.waits_s, 95)) if counts.waits_s else None,
        inside_at_end=at_end.inside,
        waiting_at_end=at_end.waiting + at_end.called,
        gave_up=counts.endings[Ending.GAVE_UP],
        left=counts.endings[Ending.LEFT],
        missed_calls=counts.missed_calls,
        missed_out=counts.endings[Ending.MISSED_OUT],
        inversions=counts.order.inversions(),
        rev_falls=counts.rev_falls,
        errors=dict(counts.errors.most_common()),
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of all values do not exceed (nearest rank)."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def _seconds(value: float) -> float:
    return round(value, 2)


_HINTS = (
    ("nobody listens", "Start the server with `fullhouse serve`, or name it with --url."),
    ("cut off in the handshake", "See the server's log."),
    ("no answer within", "Is --url the address of a Fullhouse server?"),
    ("no Fullhouse server", "Is --url the address of a Fullhouse server?"),
    ("HTTP 404", "Is --url the address of a Fullhouse server? The path is added by itself."),
    ("closed with 4001", "The server has another secret: see --token-secret."),
    ("closed with 4004", "Open the room first: PUT /v1/accounts/{account}/rooms/{room}."),
    ("no token: 401", "The server has another platform key: see --api-key."),
    ("no token: 404", "Create the account first: PUT /v1/accounts/{account}."),
)
_ROOM_NOT_OPEN = "the server put everybody off; is the room open?"


def why_nobody_came(summary: Summary) -> str:
    """One line for a run in which no person got an answer: the reason, and what to do."""
    reason = next(iter(summary.errors), _ROOM_NOT_OPEN)
    hint = next((hint for part, hint in _HINTS if part in reason), "See the server's log.")
    return f"Nobody could connect: {reason}. {hint}"


def rows(summary: Summary) -> Iterable[tuple[str, str]]:
    """The summary as lines for people: a label and a text."""
    yield "people", f"{summary.reached} of {summary.people} reached the room"
    yield "peak inside", f"{summary.peak_inside}"
    yield "peak waiting", f"{summary.peak_waiting}"
    yield "seated at once", f"{summary.seated_at_once}"
    yield "let in from the line", f"{summary.let_in}{_waited(summary)}"
    yield "at the end", f"{summary.inside_at_end} inside, {summary.waiting_at_end} waiting"
    yield "gave up waiting", f"{summary.gave_up}"
    yield "left", f"{summary.left}"
    yield "missed calls", f"{summary.missed_calls}{_missed_out(summary)}"
    yield "overtook the line", f"{summary.inversions}"
    yield "errors", f"{sum(summary.errors.values())}"
    for reason, times in summary.errors.items():
        yield "", f"{times} × {reason}"


def _waited(summary: Summary) -> str:
    if summary.waited_median_s is None:
        return ""
    return f", after {summary.waited_median_s} s (median), {summary.waited_p95_s} s (95 %)"


def _missed_out(summary: Summary) -> str:
    return f", {summary.missed_out} people out after two" if summary.missed_out else ""
