"""One simulated person, who arrives, opens tabs, leaves and may come back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from random import Random

from fullhouse_demo.crowd.counts import CrowdCounts
from fullhouse_demo.crowd.mind import Mind
from fullhouse_demo.crowd.persona import ONLOOKER, Persona
from fullhouse_demo.crowd.schedule import Span, Visit
from fullhouse_demo.crowd.tab import Tab, Visitor, now_s, pause
from fullhouse_demo.crowd.venue import Venue


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person with a persona and a list of visits.

    Args:
        turn: Chooses the first node.
        starts_at: The start of the event, in seconds of the event loop's clock.
    """

    visits: Sequence[Visit]
    persona: Persona
    turn: int
    venue: Venue
    counts: CrowdCounts
    rng: Random
    starts_at: float

    async def live(self) -> None:
        for visit in self.visits:
            await pause(self.starts_at + visit.arrives_s - now_s())
            await self._attend(visit)

    async def _attend(self, visit: Visit) -> None:
        self.counts.arrived(visit.participant)
        async with asyncio.TaskGroup() as further_tabs:
            onlookers = [
                further_tabs.create_task(self._look_on(visit, span))
                for span in self._further_tabs(visit)
            ]
            ending = await self._tab(visit, self._mind(visit), turn=self.turn).live()
            for onlooker in onlookers:
                onlooker.cancel()
        self.counts.ended(visit.participant, ending)

    def _mind(self, visit: Visit) -> Mind:
        return Mind(
            self.persona,
            arrives_at=self.starts_at + visit.arrives_s,
            leaves_at=self.starts_at + (inf if visit.leaves_s is None else visit.leaves_s),
        )

    def _further_tabs(self, visit: Visit) -> Iterable[Span]:
        yield from visit.further_tabs
        if second := self.persona.second_tab:
            opens_s = visit.arrives_s + second.after_s
            yield Span(opens_s, opens_s + second.for_s)

    async def _look_on(self, visit: Visit, span: Span) -> None:
        """Open another tab, on another node if there is one. It does not affect the visit."""
        opens_at, closes_at = self.starts_at + span.opens_s, self.starts_at + span.closes_s
        await pause(opens_at - now_s())
        onlooker = Mind(ONLOOKER, arrives_at=opens_at, leaves_at=closes_at)
        await self._tab(visit, onlooker, turn=self.turn + 1).live()

    def _tab(self, visit: Visit, mind: Mind, *, turn: int) -> Tab:
        visitor = Visitor(visit.participant, visit.name, turn)
        return Tab(visitor, mind, venue=self.venue, counts=self.counts, rng=self.rng)
