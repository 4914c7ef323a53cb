"""The oracle: the rules of a room in plain Python, no Redis in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from fullhouse.domain.polls import Poll
from fullhouse.domain.room_events import CapacityChange, NoticeCleared
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    Drop,
    Newcomer,
    Place,
    PlaceKind,
    Revision,
    Role,
    RoomRules,
    RoomState,
    Session,
)
from tests.property.notice_model import FREED_SLOT_MS, FREED_SLOTS, NoticeModel
from tests.property.people_model import Coming, PeopleModel

MAX_STEP_MS = 2_000
Relation = Literal["same", "lost", "replaced", "closed"]


@dataclass
class RoomModel:
    """A room as its rules describe it. Each verb is one transition, as each script is.

    A verb returns what the script answers; what the event tells stands in the fields afterwards.
    """

    rules: RoomRules
    plan_seats: int
    presenters: int
    epoch: int = 0
    rev: int = 0
    status: Literal["open", "closed"] = "closed"
    epochs: dict[int, str] = field(default_factory=dict)
    """Ended epoch of this opening -> 'replaced'."""
    closed_until: int = 0
    """The epochs up to this one ended with their event."""
    closed_at: int = 0
    cleared: NoticeCleared | None = None
    capacity_change: CapacityChange | None = None
    notice_given: bool = False
    told_anything: bool = False
    present_run: int = 0
    """Of the store: another one after each restart."""
    written_by: int = 0
    """The run that the room is believed to have lost nothing to."""
    copy_of: Revision = NOTHING_SEEN
    """What the epoch began from, where nobody remembered whether that was all."""

    def open(self, now: int, stream: str = "") -> None:
        if self.status == "open":
            self._begin(now)
        else:
            self._open_anew(now)
        self.stream = stream
        self._settle()

    def _open_anew(self, now: int) -> None:
        self.status, self.epoch, self.rev = "open", max(now, self.epoch + 1), 0
        self.written_by, self.copy_of = self.present_run, NOTHING_SEEN
        self.wall = self.opened = now
        self.people = PeopleModel(self.rules, now, self.plan_seats, self.presenters)
        self.notices = NoticeModel(self.rules, now)
        self.limit: int | None = None
        self.stream = ""
        self.changes: set[str] = set()
        self.refill_from = 0
        self.last_told: tuple[object, ...] = ()
        self._forget_told()

    # The verbs

    def admit(self, now: int, batch: Sequence[Newcomer], seen: Revision) -> list[Place]:
        lease_ms = self.rules.lease_ms
        return self._admit(
            now,
            [Coming(name, role, claims=True, lease_ms=lease_ms) for name, role, _ in batch],
            seen,
        )

    def poll(self, now: int, polls: Sequence[Poll], lease_ms: int) -> list[Place]:
        claimed_ms = max(lease_ms, self.rules.lease_ms)
        batch = [Coming(*poll[:3], claimed_ms if poll.claims else lease_ms) for poll in polls]
        return self._admit(now, batch, NOTHING_SEEN)

    def _admit(self, now: int, batch: Sequence[Coming], seen: Revision) -> list[Place]:
        people = self.people
        self._begin(now, seen, decides=True)
        welcome = [i for i, person in enumerate(batch) if person.participant not in people.removed]
        strangers = {batch[i].participant for i in welcome if not people.keep(batch[i])}
        people.sweep()
        people.call_line()
        kinds: dict[int, PlaceKind | None] = {
            i: None if people.keep(batch[i]) else people.enter(batch[i])
            for i in welcome
            if batch[i].participant in strangers
        }
        kinds |= {i: "removed" for i in range(len(batch)) if i not in welcome}
        self._settle()
        places = [self._place(person, kinds.get(i)) for i, person in enumerate(batch)]
        people.greeted.clear()  # told once
        return places

    def renew(
        self, now: int, sessions: Iterable[Session], seen: Revision, called_to: int
    ) -> dict[str, Place]:
        relation = self._begin(now, seen, decides=True)
        refilling = relation in {"lost", "replaced"} and self.people.refilling
        news = {
            session: kind
            for session in sessions
            if (kind := self.people.renew(session, refilling=refilling)) != "known"
        }
        if refilling and seen.epoch == self.refill_from:
            self._restore_calls(called_to)
        self.people.sweep()
        self._settle()
        return {
            session.participant: self.people.place(session.participant)
            if kind == "news"
            else Place(kind, session.generation)
            for session, kind in news.items()
        }

    def _restore_calls(self, called_to: int) -> None:
        people = self.people
        is_endless = people.held() and not people.waves
        if called_to > people.called_to or (called_to == people.called_to and is_endless):
            people.called_to, people.claims = called_to, {}
            people.next_ticket = max(people.next_ticket, called_to + 1)
            people.waves = {people.refill_until + self.rules.claim_ms: called_to}

    def drop(self, now: int, drops: Iterable[Drop], seen: Revision) -> None:
        self._begin(now, seen)
        for drop in drops:
            self.people.drop(drop)
        self._sweep_and_settle()

    def leave(self, now: int, leavers: Iterable[tuple[str, int]], seen: Revision) -> None:
        self._begin(now, seen)
        for name, generation in leavers:
            self.people.leave(name, generation)
        self._sweep_and_settle()

    def sweep(self, now: int, seen: Revision = NOTHING_SEEN) -> None:
        self._begin(now, seen)
        self._sweep_and_settle()

    def set_room(
        self, now: int, change: str, paused: bool | None, seats: int | Literal["plan"] | None
    ) -> None:
        self._begin(now)
        if change not in self.changes:
            self.changes.add(change)
            self.people.paused = self.people.paused if paused is None else paused
            if seats is not None:
                self.limit = None if seats == "plan" else seats
                self.people.limited = self.limit is not None
            self._set_capacity(self.plan_seats if self.limit is None else self.limit, change)
        self._sweep_and_settle()

    def set_stream(self, now: int, change: str, address: str) -> None:
        self._begin(now)
        if change not in self.changes:
            self.changes.add(change)
            self.stream = address
            self._set_capacity(self.people.capacity, change)
        self._sweep_and_settle()

    def watch(self, now: int, watchers: Sequence[tuple[str, bool]]) -> None:
        self._begin(now)
        self.people.sweep()
        for name, on in watchers:
            stay = self.people.stays.get(name)
            if stay and stay.kind == "ticket" and (self.stream or not on):
                self.people.report.watch(name, on=on)
        self._settle()

    def _set_capacity(self, new: int, change: str) -> None:
        old, self.people.capacity = self.people.capacity, new
        if new != old:
            self.capacity_change = CapacityChange(old, new, "platform", change)
        if new > old:
            self.cleared = self.notices.raise_capacity(self.people.clock)

    def dismiss(self, now: int, notice: str, *, rest: bool) -> None:
        self._begin(now)
        self.cleared = self.notices.dismiss(notice, rest=rest)
        self._sweep_and_settle()

    def knows_notice(self, notice: str) -> bool:
        """Whether this opening ever gave it out."""
        epoch, number = (int(part) for part in notice.split("-"))
        of_this_opening = epoch == self.epoch or self.epochs.get(epoch) == "replaced"
        return of_this_opening and 1 <= number <= self.notices.given

    def remove(self, now: int, name: str) -> None:
        self._begin(now)
        stay = self.people.vacate(name, "removed")
        if name not in self.people.removed:
            self.people.report.removals += 1
            self.people.removed.add(name)
            self.people.told["removed"].append((name, stay.generation if stay else 0))
        self._sweep_and_settle()

    def call_next(self, now: int, name: str) -> Place | None:
        """Returns None for a person without a seat or ticket."""
        self._begin(now)
        self.people.sweep()
        stay = self.people.stays.get(name)
        self.people.choose(name)
        self._settle()
        return self.people.place(name) if stay and stay.role == Role.ATTENDEE else None

    def remove_present(self, now: int, name: str) -> bool:
        """Returns False for a person without a place who is not removed."""
        may_go = name in self.people.stays or name in self.people.removed
        if may_go:
            self.remove(now, name)
        else:
            self._begin(now)
            self._sweep_and_settle()
        return may_go

    def close(self, now: int) -> None:
        self._begin(now)
        people = self.people
        people.report.at_close = (people.count("seat"), len(people.line()) + len(people.away()))
        self.status, people.paused, people.refill_until = "closed", False, 0
        people.report.watchers = {}
        people.stays, people.waves, people.left, people.removed = {}, {}, {}, set()
        people.chosen, people.claims = [], {}
        people.kept, people.expired = [], set()
        self.notices.notice = None
        self.epochs, self.closed_until, self.closed_at = {}, self.epoch, now
        self._settle()

    # What every verb begins and ends with

    def relation(self, seen: Revision) -> Relation:
        """How what a node has seen relates to the room."""
        if seen.epoch in {0, self.epoch}:
            return "lost" if seen.epoch and seen.rev > self.rev else "same"
        if seen.epoch == self.copy_of.epoch and seen > self.copy_of:
            return "lost"
        if seen.epoch <= self.closed_until:
            return "closed"
        return "replaced" if seen.epoch in self.epochs else "lost"

    def _begin(
        self, now: int, seen: Revision = NOTHING_SEEN, *, decides: bool = False
    ) -> Relation:
        """Whether the caller may decide what a restarted store has lost is up to the verb."""
        relation = self.relation(seen)
        self._forget_told()
        passed, self.wall = now - self.wall, now
        self.people.report.wall = now
        self.people.clock += min(max(passed, 0), MAX_STEP_MS)
        may_begin = self.people.clock >= self.people.truce_until + MAX_STEP_MS
        if (
            passed > MAX_STEP_MS
            and may_begin
            and (self.people.stays or self.people.waves or self.people.claims)
        ):
            self.people.truce_until = self.people.clock + self.rules.lease_ms
        if relation == "lost":
            self._begin_refill(seen.epoch)
        elif relation != "closed" and (decides or seen != NOTHING_SEEN):
            self._settle_doubt(seen)
            relation = self.relation(seen)
        return relation

    def _settle_doubt(self, seen: Revision) -> None:
        if self.written_by != self.present_run and seen != Revision(self.epoch, self.rev):
            self._begin_epoch_of_copy()
        self.written_by = self.present_run

    def _begin_epoch_of_copy(self) -> None:
        people, copied = self.people, Revision(self.epoch, self.rev)
        self._begin_epoch(0)
        self.copy_of = copied
        people.next_ticket = max(people.next_ticket, self.wall)
        people.generation = max(people.generation, self.wall)

    def _begin_epoch(self, least: int) -> None:
        self.epochs |= {self.epoch: "replaced"}
        self.epoch = max(self.wall, self.epoch + 1, least)
        self.written_by, self.copy_of = self.present_run, NOTHING_SEEN
        self.people.truce_until = self.people.clock + self.rules.lease_ms
        self.people.report.lose()

    def _begin_refill(self, epoch: int) -> None:
        people = self.people
        self.epochs |= {epoch: "replaced"}
        if epoch != self.epoch:
            people.called_to, people.waves, people.claims = 0, {}, {}
        self.refill_from = epoch
        self._begin_epoch(epoch + 1)
        people.refill_until = people.clock + self.rules.lease_ms

    def _forget_told(self) -> None:
        self.people.told.clear()
        self.people.late_ms = None
        self.people.call = None
        self.cleared = None
        self.capacity_change = None
        self.notice_given = False

    def _sweep_and_settle(self) -> None:
        self.people.sweep()
        self._settle()

    def _settle(self) -> None:
        people, notices = self.people, self.notices
        people.call_line()
        seats, given = people.count("seat"), notices.given
        crowd = seats + people.count("ticket")
        notices.note(people.clock, crowd, people.came, people.freed, refilling=people.refilling)
        people.came = people.freed = 0
        taken = seats + len(people.held())
        notices.forecast(people.clock, people.capacity, taken, seats_people=not people.paused)
        cleared = notices.decide(people.clock, self.wall, self.epoch, people.capacity, taken)
        self.cleared = cleared or self.cleared
        self.notice_given = notices.given > given and not notices.rest
        self.told_anything = self._has_news()
        if self.told_anything:
            self.rev += 1
            self.last_told = self._signature()
            people.report.note(self.state())

    # What can be seen

    def _has_news(self) -> bool:
        told = self.people.told or self.people.call or self.cleared or self.capacity_change
        return bool(told or self.notice_given) or self._signature() != self.last_told

    def _signature(self) -> tuple[object, ...]:
        # The age of the room and the tickets given out are no news by themselves, and seats that
        # became free are news to a line.
        now = self.state()
        concerns_the_line = now.waiting > 0 and now.freed > 0
        quiet = replace(
            now,
            observed_s=self._age_in_slots() if concerns_the_line else 0,
            freed=now.freed if concerns_the_line else 0,
            last_ticket=0,
        )
        standing = self.notices.notice and self.notices.notice.id
        return self.epoch, quiet, standing, self.people.report.watched

    def _age_in_slots(self) -> int:
        slots = self.people.clock // FREED_SLOT_MS - self.opened // FREED_SLOT_MS
        return min(slots, FREED_SLOTS)

    @property
    def in_doubt(self) -> bool:
        return self.status == "open" and self.written_by != self.present_run

    def state(self) -> RoomState:
        people, notices, rules = self.people, self.notices, self.rules
        seats, held = people.count("seat"), len(people.held())
        return RoomState(
            title="Hall",
            status=self.status,
            plan=f"live-{self.plan_seats}",
            paused=people.paused,
            refilling=people.refilling,
            limited=self.limit is not None,
            capacity=people.capacity,
            occupied=seats,
            held=held,
            waiting=len(people.uncalled()),
            presenter_capacity=people.presenter_capacity,
            presenters=people.count("presenter"),
            level=notices.level(people.capacity, seats + held),
            joins_per_min=notices.joins_per_min if self.status == "open" else 0,
            freed=notices.freed_lately(people.clock),
            observed_s=(people.clock - max(self.opened, notices.freed_since(people.clock)))
            // 1_000,
            called_to=people.called_to,
            last_ticket=people.next_ticket - 1,
            lease_ms=rules.lease_ms,
            grace_ms=rules.grace_ms,
            wait_grace_ms=rules.wait_grace_ms,
            away=people.count("away"),
            away_ms=rules.away_ms,
            priorities=people.priorities,
            claim_ms=rules.claim_ms,
            notice=notices.shown(),
            full_in_s=notices.full_in_s,
            closed_reason="closed" if self.status == "closed" else None,
            closed_ms=self.closed_at if self.status == "closed" else None,
            watch=self.stream or None,
            watching=sum(people.report.watchers.values()),
        )

    def _place(self, person: Coming, kind: PlaceKind | None) -> Place:
        if kind is not None or person.role == Role.HOST:
            return Place(kind or "hosting")
        return self.people.place(person.participant)
