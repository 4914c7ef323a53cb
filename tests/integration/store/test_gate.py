"""gate: who is inside, until when, and what everybody else is told."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import NotFound, RoomClosed, Unavailable
from fullhouse.domain.gates import Entitlement, InsideKind, NotInside, entitlement
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.store.gates import Gates
from tests.event_room import GRACE_MS, LEASE_MS, REF, STEP_MS, WAIT_GRACE_MS, EventRoom


async def ask(
    event_room: EventRoom, participant: str, *, is_host: bool = False, ref: RoomRef = REF
) -> Entitlement:
    gates = Gates(event_room.redis, instant=event_room.clock.now_ms)
    return entitlement(ref, await gates.gate(ref, participant, is_host=is_host))


async def refusal(
    event_room: EventRoom, participant: str, *, is_host: bool = False
) -> tuple[str, int | None]:
    with pytest.raises(NotInside) as refused:
        await ask(event_room, participant, is_host=is_host)
    return refused.value.reason, refused.value.ahead


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.ATTENDEE, "seated"), (Role.PRESENTER, "presenting")]
)
async def test_a_person_inside_may_pass_until_the_end_of_the_lease(
    event_room: EventRoom, role: Role, kind: InsideKind
) -> None:
    await event_room.open()
    (a,) = await event_room.hello("a", role=role)
    event_room.clock.advance(ms=700)

    found = await ask(event_room, "a")

    ends_at_ms = event_room.clock.now_ms() + LEASE_MS - 700
    assert found == Entitlement(kind, a.generation, LEASE_MS - 700, ends_at_ms)


async def test_a_renewal_moves_the_end(event_room: EventRoom) -> None:
    await event_room.open()
    (a,) = await event_room.hello("a")

    await event_room.wait(5_000, keeping=[a])

    assert (await ask(event_room, "a")).ends_in_ms == LEASE_MS


async def test_a_dropped_person_may_pass_for_the_rest_of_the_grace(event_room: EventRoom) -> None:
    """A person who reloads the page asks while no connection is open."""
    await event_room.open()
    (a,) = await event_room.hello("a")
    await event_room.drop(a)

    found = await ask(event_room, "a")

    assert (found.ends_in_ms, found.generation) == (GRACE_MS, a.generation)


async def test_a_lease_that_is_over_opens_nothing_even_before_a_sweep(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    assert (await ask(event_room, "a")).ends_in_ms == 1

    event_room.clock.advance(ms=1)

    assert await event_room.seated() == {"a"}
    assert await refusal(event_room, "a") == ("absent", None)


async def test_after_a_pause_of_the_store_people_may_pass_as_long_as_the_truce_keeps_them(
    event_room: EventRoom,
) -> None:
    """The next sweep will begin a truce of one lease. The gate says so before it has."""
    await event_room.open()
    await event_room.hello("a")

    event_room.clock.advance(ms=60_000)
    before_the_sweep = (await ask(event_room, "a")).ends_in_ms
    await event_room.sweep()

    assert before_the_sweep == (await ask(event_room, "a")).ends_in_ms == LEASE_MS
    await event_room.wait(LEASE_MS)
    assert await refusal(event_room, "a") == ("absent", None)


async def test_people_in_line_may_not_pass_and_their_place_is_told(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    a, *_ = await event_room.hello("a", "b", "c", "d")

    assert await refusal(event_room, "d") == ("waiting", 2)
    await event_room.leave(a)
    assert await refusal(event_room, "b") == ("called", 0)
    assert await refusal(event_room, "d") == ("waiting", 1)
    await event_room.claim("b")
    assert (await ask(event_room, "b")).kind == "seated"


async def test_a_person_who_is_away_may_not_pass(event_room: EventRoom) -> None:
    await event_room.open(seats=1, away_ms=600_000)
    a, b = await event_room.hello("a", "b")
    await event_room.drop(b)
    await event_room.wait(WAIT_GRACE_MS, keeping=[a])

    assert await refusal(event_room, "b") == ("away", None)


@pytest.mark.parametrize("is_host", [False, True])
async def test_a_removed_person_may_not_pass_in_any_role(
    event_room: EventRoom, is_host: bool
) -> None:
    await event_room.open()
    await event_room.hello("a")
    await event_room.rooms.remove_participant(REF, "a")

    assert await refusal(event_room, "a", is_host=is_host) == ("removed", None)

    await event_room.rooms.lift_removal(REF, "a")
    assert await refusal(event_room, "a") == ("absent", None)


async def test_a_person_who_has_left_may_not_pass(event_room: EventRoom) -> None:
    await event_room.open()
    (a,) = await event_room.hello("a")
    await event_room.leave(a)

    assert await refusal(event_room, "a") == ("absent", None)


async def test_a_host_needs_no_place_but_an_open_room(event_room: EventRoom) -> None:
    await event_room.open(seats=0)

    found = await ask(event_room, "h", is_host=True)

    assert (found.kind, found.ends_in_ms, found.generation) == ("hosting", LEASE_MS, 0)
    assert await refusal(event_room, "h") == ("absent", None)
    await event_room.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await ask(event_room, "h", is_host=True)


async def test_nobody_passes_into_a_room_that_is_closed_or_of_another_account(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    await event_room.hello("a")

    for ref in (RoomRef("other", REF.room), RoomRef(REF.account, "other")):
        with pytest.raises(NotFound):
            await ask(event_room, "a", ref=ref)
    await event_room.rooms.close_room(REF)
    with pytest.raises(RoomClosed):
        await ask(event_room, "a")


async def test_a_refill_refuses_nobody_who_may_still_be_brought_back(
    event_room: EventRoom,
) -> None:
    """A refusal throws people out. So the gate says that it does not know."""
    await event_room.open(seats=2)
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.redis.flushall()
    event_room.clock.advance(ms=1_000)
    await event_room.open(seats=2)
    await event_room.rooms.remove_participant(REF, "c")

    await event_room.report_members(a.session, seen=seen)

    assert (await ask(event_room, "a")).kind == "seated"
    assert await refusal(event_room, "c") == ("removed", None)
    with pytest.raises(Unavailable):
        await ask(event_room, "b")
    await event_room.report_members(b.session, seen=seen)
    assert (await ask(event_room, "b")).kind == "seated"
    await event_room.wait(LEASE_MS + STEP_MS, keeping=[a, b])
    assert await refusal(event_room, "d") == ("absent", None)


async def test_an_older_copy_of_the_room_answers_only_when_a_node_has_confirmed_it(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    (a,) = await event_room.hello("a")
    await event_room.become_another_run()

    for name in ("a", "nobody"):
        with pytest.raises(Unavailable):
            await ask(event_room, name)
    await event_room.report_members(a.session, seen=await event_room.revision())

    assert (await ask(event_room, "a")).kind == "seated"


async def test_asking_changes_nothing_and_takes_no_time(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.hello("a")
    before = await event_room.contents()

    event_room.clock.advance(ms=2 * LEASE_MS)
    await ask(event_room, "a")

    assert await event_room.contents() == before
