"""What a history of a room runs on: the store, the oracle beside it, and two nodes' beliefs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import NOTHING_SEEN, Admissions, Answer, Newcomer, Revision, Session
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_probe import ear_on
from tests.event_room import REF, EventRoom
from tests.fakes import FakeClock
from tests.property.agreement import Agreement
from tests.property.room_model import RoomModel
from tests.property.world import NAMES, PRESENTERS, RULES, SEATS, Node
from tests.stores import patient_store

T = TypeVar("T")


class RoomBench(RuleBasedStateMachine):
    """Runs each transition twice, on the store and on the oracle, and has them agree."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.nodes = [Node(), Node()]
        self.sessions: list[Session] = []  # all there ever were
        self.changes: list[tuple[str, bool | None, int | Literal["plan"] | None]] = []
        self.saved: tuple[dict[str, bytes], RoomModel] | None = None
        self.run_of_store = 0
        self.changes_of_line = 0
        self.told: dict[str, Revision] = {}  # the newest that each person's page has seen
        self.model = RoomModel(RULES, SEATS, PRESENTERS)
        self.resources = AsyncExitStack()
        self.run(self._connect(url))

    async def _connect(self, url: str) -> None:
        redis = await self.resources.enter_async_context(patient_store(url))
        await redis.flushall()
        ear = await self.resources.enter_async_context(ear_on(redis, REF.account))
        self.event_room = EventRoom(redis, self.clock)
        self.waiting_people = WaitingPeople(redis, instant=self.clock.now_ms)
        self.agreement = Agreement(self.event_room, ear, NAMES)

    def teardown(self) -> None:
        self.run(self.resources.aclose())
        self.runner.close()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def transition(self, act: Coroutine[Any, Any, T], verb: Callable[[], Any]) -> tuple[T, Any]:
        """The same step in the store and in the oracle; then everything must agree."""
        answer, expected = self.run(act), verb()
        self.run(self.agreement.check(self.model))
        return answer, expected

    def answered(self, node: int, answer: Answer) -> None:
        assert answer.outcome == "ok"
        assert answer.revision == Revision(self.model.epoch, self.model.rev)
        self.nodes[node].seen = answer.revision
        self.nodes[node].called_to = self.model.people.called_to

    def assume(self, node: int, batch: Sequence[Newcomer | Poll], answer: Admissions) -> None:
        for person, place in zip(batch, answer.places, strict=True):
            self._tell(person.participant, answer.revision)
            session = self.nodes[node].assume(person.participant, place)
            if session is not None:
                self.sessions.append(session)

    def _tell(self, name: str, revision: Revision) -> None:
        """Revisions rise for every page, whoever remembered what; but for a clock set back."""
        before = self.told.get(name, NOTHING_SEEN)
        assert revision >= before or self.now <= before.epoch, "a page would take it for old"
        self.told[name] = revision

    def is_closed_for(self, node: Node) -> bool:
        return self.model.relation(node.seen) == "closed"

    def closed(self, node: Node, answer: Answer) -> None:
        """The node's event is over; nothing of the present one was touched."""
        assert answer.outcome == "closed"
        node.seen, node.people = NOTHING_SEEN, {}
        self.run(self.agreement.check_unchanged())
