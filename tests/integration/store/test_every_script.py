"""What holds for every script: told once in absolute values, and safe to send twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields, replace

import pytest

from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Drop, Newcomer, Revision, Role
from fullhouse.domain.waiting_people import CallNext, LinePosition
from fullhouse.store.gates import Gates
from fullhouse.store.histories import Histories
from fullhouse.store.host_messages import HostMessages
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.reopening import Reopening
from fullhouse.store.reports import Reports
from fullhouse.store.script_source import source_of
from fullhouse.store.scripts import Scripts
from fullhouse.store.waiting_people import WaitingPeople
from fullhouse.store.watching import Watching
from tests.event_probe import Ear
from tests.event_room import LEASE_MS, REF, RULES, EventRoom, Guest


@dataclass(frozen=True, slots=True)
class Scene:
    """A busy room: two inside, one called, two waiting, a presenter, a notice."""

    event_room: EventRoom
    inside: Guest
    called: Guest
    waiting: Guest
    presenter: Guest
    seen: Revision
    notice: str


async def busy(event_room: EventRoom) -> Scene:
    await event_room.open(seats=4, presenters=2)
    await event_room.set_seats(3, "busy")
    await event_room.set_stream()
    a, _, c = await event_room.hello("a", "b", "c")
    d, e, _ = await event_room.hello("d", "e", "f")
    (p,) = await event_room.hello("p", role=Role.PRESENTER)
    await event_room.leave(c)
    snapshot = await event_room.rooms.snapshot(REF)
    assert snapshot.state.notice is not None
    return Scene(event_room, a, d, e, p, snapshot.revision, snapshot.state.notice.id)


def admit(role: Role, *names: str) -> Callable[[Scene], Awaitable[object]]:
    batch = [Newcomer(name, role) for name in names]
    return lambda scene: scene.event_room.rooms.admit(REF, batch)


def poll(*polls: Poll) -> Callable[[Scene], Awaitable[object]]:
    return lambda scene: scene.event_room.rooms.poll(REF, polls, lease_ms=LEASE_MS)


def message(text: str | None, change: str = "m") -> Callable[[Scene], Awaitable[object]]:
    async def say(scene: Scene) -> None:
        event_room = scene.event_room
        store = HostMessages(event_room.redis, instant=event_room.clock.now_ms)
        await store.set_message(REF, change, text)

    return say


def watch(*watchers: tuple[str, bool]) -> Callable[[Scene], Awaitable[object]]:
    async def say(scene: Scene) -> None:
        event_room = scene.event_room
        store = Watching(event_room.redis, instant=event_room.clock.now_ms)
        await store.note_watching(REF, watchers)

    return say


def gate_of(event_room: EventRoom) -> Gates:
    return Gates(event_room.redis, instant=event_room.clock.now_ms)


def line_of(event_room: EventRoom) -> WaitingPeople:
    return WaitingPeople(event_room.redis, instant=event_room.clock.now_ms)


def call_next(name: str) -> Callable[[Scene], Awaitable[object]]:
    choice = CallNext(REF, name, by="host", reason="speaks next")
    return lambda scene: line_of(scene.event_room).call_next(f"next-{name}", choice)


def remove_present(name: str) -> Callable[[Scene], Awaitable[object]]:
    return lambda scene: line_of(scene.event_room).remove_present(REF, name)


def reopening(event_room: EventRoom) -> Reopening:
    return Reopening(Scripts.register(event_room.redis), DEFAULT_KEYS, event_room.clock.now_ms)


Act = Callable[[Scene], Awaitable[object]]

ACTS: dict[str, list[Act]] = {
    "admit": [
        admit(Role.ATTENDEE, "g", "h"),
        admit(Role.ATTENDEE, "d"),
        admit(Role.ATTENDEE, "p"),
        admit(Role.PRESENTER, "q", "r"),
        admit(Role.PRESENTER, "e"),
        admit(Role.HOST, "a"),
    ],
    "poll": [
        poll(Poll("g", Role.ATTENDEE), Poll("q", Role.PRESENTER)),
        poll(Poll("d", Role.ATTENDEE)),
        poll(Poll("d", Role.ATTENDEE, claims=True), Poll("d", Role.ATTENDEE)),
    ],
    "renew": [
        lambda s: s.event_room.renew([s.inside, s.called, s.waiting]),
        lambda s: s.event_room.report_members(
            s.inside.session,
            replace(s.waiting, name="stranger").session,
            seen=replace(s.seen, epoch=s.seen.epoch - 1),
            called_to=s.waiting.place.ticket,
        ),
    ],
    "drop": [
        lambda s: s.event_room.drop(s.inside, s.called, s.waiting, s.presenter),
        lambda s: s.event_room.rooms.drop(REF, [Drop("a", s.inside.generation, 9_000)], s.seen),
    ],
    "leave": [
        lambda s: s.event_room.leave(s.inside),
        lambda s: s.event_room.leave(s.called, s.presenter),
        lambda s: s.event_room.rooms.leave(REF, [("e", 0), ("nobody", 5)], s.seen),
    ],
    "sweep_room": [
        lambda s: s.event_room.sweep(),
        lambda s: s.event_room.rooms.sweep_room(REF, replace(s.seen, rev=s.seen.rev + 1)),
    ],
    "dismiss_notice": [
        lambda s: s.event_room.rooms.dismiss_notice(REF, s.notice, rest=False),
        lambda s: s.event_room.rooms.dismiss_notice(REF, s.notice, rest=True),
    ],
    "remove_participant": [
        lambda s: s.event_room.rooms.remove_participant(REF, "a"),
        lambda s: s.event_room.rooms.remove_participant(REF, "nobody"),
    ],
    "erase_participant": [
        lambda s: s.event_room.rooms.erase_participant(REF, "a"),
        lambda s: s.event_room.rooms.erase_participant(REF, "nobody"),
    ],
    "lift_removal": [
        lambda s: s.event_room.rooms.lift_removal(REF, "a"),
        lambda s: s.event_room.rooms.lift_removal(REF, "nobody"),
    ],
    "call_next": [call_next("e"), call_next("d"), call_next("a")],
    "remove_present": [remove_present("a"), remove_present("e")],
    "list_waiting": [
        lambda s: line_of(s.event_room).list_waiting(REF, LinePosition(), 9),
    ],
    "open_room": [lambda s: s.event_room.rooms.open_room(REF, "New title", RULES)],
    "reopen_room": [lambda s: reopening(s.event_room).reopen(REF)],
    "close_room": [
        lambda s: s.event_room.rooms.close_room(REF),
        lambda s: s.event_room.rooms.close_forgotten(REF),
    ],
    "delete_room": [lambda s: s.event_room.closed.delete(REF)],
    "set_room": [
        lambda s: s.event_room.set_seats(4, "up"),
        lambda s: s.event_room.set_seats(1, "down"),
        lambda s: s.event_room.set_paused(paused=True),
        lambda s: s.event_room.set_stream("https://stream.example/other"),
    ],
    "note_watching": [
        watch(("d", True), ("e", True), ("a", True)),
        watch(("d", True), ("d", False)),
    ],
    "set_message": [message("Doors at eight"), message(None)],
    "gate": [lambda s: gate_of(s.event_room).gate(REF, "a", is_host=False)],
    "history": [lambda s: Histories(s.event_room.redis).history(REF)],
    "report": [lambda s: Reports(s.event_room.redis).report(REF)],
    "snapshot": [lambda s: s.event_room.rooms.snapshot(REF)],
    "people_ahead": [lambda s: s.event_room.rooms.people_ahead(REF, [1, 2])],
    "positions": [lambda s: s.event_room.rooms.positions(REF, ["a", "d", "e"])],
    "audit": [lambda s: s.event_room.rooms.audit(REF)],
}
"""Script -> calls of it in the busy room."""

CASES = [(name, i) for name, acts in ACTS.items() for i in range(len(acts))]


def test_every_script_of_a_room_is_repeated_here() -> None:
    names = {field.name for field in fields(Scripts)}

    assert set(ACTS) == {name for name in names if "-- KEYS[1..15]" in source_of(name)}


@pytest.mark.parametrize(("script", "number"), CASES)
async def test_a_transition_is_told_in_one_event_of_absolute_values(
    event_room: EventRoom, ear: Ear, script: str, number: int
) -> None:
    """A lost event does no harm: the next says all that this one did, and `rev` shows the gap."""
    act = ACTS[script][number]
    scene = await busy(event_room)
    before = await event_room.revision()
    await ear.heard()

    await act(scene)

    told, now = await ear.heard(), await event_room.rooms.snapshot(REF)
    assert [(event.revision, event.state) for event in told] in ([], [(now.revision, now.state)])
    assert now.revision.rev - before.rev == len(told)


@pytest.mark.parametrize(("script", "number"), CASES)
async def test_a_second_time_changes_nothing_more(
    event_room: EventRoom, ear: Ear, script: str, number: int
) -> None:
    """The client library resends what got no answer."""
    act = ACTS[script][number]
    scene = await busy(event_room)
    await act(scene)
    before = await event_room.contents()
    await ear.heard()

    await act(scene)

    assert await event_room.contents() == before
    assert await ear.heard() == []


@pytest.mark.parametrize(("script", "number"), CASES)
async def test_a_second_time_after_a_lost_answer_moves_nobody(
    event_room: EventRoom, ear: Ear, script: str, number: int
) -> None:
    """Time has passed, so leases may be longer; who is where, and what is told, is not."""
    act = ACTS[script][number]
    scene = await busy(event_room)
    await act(scene)
    before = await everyones_place(event_room)
    await ear.heard()

    event_room.clock.advance(ms=700)
    await act(scene)

    assert await everyones_place(event_room) == before
    assert await ear.heard() == []


async def everyones_place(event_room: EventRoom) -> set[tuple[str, str, int, int | None]]:
    return {
        (holder.participant, holder.place, holder.generation, holder.ticket)
        for holder in (await event_room.holders()).values()
    }
