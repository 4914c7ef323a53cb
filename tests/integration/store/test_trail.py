"""The trail of an account: written with the change that it explains, bounded, read in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from fullhouse.domain.callers import Caller
from fullhouse.domain.history import CalledNext, Purchased
from fullhouse.domain.pages import PageRequest
from fullhouse.domain.polls import Poll
from fullhouse.domain.rooms import Revision, Role, RoomRef
from fullhouse.domain.trail import By, NotedRequest, TrailEntry, TrailEvent, TrailLog
from fullhouse.domain.waiting_people import CallNext
from fullhouse.service.trail import READ_AT_ONCE, EventFilter, TrailService
from fullhouse.store.histories import Histories
from fullhouse.store.keys import DEFAULT_KEYS, part_of
from fullhouse.store.room_keys import RoomKeys
from fullhouse.store.trail import TRIMMED_AT_ONCE, TrailStore
from fullhouse.store.waiting_people import WaitingPeople
from tests.event_room import (
    CLAIM_MS,
    GRACE_MS,
    LEASE_MS,
    REF,
    RULES,
    WAIT_GRACE_MS,
    WINDOW_MS_PER_100,
    EventRoom,
    Guest,
)

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.domain.accounts import Account
    from tests.fakes import FakeClock

ACME = REF.account
HOUR_MS = 3_600_000
AWAY_MS = 600_000
EVERYTHING = EventFilter()


class AnyAccount:
    """Every account exists."""

    async def current(self, account_id: str) -> Account:
        return None  # type: ignore[return-value]  # nobody reads it


def trail_of(event_room: EventRoom) -> TrailStore:
    return TrailStore(event_room.redis, instant=event_room.clock.now_ms)


async def events(
    event_room: EventRoom, wanted: EventFilter = EVERYTHING, *, limit: int = 200
) -> list[TrailEvent]:
    """All events, oldest first, read in pages."""
    service = TrailService(trail_of(event_room), AnyAccount())
    found: list[TrailEvent] = []
    cursor = None
    while True:
        page = await service.page(ACME, wanted, PageRequest(limit, cursor))
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found[::-1]


async def told(
    event_room: EventRoom, **wanted: object
) -> list[tuple[str, str | None, str | None]]:
    """Participant, kind and rule of the events about people, oldest first."""
    found = await events(event_room, EventFilter(**wanted))  # type: ignore[arg-type]
    return [
        (event.participant or "", event.kind, event.entry.rule)
        for event in found
        if event.participant
    ]


def request(
    call: str = "PATCH /rooms", *, about: str | None = None, by: Caller | None = None
) -> TrailEntry:
    who = By("person", participant=by.participant) if by else By("key", key="k1")
    noted = NotedRequest(by=who, call=call, status=200, request_id="r1")
    return TrailEntry(kind="request", room=REF.room, participant=about, request=noted)


async def test_a_newcomer_who_waits_is_explained_by_the_rule_and_the_room_of_that_moment(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.hello("a")
    event_room.clock.advance(ms=1_000)
    _, bob, _ = await event_room.hello("b", "bob", "c")

    (event,) = await events(event_room, EventFilter(participant="bob"))

    assert (event.at_ms, event.kind, event.entry.rule) == (
        event_room.clock.now_ms(),
        "waiting",
        "full",
    )
    assert event.ticket == bob.place.ticket
    assert event.figures is not None
    assert (event.figures.capacity, event.figures.occupied, event.figures.waiting) == (2, 2, 2)


async def test_each_rule_by_which_people_wait_has_its_name(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.set_paused(paused=True)
    await event_room.hello("early")
    await event_room.set_paused("on", paused=False)
    await event_room.claim("early")
    await event_room.set_seats(1)
    await event_room.hello("later")
    await event_room.set_seats("plan", "plan")
    await event_room.claim("later")
    await event_room.hello("last")

    assert await told(event_room) == [
        ("early", "waiting", "paused"),
        ("later", "waiting", "limited"),
        ("last", "waiting", "full"),
    ]


async def test_one_who_does_not_come_when_called_is_explained_to_the_end(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)
    await event_room.wait(CLAIM_MS + WINDOW_MS_PER_100, keeping=[b])
    again = Guest("b", await event_room.place("b"))
    await event_room.wait(CLAIM_MS + WINDOW_MS_PER_100, keeping=[again])

    assert await told(event_room, participant="b") == [
        ("b", "waiting", "full"),
        ("b", "call_missed", "claim"),
        ("b", "place_lost", "missed_calls"),
    ]
    (missed,) = await events(event_room, EventFilter(kind="call_missed"))
    assert (missed.ticket, missed.new_ticket) == (b.place.ticket, again.place.ticket)


async def test_places_that_end_with_a_deadline_name_the_deadline(event_room: EventRoom) -> None:
    await event_room.open(seats=1, presenters=1, away_ms=AWAY_MS)
    (seated,) = await event_room.hello("seated")
    (presenter,) = await event_room.hello("presenter", role=Role.PRESENTER)
    (waiting, called) = await event_room.hello("called", "waiting")
    await event_room.drop(seated, presenter, called, waiting)
    await event_room.wait(max(GRACE_MS, WAIT_GRACE_MS) + 2_000)
    await event_room.wait(AWAY_MS)

    assert await told(event_room, kind="place_lost") == [
        ("seated", "place_lost", "grace"),
        ("presenter", "place_lost", "grace"),
        ("called", "place_lost", "wait_grace"),
        ("waiting", "place_lost", "away"),
    ]
    assert await told(event_room, kind="passed_over") == [("waiting", "passed_over", "wait_grace")]


async def test_refusals_are_noted_once_an_hour_for_each_person_and_at_most_so_many(
    event_room: EventRoom,
) -> None:
    """Otherwise one person who comes again and again would push out everybody else."""
    await event_room.open(presenters=1)
    await event_room.hello("p", role=Role.PRESENTER)
    await event_room.rooms.remove_participant(REF, "troll")
    for _ in range(3):
        await event_room.hello("troll", "q", role=Role.PRESENTER)
        event_room.clock.advance(ms=1_000)
    many = [f"x{n}" for n in range(99)]
    await event_room.hello(*many, role=Role.PRESENTER)
    in_one_hour = await told(event_room, kind="refused")
    event_room.clock.advance(ms=HOUR_MS)
    await event_room.hello("troll")

    assert in_one_hour[:2] == [
        ("troll", "refused", "removed"),
        ("q", "refused", "presenters_full"),
    ]
    assert len(in_one_hour) == 60
    assert (await told(event_room, kind="refused"))[60:] == [("troll", "refused", "removed")]


async def test_a_newcomer_who_has_to_come_again_after_a_refill_is_not_refused(
    event_room: EventRoom,
) -> None:
    """A whole audience comes again then, and would fill the hour of the room."""
    await event_room.open()
    await event_room.rooms.remove_participant(REF, "troll")
    epoch = (await event_room.revision()).epoch
    await event_room.report_members(seen=Revision(epoch, 999))

    people = await event_room.hello("troll", "newcomer")

    assert [person.place.kind for person in people] == ["removed", "refill"]
    assert await told(event_room, kind="refused") == [("troll", "refused", "removed")]


async def test_a_room_tells_its_openings_its_end_and_a_lost_memory(event_room: EventRoom) -> None:
    await event_room.open(forgotten_ms=HOUR_MS)
    epoch = (await event_room.revision()).epoch
    await event_room.report_members(seen=Revision(epoch, 999))
    event_room.clock.advance(ms=HOUR_MS)
    await event_room.rooms.close_forgotten(REF)
    await event_room.hello("visitor")
    await event_room.rooms.close_room(REF)

    found = [(event.kind, event.entry.rule) for event in await events(event_room)]
    assert found == [
        ("room_opened", "platform"),
        ("room_refilling", "memory_lost"),
        ("room_closed", "forgotten"),
        ("room_opened", "visitor"),
        ("room_closed", "closed"),
    ]


async def test_a_stampede_fills_no_more_than_its_own_log(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await trail_of(event_room).note(ACME, "platform", request())
    for first in range(0, 10_000, 250):
        await event_room.hello(*(f"p{n}" for n in range(first, first + 250)))

    people = DEFAULT_KEYS.account(ACME).trail("people")
    requests = await events(event_room, EventFilter(kind="request"))

    assert (
        await event_room.redis.hget(people, "last") == b"161"
    )  # 64 people in each, and the opening
    assert len(requests) == 1
    assert len(await told(event_room, kind="waiting")) == 9_999


async def test_an_event_without_anything_to_explain_writes_nothing(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    before = await event_room.redis.hgetall(DEFAULT_KEYS.account(ACME).trail("people"))
    (a,) = await event_room.hello("a")
    await event_room.claim("a")
    await event_room.renew([a])
    await event_room.leave(a)

    assert await event_room.redis.hgetall(DEFAULT_KEYS.account(ACME).trail("people")) == before


async def test_pages_of_one_row_give_every_event_once_and_in_order(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    trail = trail_of(event_room)
    logs: list[TrailLog] = ["platform", "buyers", "tokens", "refused"]
    for n in range(8):
        event_room.clock.advance(ms=10 * (n % 3))  # some at the same instant
        await trail.note(ACME, logs[n % 4], request(f"call {n}"))
        await event_room.hello(f"a{n}", f"b{n}", f"c{n}")

    whole = await events(event_room)

    assert await events(event_room, limit=1) == whole
    assert len(whole) == 1 + 8 + 8 * 3 - 1  # the opening, and the first of all got the seat
    assert [event.at_ms for event in whole] == sorted(event.at_ms for event in whole)


async def test_a_page_is_not_disturbed_by_what_happens_meanwhile(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "b", "c", "d")
    service = TrailService(trail_of(event_room), AnyAccount())
    first = await service.page(ACME, EVERYTHING, PageRequest(2))
    event_room.clock.advance(ms=1)
    await event_room.hello("e", "f")
    await trail_of(event_room).note(ACME, "platform", request())

    second = await service.page(ACME, EVERYTHING, PageRequest(9, first.next))

    names = [event.participant for event in (*first.rows, *second.rows)]
    assert names == ["d", "c", "b", None]
    assert second.next is None


async def test_time_bounds_are_found_without_reading_what_is_newer(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    trail, start_ms = trail_of(event_room), event_room.clock.now_ms()
    for n in range(2 * READ_AT_ONCE):
        event_room.clock.advance(ms=1_000)
        await trail.note(ACME, "platform", request(f"call {n + 1}"))

    wanted = EventFilter(since_ms=start_ms + 10_000, until_ms=start_ms + 12_000)
    found = [
        event.entry.request.call
        for event in await events(event_room, wanted)
        if event.entry.request
    ]

    assert found == ["call 10", "call 11", "call 12"]


async def test_only_old_entries_are_trimmed_and_an_empty_log_goes(
    redis: Redis, clock: FakeClock
) -> None:
    event_room = EventRoom(redis, clock)
    await event_room.open(seats=1)
    await redis.sadd(DEFAULT_KEYS.index(part_of(ACME)), ACME)
    called: list[str] = []
    trail = TrailStore(
        redis, instant=clock.now_ms, observe=lambda script, *_: called.append(script)
    )
    for _ in range(TRIMMED_AT_ONCE + 5):
        await trail.note(ACME, "tokens", request())
    clock.advance(ms=HOUR_MS)
    await trail.note(ACME, "tokens", request("newer"))
    await trail.note(ACME, "platform", request("kept"))

    await trail.trim(part_of(ACME), clock.now_ms())

    assert {
        event.entry.request.call for event in await events(event_room) if event.entry.request
    } == {"newer", "kept"}
    assert called.count("trim_trail") == 2
    left = {
        key.decode().rpartition("trail:")[2]
        for key in cast("list[bytes]", await redis.keys("*trail:*"))
    }
    assert left == {"platform", "tokens"}


async def test_no_trail_begins_without_an_account(event_room: EventRoom) -> None:
    assert not await trail_of(event_room).note(ACME, "platform", request())
    assert await event_room.contents() == {}


async def test_a_person_is_erased_from_every_entry_and_the_others_stay(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    trail = trail_of(event_room)
    await event_room.hello("a", "bob", "c")
    await event_room.hello("bob-2")
    await trail.note(ACME, "platform", request("DELETE", about="bob"))
    await trail.note(ACME, "buyers", request("buy", by=Caller("person", participant="bob")))
    await trail.note(ACME, "tokens", request("token", about="c"))
    before = [event.at_ms for event in await events(event_room)]

    counts = [await trail.erase(ACME, participant="bob") for _ in range(2)]

    assert counts == [3, 0]
    assert not any(b'"bob"' in text for text in await texts(event_room))
    assert sorted(name for name, _, _ in await told(event_room)) == ["bob-2", "c", "c"]
    tickets = [event.ticket for event in await events(event_room, EventFilter(kind="waiting"))]
    assert tickets == [(await event_room.place(name)).ticket for name in ("c", "bob-2")]
    assert len(await events(event_room, EventFilter(kind="request"))) == 3
    assert len(before) == len(await events(event_room)) + 1


async def test_the_people_of_one_room_are_erased_and_those_of_another_stay(
    event_room: EventRoom,
) -> None:
    annex = EventRoom(event_room.redis, event_room.clock, RoomRef(ACME, "annex"))
    await event_room.open(seats=1)
    await event_room.has_account(seats=1, parallel_events=1)
    await annex.rooms.open_room(annex.ref, "Annex", RULES)
    await event_room.hello("a", "b")
    await annex.hello("a", "c")
    event_room.clock.advance(ms=1)
    await trail_of(event_room).note(ACME, "platform", request("DELETE", about="b"))

    await trail_of(event_room).erase(ACME, room=REF.room)

    assert await told(event_room) == [("c", "waiting", "full")]
    assert [event.kind for event in await events(event_room)] == [
        "room_opened",
        "room_opened",
        "waiting",
        "request",
    ]


async def test_a_late_renewal_brings_no_erased_person_back(event_room: EventRoom) -> None:
    """The store has lost its memory, so nodes bring people back; one has not heard of it yet."""
    await event_room.open()
    (bob,) = await event_room.hello("bob")
    await event_room.rooms.erase_participant(REF, "bob")
    epoch = (await event_room.revision()).epoch

    await event_room.report_members(bob.session, seen=Revision(epoch, 999))

    assert (await event_room.state()).occupied == 0


@pytest.mark.parametrize("closed", [False, True])
async def test_a_room_forgets_an_erased_person_and_the_next_one_is_called(
    event_room: EventRoom, *, closed: bool
) -> None:
    await event_room.open(seats=1, forgotten_ms=HOUR_MS)
    await event_room.rooms.remove_participant(REF, "bob")
    if closed:
        event_room.clock.advance(ms=HOUR_MS)
        await event_room.rooms.close_forgotten(REF)
    else:
        await event_room.hello("bob", "c")
        await event_room.hello("d")

    erased = [await event_room.rooms.erase_participant(REF, name) for name in ("bob", "bob", "c")]

    assert erased == [True, False, not closed]
    assert b"bob" not in (await event_room.redis.hget(RoomKeys(REF).all()[7], "!refused") or b"")
    if not closed:
        assert (await event_room.claim("d")).kind == "seated"
        assert (await event_room.claim("bob")).kind == "waiting"


async def test_what_a_host_does_for_one_person_is_in_the_trail(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    _, bob = await event_room.hello("a", "bob")
    line = WaitingPeople(event_room.redis, instant=event_room.clock.now_ms)

    for change in ("m", "n"):
        await line.call_next(change, CallNext(REF, "bob", by="hera", reason="speaks next"))
    await line.remove_present(REF, "bob")

    *_, chosen, removed = await events(event_room)
    assert (chosen.kind, chosen.entry.rule, chosen.participant, chosen.ticket) == (
        *("called_next", "host", "bob"),
        bob.place.ticket,
    )
    assert (removed.kind, removed.entry.rule, removed.participant) == ("removed", "host", "bob")


async def test_a_person_in_line_is_erased_with_name_choice_and_history(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a", "bob", "c")
    poll = Poll("bob", Role.ATTENDEE, claims=False, name="Bob Bobson")
    await event_room.rooms.poll(REF, [poll], lease_ms=LEASE_MS)
    line = WaitingPeople(event_room.redis, instant=event_room.clock.now_ms)
    for name in ("bob", "c"):
        await line.call_next(name, CallNext(REF, name, by="hera", reason="speaks next"))

    assert await event_room.rooms.erase_participant(REF, "bob")

    assert b"Bobson" not in str(await event_room.contents()).encode()
    history = await Histories(event_room.redis).history(REF)
    chosen = [moment for moment in history.moments if isinstance(moment, CalledNext)]
    assert [(moment.participant, moment.by) for moment in chosen] == [
        (None, "hera"),
        ("c", "hera"),
    ]


async def test_a_closed_room_forgets_who_bought(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    bought = b'{"kind":"purchase","at_ms":1,"plan":"p","upgrade":"u","by":"bob"}'
    epochs = next(key for key in await event_room.contents() if key.endswith(":epochs"))
    await event_room.redis.hset(epochs, "moment:1", bought)
    await event_room.rooms.close_room(REF)

    erased = [await event_room.rooms.erase_participant(REF, "bob") for _ in range(2)]

    history = await Histories(event_room.redis).history(REF)
    assert erased == [True, False]
    assert [each.by for each in history.moments if isinstance(each, Purchased)] == [None]


async def texts(event_room: EventRoom) -> list[bytes]:
    """Every value of every log."""
    keys = [key for key in await event_room.contents() if ":trail:" in key]
    found = [cast("list[bytes]", await event_room.redis.hvals(key)) for key in keys]
    return [text for each in found for text in each]
