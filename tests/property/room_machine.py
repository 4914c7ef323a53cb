"""Any history of a room, on the real scripts and on the oracle, which must agree throughout."""

from __future__ import annotations

import copy
from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from fullhouse.domain.errors import NotFound
from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    Answer,
    Drop,
    Newcomer,
    Revision,
    Role,
    RoomRef,
)
from fullhouse.domain.waiting_people import CallNext, LinePosition, WaitingPerson
from fullhouse.store.watching import Watching
from tests.event_room import REF, STREAM
from tests.property.room_bench import RoomBench
from tests.property.room_model import MAX_STEP_MS, RoomModel
from tests.property.world import (
    NAMES,
    POLL_MS,
    PRESENTERS,
    RULES,
    SEATS,
    Node,
    batches,
    names,
    nodes,
    polls,
)

T = TypeVar("T")


class RoomMachine(RoomBench):
    """What may happen to a room: two nodes, six people."""

    # Opening, closing, forgetting

    @initialize()
    def open(self) -> None:
        self._open()

    @rule()
    def end_the_event_and_begin_another(self) -> None:
        self.transition(self.event_room.rooms.close_room(REF), lambda: self.model.close(self.now))
        answer = self.run(self.event_room.rooms.sweep_room(REF))
        assert answer.outcome == "closed"
        self._open()

    @rule()
    def open_again(self) -> None:
        self._open()

    @rule()
    def remember(self) -> None:
        """Where the store would be thrown back to."""
        self.saved = (self.run(self.event_room.saved()), copy.deepcopy(self.model))

    @precondition(lambda self: self.saved is not None)
    @rule()
    def lose_the_latest_writes(self) -> None:
        saved, model = self.saved or ({}, self.model)
        self._go_back_to(saved, model)
        self.told.clear()  # within one run only a node can tell, and none need remember

    @precondition(lambda self: self.saved is not None)
    @rule(forgetful=st.sets(nodes), deaf=st.booleans())
    def restore_a_copy(self, forgetful: set[int], deaf: bool) -> None:
        """An older copy, a lost second, a replica that lagged; some nodes restarted as well."""
        saved, model = self.saved or ({}, self.model)
        self._restart_nodes(forgetful, deaf=deaf)
        self._go_back_to(saved, model)
        self._become_another_run()

    @rule(forgetful=st.sets(nodes), deaf=st.booleans())
    def restart_without_loss(self, forgetful: set[int], deaf: bool) -> None:
        self._restart_nodes(forgetful, deaf=deaf)
        self._become_another_run()

    def _restart_nodes(self, forgetful: set[int], *, deaf: bool) -> None:
        """The others have heard everything up to now; if they are deaf, they have not."""
        for number, node in enumerate(self.nodes):
            if number in forgetful:
                self.nodes[number] = Node()
            elif not deaf and node.seen.epoch == self.model.epoch:
                node.seen = max(node.seen, Revision(self.model.epoch, self.model.rev))
        if deaf:
            self.told.clear()  # a deaf node may take an older copy for the last that there was

    def _become_another_run(self) -> None:
        self.run(self.event_room.become_another_run())
        self.run(self._notice_the_run())
        self.run_of_store += 1
        self.model.present_run = self.run_of_store

    async def _notice_the_run(self) -> None:
        """Nodes learn of another run with a pipeline, whose calls still name the one before."""
        nowhere = RoomRef("acme", "nowhere")
        await self.event_room.rooms.renew(nowhere, (), NOTHING_SEEN, called_to=0)
        await self.event_room.rooms.sweep_room(nowhere)

    def _go_back_to(self, saved: dict[str, bytes], model: RoomModel) -> None:
        self.run(self.event_room.roll_back(saved))
        self.model = copy.deepcopy(model)
        self.model.present_run = self.run_of_store
        self.agreement.forget()
        self._forget_what_is_ahead()

    def _forget_what_is_ahead(self) -> None:
        """Openings in one millisecond, or before a jump of the clock, have epochs ahead of it.

        If such an opening is lost, the next one may get an earlier epoch.
        """
        self.told = {name: told for name, told in self.told.items() if told.epoch < self.now}

    @rule()
    def lose_everything(self) -> None:
        self._go_back_to({}, RoomModel(RULES, SEATS, PRESENTERS))
        self._open()

    def _open(self) -> None:
        self.run(self.event_room.has_account(seats=SEATS, presenters=PRESENTERS))
        self.transition(
            self.event_room.rooms.open_room(REF, "Hall", RULES, watch=STREAM),
            lambda: self.model.open(self.now, STREAM),
        )

    # Coming and going

    @rule(node=nodes, batch=batches)
    def hello(self, node: int, batch: list[Newcomer]) -> None:
        seen = self.nodes[node].seen
        answer, places = self.transition(
            self.event_room.rooms.admit(REF, batch, seen),
            lambda: self.model.admit(self.now, batch, seen),
        )
        assert list(answer.places) == places
        self.answered(node, answer)
        self.assume(node, batch, answer)

    @rule(node=nodes)
    def everyone_called_claims(self, node: int) -> None:
        called = [
            name
            for name, stay in self.model.people.stays.items()
            if stay in self.model.people.held()
        ]
        if called:
            self.hello(node, [Newcomer(name, Role.ATTENDEE) for name in called])

    @rule(node=nodes, batch=polls)
    def poll(self, node: int, batch: list[Poll]) -> None:
        answer, places = self.transition(
            self.event_room.rooms.poll(REF, batch, lease_ms=POLL_MS),
            lambda: self.model.poll(self.now, batch, POLL_MS),
        )
        assert list(answer.places) == places
        now = self.run(self.event_room.rooms.snapshot(REF))
        assert (answer.revision, answer.state) == (now.revision, now.state)
        self.assume(node, batch, answer)

    @rule(node=nodes, skipped=st.sets(names, max_size=2))
    def renew(self, node: int, skipped: set[str]) -> None:
        mine = self.nodes[node]
        sessions = [session for name, session in mine.people.items() if name not in skipped]
        if self.is_closed_for(mine):
            answer = self.run(
                self.event_room.rooms.renew(REF, sessions, mine.seen, called_to=mine.called_to)
            )
            return self.closed(mine, answer)
        seen, called_to = mine.seen, mine.called_to
        answer, news = self.transition(
            self.event_room.rooms.renew(REF, sessions, seen, called_to=called_to),
            lambda: self.model.renew(self.now, sessions, seen, called_to),
        )
        assert dict(answer.news) == news
        self.answered(node, answer)
        for name, place in answer.news:
            mine.assume(name, place)
        return None

    @rule(node=nodes, name=names, after_ms=st.sampled_from([0, 0, 2_500]))
    def drop(self, node: int, name: str, after_ms: int) -> None:
        session = self.nodes[node].people.pop(name, None)
        if session is not None:
            self._drop(node, Drop(name, session.generation, after_ms))

    @rule(node=nodes, name=names)
    def leave(self, node: int, name: str) -> None:
        session = self.nodes[node].people.pop(name, None)
        if session is not None:
            self._leave(node, name, session.generation)

    @rule(node=nodes, order=st.permutations(NAMES), gone=st.sets(names, max_size=3), more=batches)
    def some_of_the_line_go_away(
        self, node: int, order: list[str], gone: set[str], more: list[Newcomer]
    ) -> None:
        """All others are renewed until the graces end, and a seat or two become free."""
        self.hello(node, [Newcomer(name, Role.ATTENDEE) for name in order])
        waiting = {name for name, stay in self.model.people.stays.items() if stay.kind == "ticket"}
        for name in gone & waiting:
            self.drop(node, name, 0)
        for _ in range(RULES.wait_grace_ms // MAX_STEP_MS):
            self.clock.advance(ms=MAX_STEP_MS)
            self.renew(node, gone & waiting)
            self.sweep(node)
        for person in more[:2]:
            self.leave(node, person.participant)

    @rule(node=nodes, index=st.integers(0, 30), verb=st.sampled_from(["drop", "leave"]))
    def say_late(self, node: int, index: int, verb: str) -> None:
        """A drop or leave of any session that ever was, by a node that may be behind."""
        if not self.sessions:
            return
        name, generation, _ = self.sessions[index % len(self.sessions)]
        if verb == "drop":
            self._drop(node, Drop(name, generation))
        else:
            self._leave(node, name, generation)

    def _drop(self, node: int, drop: Drop) -> None:
        seen = self.nodes[node].seen
        act = self.event_room.rooms.drop(REF, [drop], seen)
        self._release(node, act, lambda: self.model.drop(self.now, [drop], seen))

    def _leave(self, node: int, name: str, generation: int) -> None:
        seen = self.nodes[node].seen
        act = self.event_room.rooms.leave(REF, [(name, generation)], seen)
        self._release(node, act, lambda: self.model.leave(self.now, [(name, generation)], seen))

    def _release(
        self, node: int, act: Coroutine[Any, Any, Answer], verb: Callable[[], None]
    ) -> None:
        mine = self.nodes[node]
        if self.is_closed_for(mine):
            self.closed(mine, self.run(act))
        else:
            self.answered(node, self.transition(act, verb)[0])

    # What hosts and platform do

    @rule(seats=st.sampled_from([0, 1, 2, 3, "plan"]))
    def set_seats(self, seats: int | Literal["plan"]) -> None:
        self._set_room(f"change-{len(self.changes)}", None, seats)

    @rule(paused=st.booleans())
    def set_paused(self, paused: bool) -> None:
        self._set_room(f"change-{len(self.changes)}", paused, None)

    @precondition(lambda self: self.changes)
    @rule(index=st.integers(0, 10))
    def repeat_a_change(self, index: int) -> None:
        self._set_room(*self.changes[index % len(self.changes)])

    def _set_room(
        self, change: str, paused: bool | None, seats: int | Literal["plan"] | None
    ) -> None:
        self.changes = [*self.changes, (change, paused, seats)][-10:]
        self.transition(
            self.event_room.rooms.set_room(REF, change, paused=paused, seats=seats),
            lambda: self.model.set_room(self.now, change, paused, seats),
        )

    @rule(address=st.sampled_from([STREAM, STREAM, "https://stream.example/2", ""]))
    def set_stream(self, address: str) -> None:
        change = f"stream-{len(self.changes)}"
        self.transition(
            self.event_room.set_stream(address, change),
            lambda: self.model.set_stream(self.now, change, address),
        )

    @rule(watchers=st.lists(st.tuples(names, st.sampled_from([True, True, False])), max_size=5))
    def watch(self, watchers: list[tuple[str, bool]]) -> None:
        store = Watching(self.event_room.redis, instant=self.event_room.clock.now_ms)
        self.transition(
            store.note_watching(REF, watchers), lambda: self.model.watch(self.now, watchers)
        )

    @rule(rest=st.sampled_from([False, False, False, True]), earlier=st.integers(0, 2))
    def dismiss(self, rest: bool, earlier: int) -> None:
        notice = self.model.notices.notice
        if notice is None:
            return
        epoch, number = notice.id.split("-")
        id_ = f"{epoch}-{max(0, int(number) - earlier)}"
        act = self.event_room.rooms.dismiss_notice(REF, id_, rest=rest)
        if not self.model.knows_notice(id_):
            assert self.run(act) == "unknown_notice"
            self.run(self.agreement.check_unchanged())
            return
        outcome, _ = self.transition(act, lambda: self.model.dismiss(self.now, id_, rest=rest))
        assert outcome == "ok"

    @precondition(lambda self: len(self.model.people.removed) < 2)
    @rule(name=names)
    def remove(self, name: str) -> None:
        self.transition(
            self.event_room.rooms.remove_participant(REF, name),
            lambda: self.model.remove(self.now, name),
        )

    @rule(name=names)
    def call_next(self, name: str) -> None:
        """With other reasons than the ids: nothing depends on them."""
        choice = CallNext(REF, name, by="host", reason="speaker")
        self.changes_of_line += 1
        answer, place = self.transition(
            self._unless_not_found(
                self.waiting_people.call_next(f"next-{self.changes_of_line}", choice)
            ),
            lambda: self.model.call_next(self.now, name),
        )
        assert (answer.place if answer else None) == place

    @precondition(lambda self: len(self.model.people.removed) < 2)
    @rule(name=names)
    def remove_present(self, name: str) -> None:
        answer, was_there = self.transition(
            self._unless_not_found(self._remove_present(name)),
            lambda: self.model.remove_present(self.now, name),
        )
        assert bool(answer) == was_there

    async def _remove_present(self, name: str) -> bool:
        await self.waiting_people.remove_present(REF, name)
        return True

    @staticmethod
    async def _unless_not_found(act: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await act
        except NotFound:
            return None

    @rule(size=st.integers(1, 4))
    def read_the_line(self, size: int) -> None:
        """Page by page: everybody once, in the order of calls."""
        people, after = self.model.people, LinePosition()
        rows: list[WaitingPerson] = []
        while part := self.run(self.waiting_people.list_waiting(REF, after, size)):
            rows += part
            after = LinePosition(part[-1].section, part[-1].position)
        order = [*people.held(), *people.order_of_calls(), *people.away()]
        names_of = {id(stay): name for name, stay in people.stays.items()}
        assert [row.participant for row in rows] == [names_of[id(stay)] for stay in order]
        places = {row.participant: people.place(row.participant) for row in rows if row.ticket}
        assert {row.participant: (row.ticket, row.ahead) for row in rows if row.ticket} == {
            name: (place.ticket, place.ahead) for name, place in places.items()
        }

    @rule()
    def ask_who_is_ahead(self) -> None:
        line = self.model.people.uncalled()
        if line:
            tickets = [stay.ticket for stay in line]
            answer = self.run(self.event_room.rooms.people_ahead(REF, tickets))
            order = self.model.people.order_of_calls()
            assert list(answer.ahead) == [order.index(stay) for stay in line]

    # Time

    @rule(node=nodes)
    def sweep(self, node: int) -> None:
        seen = self.nodes[node].seen
        answer, _ = self.transition(
            self.event_room.rooms.sweep_room(REF, seen), lambda: self.model.sweep(self.now, seen)
        )
        self.answered(node, answer)

    @rule(ms=st.one_of(st.integers(1, MAX_STEP_MS), st.just(MAX_STEP_MS)))
    def time_passes(self, ms: int) -> None:
        self.clock.advance(ms=ms)

    @rule(ms=st.integers(-60_000, 60_000))
    def the_clock_jumps(self, ms: int) -> None:
        self.clock.advance(ms=ms)
        self._forget_what_is_ahead()

    @rule(offset=st.sampled_from([-1, 0, 0, 1]), renewed=st.booleans(), index=st.integers(0, 9))
    def until_a_deadline(self, offset: int, renewed: bool, index: int) -> None:
        """To the millisecond, swept on the way as nodes do, the people of one node renewed."""
        people = self.model.people
        ends = sorted(
            [
                *(stay.ends for stay in people.stays.values()),
                *people.waves,
                *people.claims.values(),
            ]
        )
        left = (ends[index % len(ends)] if ends else 0) + offset - people.clock
        while left > 0:
            self.clock.advance(ms=min(left, MAX_STEP_MS))
            left -= MAX_STEP_MS
            if renewed:
                self.renew(0, set())
            self.sweep(0)
