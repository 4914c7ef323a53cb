"""Sends a crowd to a server and summarizes the run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from fullhouse_demo.crowd.counts import CrowdCounts, Progress
from fullhouse_demo.crowd.network import Network
from fullhouse_demo.crowd.person import Person
from fullhouse_demo.crowd.persona import AS_PEOPLE_ARE, Habits, Persona, draw_persona
from fullhouse_demo.crowd.schedule import Schedule
from fullhouse_demo.crowd.summary import Summary, summarize
from fullhouse_demo.crowd.tab import now_s
from fullhouse_demo.crowd.tokens import TokenSource
from fullhouse_demo.crowd.venue import Venue

_TICK_S = 0.25  # often enough for a display that looks alive
_SHORTEST_EVENT_S = 30.0  # even a crowd that arrives at once needs time for its actions


def seeded(*parts: object) -> Random:
    """A random generator. The same parts give the same numbers."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - behaviour, not secrets


async def run_crowd(
    plan: Schedule,
    *,
    urls: Sequence[str],
    tokens: TokenSource,
    seed: int = 0,
    habits: Habits = AS_PEOPLE_ARE,
    doings_s: float | None = None,
    stay_s: float = 60.0,
    stop: asyncio.Event | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    network: Network | None = None,
) -> Summary:
    """Play `plan` with real connections. All of them are closed when this returns or raises.

    Args:
        urls: WebSocket addresses of the nodes. The people are spread over them.
        doings_s: The time within which people act by their habits. Default: the length of `plan`.
        stay_s: How long the remaining people stay after `plan`. `inf`: until `stop` or
            cancellation.
        stop: Ends the run early, with its summary.
        on_progress: Called a few times per second, and once at the end.
        network: The network of all people, with which a caller can count or cut connections.
    """
    counts = CrowdCounts(people=len(plan.by_person()))
    starts_at = now_s()
    venue = Venue(urls, tokens, network or Network())
    persona = partial(
        draw_persona, habits=habits, event_s=doings_s or max(plan.lasts_s, _SHORTEST_EVENT_S)
    )
    people = _people(plan, venue, counts, persona=persona, seed=seed, starts_at=starts_at)
    report = on_progress or _ignore
    async with asyncio.TaskGroup() as group:
        crowd = group.create_task(_live(people))
        ends_at = starts_at + plan.lasts_s + stay_s
        await _watch(
            crowd, stop or asyncio.Event(), ends_at, lambda: report(_now(counts, starts_at))
        )
        summary = summarize(counts, seed=seed, lasted_s=now_s() - starts_at)
        crowd.cancel()
    await tokens.close()
    return summary


def _people(
    plan: Schedule,
    venue: Venue,
    counts: CrowdCounts,
    *,
    persona: Callable[[Random], Persona],
    seed: int,
    starts_at: float,
) -> list[Person]:
    return [
        Person(
            visits,
            persona(seeded(seed, participant, "persona")),
            turn,
            venue,
            counts,
            seeded(seed, participant, "doings"),
            starts_at,
        )
        for turn, (participant, visits) in enumerate(plan.by_person().items())
    ]


async def _live(people: Sequence[Person]) -> None:
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.live())


async def _watch(
    crowd: asyncio.Task[None], stop: asyncio.Event, ends_at: float, report: Callable[[], None]
) -> None:
    """Report until all people are gone, `stop` is set, or the time is over."""
    async with asyncio.TaskGroup() as group:
        stopped = group.create_task(stop.wait())
        while not (crowd.done() or stopped.done() or now_s() >= ends_at):
            report()
            rest_s = min(_TICK_S, ends_at - now_s())
            await asyncio.wait(
                {crowd, stopped}, timeout=rest_s, return_when=asyncio.FIRST_COMPLETED
            )
        report()
        stopped.cancel()


def _now(counts: CrowdCounts, starts_at: float) -> Progress:
    return counts.progress(now_s() - starts_at)


def _ignore(_progress: Progress) -> None:
    """The default for `on_progress`: does nothing."""
