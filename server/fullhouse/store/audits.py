"""Builds an audit from the sets of a room: all places, and differences from the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.audit import Audit, SeatHolder
from fullhouse.domain.rooms import HeldPlace, Revision, RoomState, Snapshot


@dataclass(frozen=True, slots=True)
class AuditReply:
    """The answer of `audit.lua`: flat lists of member and score. The last has generations."""

    outcome: Literal["ok", "no_room"]
    epoch: int
    rev: int
    clock_ms: int = 0
    told_occupied: int = 0
    state: RoomState | None = None
    seats: tuple[str, ...] = ()
    presenters: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    away_tickets: tuple[str, ...] = ()
    generations: tuple[str, ...] = ()


def audit_of(reply: AuditReply) -> Audit:
    """The audit of a room that exists."""
    assert reply.state is not None  # noqa: S101  # an answer `ok` carries the state
    snapshot = Snapshot(Revision(reply.epoch, reply.rev), reply.state)
    return Audit(snapshot, tuple(_holders(reply)), tuple(_drift(reply, reply.state)))


def _pairs(flat: Sequence[str]) -> dict[str, int]:
    return {flat[i]: int(flat[i + 1]) for i in range(0, len(flat), 2)}


def _names(flat: Sequence[str]) -> set[str]:
    return set(flat[::2])


def _tickets_of_away(reply: AuditReply) -> dict[str, int]:
    """The n-th ticket that is kept is for the n-th person who is away."""
    return dict(zip(_pairs(reply.away), sorted(_pairs(reply.away_tickets).values()), strict=False))


def _holders(reply: AuditReply) -> Iterator[SeatHolder]:
    generations = _pairs(reply.generations)
    away = _names(reply.away)
    tickets = {**_pairs(reply.line), **_tickets_of_away(reply)}
    places: tuple[tuple[HeldPlace, Sequence[str]], ...] = (
        ("seat", reply.seats),
        ("presenter", reply.presenters),
        ("ticket", reply.present),
    )
    for place, flat in places:
        for participant, ends in _pairs(flat).items():
            yield SeatHolder(
                participant=participant,
                place="away" if place == "ticket" and participant in away else place,
                ends_in_ms=ends - reply.clock_ms,
                generation=abs(generations.get(participant, 0)),
                ticket=tickets.get(participant),
            )


def _drift(reply: AuditReply, state: RoomState) -> Iterator[str]:
    yield from _drift_of_counts(reply, state)
    yield from _drift_of_places(reply)
    yield from _drift_of_tickets(reply, state)


def _drift_of_counts(reply: AuditReply, state: RoomState) -> Iterator[str]:
    seats = len(_pairs(reply.seats))
    if seats != reply.told_occupied:
        yield f"{seats} seats are taken, {reply.told_occupied} were told"
    over = seats - state.capacity
    if over > 0 and state.level != "draining":
        yield f"{over} seats above capacity, and the room does not drain"


def _drift_of_places(reply: AuditReply) -> Iterator[str]:
    seats, presenters, line = map(_names, (reply.seats, reply.presenters, reply.line))
    present, away, generations = map(_names, (reply.present, reply.away, reply.generations))
    for name, extra in (
        ("in line without a lease", line - present),
        ("away without an end", away - present),
        ("with a lease but not in line", present - line - away),
        ("inside and in line", seats & line),
        ("away, and inside or in line", away & (seats | presenters | line)),
        ("in a seat and a presenter seat", seats & presenters),
        ("without a generation", (seats | presenters | line | away) - generations),
    ):
        if extra:
            yield f"{len(extra)} participants {name}"


def _drift_of_tickets(reply: AuditReply, state: RoomState) -> Iterator[str]:
    kept = _pairs(reply.away_tickets).values()
    tickets = [*_pairs(reply.line).values(), *kept]
    if len(tickets) > len(set(tickets)):
        yield f"{len(tickets) - len(set(tickets))} tickets are held twice"
    away = len(_pairs(reply.away))
    if not away == len(kept) == state.away:
        yield f"{away} participants are away, {state.away} were told, {len(kept)} tickets are kept"
