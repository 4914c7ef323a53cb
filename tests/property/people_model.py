"""The oracle's first half: who holds which place, one person one object."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from fullhouse.domain.rooms import (
    Drop,
    Holding,
    HoldingKind,
    Place,
    PlaceKind,
    Role,
    RoomRules,
    Session,
    WaitingReason,
)
from tests.property.report_model import ReportModel

if TYPE_CHECKING:
    from fullhouse.domain.reports import Ending

Kind = Literal["seat", "presenter", "ticket", "away"]
KIND_OF: dict[HoldingKind, Kind] = {
    "seated": "seat",
    "presenting": "presenter",
    "waiting": "ticket",
}
PLACE_OF: dict[Kind, PlaceKind] = {"seat": "seated", "presenter": "presenting"}


@dataclass
class Stay:
    """One person's place: a seat, a presenter seat, a ticket, or a place kept for who is away.

    `order` is that of the line: the first ticket since the person queued. Somebody away has no
    ticket, but `PeopleModel.kept` has one for each of them.
    """

    kind: Kind
    ends: int
    generation: int
    ticket: int = 0
    order: int = 0
    dropped: bool = False
    misses: int = 0

    @property
    def role(self) -> Role:
        return Role.PRESENTER if self.kind == "presenter" else Role.ATTENDEE

    def holds(self, holding: Holding) -> bool:
        return (self.kind, self.ticket) == (KIND_OF[holding.kind], holding.ticket)


class Coming(NamedTuple):
    """One hello, claim or poll."""

    participant: str
    role: Role
    claims: bool
    lease_ms: int


@dataclass
class CallModel:
    """The call of one transition, and when its claims end."""

    called_from: int
    count: int
    window_ms: int
    claim_end: int


@dataclass
class PeopleModel:
    """Places, the line, its calls and waves; sorted and counted anew each time."""

    rules: RoomRules
    opened: int
    capacity: int
    presenter_capacity: int
    paused: bool = False
    limited: bool = False
    called_to: int = 0
    chosen: list[str] = field(default_factory=list)
    """Who is before the line, in that order; in line or away."""
    priorities: int = 0
    claims: dict[int, int] = field(default_factory=dict)
    """Ticket of a call with priority -> its end."""
    truce_until: int = 0
    refill_until: int = 0
    came: int = 0
    freed: int = 0
    stays: dict[str, Stay] = field(default_factory=dict)
    waves: dict[int, int] = field(default_factory=dict)
    """Claim end -> last ticket."""
    left: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Name -> until when it is remembered, which generation left."""
    removed: set[str] = field(default_factory=set)
    kept: list[int] = field(default_factory=list)
    """Tickets for the people who are away, in the order of the line."""
    expired: set[str] = field(default_factory=set)
    """Whose ticket expired, and who have not heard of it."""
    greeted: set[str] = field(default_factory=set)
    """Who hear of it in this transition."""
    told: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    late_ms: int | None = None
    """How late the place ended that should have ended first, in this transition."""
    call: CallModel | None = None

    def __post_init__(self) -> None:
        self.clock = self.next_ticket = self.generation = self.opened
        self.report = ReportModel(self.opened)

    # Looking

    @property
    def refilling(self) -> bool:
        return self.clock < self.refill_until

    def line(self) -> list[Stay]:
        waiting = [stay for stay in self.stays.values() if stay.kind == "ticket"]
        return sorted(waiting, key=lambda stay: stay.ticket)

    def held(self) -> list[Stay]:
        return [stay for stay in self.line() if stay.ticket <= self.called_to]

    def uncalled(self) -> list[Stay]:
        return [stay for stay in self.line() if stay.ticket > self.called_to]

    def chosen_in_line(self) -> list[Stay]:
        """Who is called next, in that order."""
        uncalled = self.uncalled()
        return [stay for name in self.chosen if (stay := self.stays[name]) in uncalled]

    def order_of_calls(self) -> list[Stay]:
        first = self.chosen_in_line()
        return [*first, *(stay for stay in self.uncalled() if stay not in first)]

    def away(self) -> list[Stay]:
        gone = [stay for stay in self.stays.values() if stay.kind == "away"]
        return sorted(gone, key=lambda stay: stay.order)

    def kept_for(self, stay: Stay) -> int:
        """The ticket that somebody away returns with."""
        return sorted(self.kept)[self.away().index(stay)]

    def count(self, kind: Kind) -> int:
        return sum(stay.kind == kind for stay in self.stays.values())

    def free(self) -> int:
        return max(0, self.capacity - self.count("seat") - len(self.held()))

    def place(self, name: str) -> Place:
        stay = self.stays.get(name)
        if stay is None:
            return Place("none")
        if stay.kind == "away":
            return Place("none", stay.generation)
        if stay.kind != "ticket":
            return Place(PLACE_OF[stay.kind], stay.generation)
        return self._waiting(name, stay)

    def _waiting(self, name: str, stay: Stay) -> Place:
        called = stay.ticket <= self.called_to
        return Place(
            "waiting",
            stay.generation,
            stay.ticket,
            ahead=0 if called else self.order_of_calls().index(stay),
            called=called,
            claim_ms=self._claim_left(stay.ticket) if called else None,
            reason=self._reason(name, stay),
        )

    def _reason(self, name: str, stay: Stay) -> WaitingReason:
        if name in self.greeted:
            return "expired"
        return "missed_call" if stay.misses else "paused" if self.paused else "full"

    def _claim_left(self, ticket: int) -> int:
        ends = [end for end, last in self.waves.items() if last >= ticket]
        ends = [self.claims[ticket]] if ticket in self.claims else ends
        return max(0, min(ends) - self.clock) if ends else self.rules.claim_ms

    # Coming and going

    def keep(self, person: Coming) -> bool:
        """Lengthens the lease of whoever is known in that role; a called one who claims enters."""
        name, role, claims, lease_ms = person
        stay = self.stays.get(name)
        if stay is None or stay.role != role:
            return False
        if stay.kind == "away":
            self._return(name, stay, lease_ms)
            return True
        self._meet_again(stay)
        if stay.kind == "ticket" and claims and stay.ticket <= self.called_to:
            self.report.end(name, "seated")
            stay.kind, stay.ticket, stay.misses = "seat", 0, 0
            self._withdraw(name)
            stay.ends = self.clock + lease_ms
            self.told["entered"].append((name, stay.generation, role))
        else:
            stay.ends = max(stay.ends, self.clock + lease_ms)
        return True

    def _return(self, name: str, stay: Stay, lease_ms: int) -> None:
        ticket = self._end_away(stay)
        self._meet_again(stay)
        stay.kind, stay.ticket, stay.ends = "ticket", ticket, self.clock + lease_ms
        self.told["queued"].append((name, stay.generation, ticket))

    def enter(self, person: Coming) -> PlaceKind | None:
        """Takes a newcomer in. Returns why there is no place of their own, if so."""
        name, role, _, lease_ms = person
        if role != Role.HOST and self.refilling:
            return "refill"
        if role == Role.PRESENTER and self.count("presenter") >= self.presenter_capacity:
            return "presenters_full"
        if role == Role.ATTENDEE and not self._may_sit() and self._line_is_full():
            return "line_full"
        self._give_up_other_role(name)
        if role == Role.HOST:
            return "hosting"
        self._take_in(name, role, self.clock + lease_ms)
        return None

    def _take_in(self, name: str, role: Role, ends: int) -> None:
        stay = Stay("presenter", ends, self._next_generation())
        if role == Role.ATTENDEE:
            self.came += 1
            people = self.count("seat") + self.count("ticket")
            may_sit = self._may_sit()
            stay.kind = "seat" if may_sit else "ticket"
            stay.ticket = stay.order = 0 if may_sit else self._next_ticket()
            if may_sit:
                self.report.at_once += 1
            else:
                self.report.begin(name, self._needed_by(people))
            if name in self.expired and not may_sit:
                self.greeted.add(name)
            self.expired.discard(name)
        if stay.kind == "ticket":
            self.told["queued"].append((name, stay.generation, stay.ticket))
        else:
            self.told["entered"].append((name, stay.generation, role))
        self.stays[name] = stay

    def _may_sit(self) -> bool:
        """Whether a newcomer gets a seat."""
        return not self.paused and not self.uncalled() and self.free() > 0

    def _line_is_full(self) -> bool:
        in_line = self.count("ticket") + self.count("away")
        return 0 < self.rules.most_waiting <= in_line

    def _needed_by(self, people: int) -> int:
        """The seats with which a newcomer would not wait. 0: more seats would not help."""
        return 0 if self.paused or self.limited else people + 1

    def vacate(self, name: str, ending: Ending) -> Stay | None:
        if name in self.stays and self.stays[name].kind in {"ticket", "away"}:
            self.report.end(name, ending)
        if name in self.stays and self.stays[name].kind == "away":
            self._end_away(self.stays[name])
        self.expired.discard(name)
        self._withdraw(name)
        stay = self.stays.pop(name, None)
        self.freed += stay is not None and self._holds_a_seat(stay)
        return stay

    def choose(self, name: str) -> bool:
        """Puts a person before the line. Returns whether that changes anything."""
        stay = self.stays.get(name)
        in_line = stay is not None and stay.kind in {"ticket", "away"}
        if stay is None or not in_line or stay in self.held() or name in self.chosen:
            return False
        self.chosen.append(name)
        self.priorities += 1
        self.told["chosen"].append((name, stay.ticket if stay.kind == "ticket" else 0))
        return True

    def _withdraw(self, name: str) -> None:
        if name in self.chosen:
            self.chosen.remove(name)

    def _holds_a_seat(self, stay: Stay) -> bool:
        """Whether a seat is taken by this person, or held for them."""
        return stay.kind == "seat" or (stay.kind == "ticket" and stay.ticket <= self.called_to)

    def drop(self, drop: Drop) -> None:
        stay = self.stays.get(drop.participant)
        if stay is None or stay.generation != drop.generation or stay.dropped:
            return
        stay.dropped = True
        if stay.kind == "away":
            return
        waits = stay.kind == "ticket"
        grace_ms = self.rules.wait_grace_ms if waits else self.rules.grace_ms
        stay.ends = self.clock + drop.after_ms + grace_ms

    def leave(self, name: str, generation: int) -> None:
        stay = self.stays.get(name)
        if stay and generation not in {0, stay.generation}:
            return
        last = max(generation, stay.generation if stay else 0)
        if last > 0:
            self._remember_leave(name, last)
        if self.vacate(name, "left") and stay:
            self.told["left"].append((name, last, stay.role))

    def _remember_leave(self, name: str, generation: int) -> None:
        _, known = self.left.get(name, (0, 0))
        last = max(generation, known)
        self.left[name] = (self.clock + self.rules.lease_ms, last)
        self.generation = max(self.generation, last)

    def _give_up_other_role(self, name: str) -> None:
        stay = self.vacate(name, "changed_role") if name in self.stays else None
        if stay:
            self.told["changed_role"].append((name, stay.generation, stay.role))

    def _meet_again(self, stay: Stay) -> None:
        if stay.dropped:
            stay.dropped, stay.generation = False, self._next_generation()

    def _next_generation(self) -> int:
        self.generation += 1
        return self.generation

    def _next_ticket(self) -> int:
        self.next_ticket += 1
        return self.next_ticket - 1

    # Being vouched for

    def renew(self, session: Session, *, refilling: bool) -> PlaceKind | Literal["news", "known"]:
        """Returns whether the node believes what is true, or why the person has no place."""
        name, generation, holding = session
        stay = self.stays.get(name)
        has_left = generation <= self.left.get(name, (0, 0))[1] and name in self.left
        if stay is None or has_left:
            if name in self.removed or has_left:
                return "removed" if name in self.removed else "left"
            if not refilling:
                return "lost"
            self._bring_back(session)
            return "news"
        if stay.kind == "away":
            if refilling:
                self._bring_back(session)
            else:
                self._return(name, stay, self.rules.lease_ms)
            return "news"
        if refilling and _was_better(holding, stay):
            self._bring_back(session)
            return "news"
        stay.dropped, stay.ends = False, self.clock + self.rules.lease_ms
        return "known" if generation == stay.generation and stay.holds(holding) else "news"

    def _bring_back(self, session: Session) -> None:
        name, _, holding = session
        if name in self.stays and holding.kind != "waiting":
            self.report.end(name, "seated" if holding.kind == "seated" else "changed_role")
            self._withdraw(name)
        stay = self.stays.get(name) or Stay("ticket", 0, 0, dropped=True)
        is_old = holding.ticket < self.next_ticket
        has_order = stay.kind == "away" or (stay.kind == "ticket" and stay.order != stay.ticket)
        before = self._end_away(stay) if stay.kind == "away" else stay.ticket
        self.stays[name] = stay
        self._meet_again(stay)
        stay.kind, stay.ticket = KIND_OF[holding.kind], holding.ticket
        stay.order = stay.order if is_old and has_order else holding.ticket
        stay.ends = self.clock + self.rules.lease_ms
        self.next_ticket = max(self.next_ticket, holding.ticket + 1)
        if holding.kind == "waiting":
            self._release(stay, before)
        self.told["reported"].append((name, stay.generation, *holding))

    def _release(self, stay: Stay, before: int) -> None:
        """Nobody else keeps the ticket with which somebody was brought back."""
        if stay.ticket in self.kept:
            self.kept.remove(stay.ticket)
            self.kept.append(before or self._next_ticket())
        for other in self.line():
            if other is not stay and other.ticket == stay.ticket:
                has_order = other.order != other.ticket
                other.ticket = before or self._next_ticket()
                other.order = other.order if has_order else other.ticket

    def _end_away(self, stay: Stay) -> int:
        self._lift_called()
        ticket = self.kept_for(stay)
        self.kept.remove(ticket)
        return ticket

    def _lift_called(self) -> None:
        """People whom lost calls passed over stay in front of everybody who is not called."""
        unused = self.called_to
        for ticket in sorted(kept for kept in self.kept if kept <= self.called_to):
            unused = self._unused(unused + 1)
            self.kept.remove(ticket)
            self.kept.append(unused)

    def _unused(self, ticket: int) -> int:
        uncalled = self.uncalled()
        limit = uncalled[0].ticket if uncalled else self.next_ticket
        while ticket < limit and ticket in self.kept:
            ticket += 1
        return ticket if ticket < limit else self._next_ticket()

    # Time and calls

    def sweep(self) -> None:
        if self.clock < self.truce_until:
            return
        for name in [name for name, stay in self.stays.items() if stay.ends <= self.clock]:
            stay = self.stays[name]
            self.late_ms = max(self.late_ms or 0, self.clock - stay.ends)
            self._expire(name, stay)
        for ticket, end in sorted(self.claims.items(), key=lambda claim: claim[1]):
            if end <= self.clock:
                del self.claims[ticket]
                self._miss_all(ticket, ticket)
        for end in sorted(self.waves):
            if end <= self.clock:
                self._miss_all(1 + max([0, *self.claims]), self.waves.pop(end))
        self.left = {name: kept for name, kept in self.left.items() if kept[0] > self.clock}

    def _expire(self, name: str, stay: Stay) -> None:
        if stay.kind == "ticket" and stay.ticket > self.called_to and self.rules.away_ms:
            stay.kind, stay.ends = "away", self.clock + self.rules.away_ms
            self.kept.append(stay.ticket)
            self.told["away"].append((name, stay.generation))
            self.report.watch(name, on=False)
            return
        self.vacate(name, "expired")
        kind = "ticket" if stay.kind == "away" else stay.kind
        self.told["expired"].append((name, stay.generation, kind))
        if kind == "ticket":
            self.expired.add(name)

    def _miss_all(self, first_ticket: int, last_ticket: int) -> None:
        for stay in self.line():
            if first_ticket <= stay.ticket <= last_ticket:
                (name,) = (name for name, other in self.stays.items() if other is stay)
                self._miss(name, stay)

    def _miss(self, name: str, stay: Stay) -> None:
        stay.misses += 1
        self._withdraw(name)
        self.report.calls_missed += 1
        if stay.misses == 2:
            self.vacate(name, "missed_calls")
            self.told["dropped_out"].append((name, stay.generation))
            return
        self.freed += 1
        old, stay.ticket = stay.ticket, self._next_ticket()
        stay.order = stay.ticket
        self.told["requeued"].append((name, old, stay.ticket))

    def call_line(self) -> None:
        """Calls as many as there are free seats; twice in one transition is one call."""
        if self.paused or self.refilling:
            return
        for stay in self.chosen_in_line()[: self.free()]:
            self._call_chosen(stay)
        chosen = self.uncalled()[: self.free()]
        if not chosen:
            return
        self._exchange(chosen)
        chosen.sort(key=lambda stay: stay.ticket)
        self.called_to = chosen[-1].ticket
        before = self.call
        first = before.called_from if before else chosen[0].ticket
        count = len(chosen) + (before.count if before else 0)
        window_ms = -(-count * self.rules.window_ms_per_100 // 100)
        last = max(self.waves, default=max(self.claims.values(), default=0))
        end = max(self.clock + window_ms + self.rules.claim_ms, last)
        if before:
            del self.waves[before.claim_end]
        while end in self.claims.values():
            end += 1
        self.waves[end] = self.called_to
        self.call = CallModel(first, count, window_ms, end)

    def _call_chosen(self, stay: Stay) -> None:
        """A ticket below all others, and an end of its own, which no other call has."""
        (name,) = (name for name, other in self.stays.items() if other is stay)
        tickets = [other.ticket for other in self.line()]
        ticket = min([*tickets, *self.kept, *self.waves.values(), *self.claims]) - 1
        end = self.clock + self.rules.claim_ms
        while end in self.waves or end in self.claims.values():
            end += 1
        self.claims[ticket] = end
        self.told["exchanged"].append((name, stay.ticket, ticket))
        stay.ticket = stay.order = ticket
        self.called_to = max(self.called_to, ticket)
        self._withdraw(name)

    def _exchange(self, chosen: list[Stay]) -> None:
        """The people called have the lowest tickets, the people away the others."""
        self._lift_called()
        highest = sorted([*self.kept, *(stay.ticket for stay in chosen)])[len(chosen) - 1]
        lower = sorted(ticket for ticket in self.kept if ticket <= highest)
        last = [stay for stay in reversed(chosen) if stay.ticket > highest]
        for stay, ticket in zip(last, lower, strict=True):
            (name,) = (name for name, other in self.stays.items() if other is stay)
            self.told["exchanged"].append((name, stay.ticket, ticket))
            self.kept.remove(ticket)
            self.kept.append(stay.ticket)
            stay.ticket = ticket


def _was_better(holding: Holding, stay: Stay) -> bool:
    """A seat beats a ticket, a lower ticket a higher one."""
    if stay.kind != "ticket" or holding.kind == "presenting":
        return False
    return holding.kind == "seated" or holding.ticket < stay.ticket
