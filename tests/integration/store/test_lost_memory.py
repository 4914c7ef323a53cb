"""Lost memory: the store has forgotten what its nodes still know, and they bring it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fullhouse.domain.room_events import Reported
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Holding,
    Place,
    Revision,
    Role,
    Session,
)
from tests.event_probe import Ear
from tests.event_room import CLAIM_MS, LEASE_MS, REF, EventRoom, Guest

OLD = 1_600_000_000_000
"""An opening that no store of these tests remembers; its tickets began here."""

OLD_EPOCH = Revision(OLD, 40)


def inside(name: str) -> Session:
    return Session(name, OLD + 1, SEATED)


def waiting(name: str, ticket: int) -> Session:
    return Session(name, OLD + 1, Holding("waiting", OLD + ticket))


async def test_a_store_that_is_behind_its_node_begins_a_new_epoch(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    saved = await event_room.saved()
    await event_room.hello("a")
    seen = await event_room.revision()
    await event_room.roll_back(saved)
    await ear.heard()

    event_room.clock.advance(ms=500)
    sweep = await event_room.rooms.sweep_room(REF, seen)

    assert sweep.epoch == event_room.clock.now_ms()
    event = await ear.heard_one()
    assert (event.cause, event.epoch, event.state.refilling) == ("refill", sweep.epoch, True)


async def test_a_new_epoch_is_later_than_any_that_is_known(event_room: EventRoom) -> None:
    """Even where the wall clock of the new store is behind."""
    await event_room.open()
    far = Revision(event_room.clock.now_ms() + 3_600_000, 7)

    sweep = await event_room.rooms.sweep_room(REF, far)

    assert sweep.epoch == far.epoch + 1


async def test_a_refill_within_the_instant_of_the_opening_is_a_later_epoch(
    event_room: EventRoom,
) -> None:
    _, opened = await event_room.open()

    sweep = await event_room.rooms.sweep_room(REF, OLD_EPOCH)

    assert sweep.epoch == opened.revision.epoch + 1


async def test_a_node_that_has_seen_less_or_the_same_changes_no_epoch(
    event_room: EventRoom,
) -> None:
    await event_room.open()
    now = await event_room.revision()

    for seen in (NOTHING_SEEN, replace(now, rev=now.rev - 1), now):
        await event_room.rooms.sweep_room(REF, seen)

    assert await event_room.revision() == now


async def test_people_admitted_in_the_lost_second_are_brought_back(
    event_room: EventRoom, ear: Ear
) -> None:
    await event_room.open(seats=1)
    saved = await event_room.saved()
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.roll_back(saved)
    await ear.heard()

    news = await event_room.report_members(a.session, b.session, seen=seen)

    event = await ear.heard_one()
    assert news["a"].kind == "seated"
    assert (news["b"].kind, news["b"].ticket) == ("waiting", b.place.ticket)
    assert event.reported == (
        Reported("a", news["a"].generation, "seated", 0),
        Reported("b", news["b"].generation, "waiting", b.place.ticket),
    )
    assert (event.state.occupied, event.state.waiting) == (1, 1)


async def test_people_brought_back_did_not_just_arrive(event_room: EventRoom) -> None:
    """The pace, and with it the forecast, is that of real arrivals."""
    await event_room.open(seats=9)

    await event_room.report_members(*(inside(name) for name in "abcdef"), seen=OLD_EPOCH)

    assert (await event_room.state()).joins_per_min == 0


async def test_newcomers_come_again_later_for_one_lease_to_the_millisecond(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.report_members(seen=OLD_EPOCH)

    await event_room.wait(LEASE_MS - 1)
    attendee = await event_room.claim("a")
    (presenter,) = await event_room.hello("p", role=Role.PRESENTER)
    (host,) = await event_room.hello("h", role=Role.HOST)
    await event_room.wait(1)
    after = await event_room.claim("a")

    assert attendee == presenter.place == Place("refill")
    assert host.place.kind == "hosting"
    assert after.kind == "seated"


async def test_nobody_is_called_while_the_room_refills(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    saved = await event_room.saved()
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.roll_back(saved)
    news = await event_room.report_members(a.session, b.session, seen=seen)
    back = [Guest(name, place) for name, place in news.items()]

    await event_room.leave(back[0])
    in_refill = await event_room.place("b")
    await event_room.wait(LEASE_MS, keeping=back[1:])

    assert not in_refill.called
    assert (await event_room.place("b")).called


async def test_nothing_lapses_while_the_room_refills(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    await event_room.wait(LEASE_MS - 1)
    await event_room.rooms.sweep_room(REF, OLD_EPOCH)

    await event_room.wait(LEASE_MS - 1)
    in_refill = await event_room.seated()
    await event_room.wait(1)

    assert in_refill == {"a"}
    assert await event_room.seated() == set()


async def test_people_inside_are_brought_back_above_capacity_and_the_room_drains(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    await event_room.hello("n")
    news = await event_room.report_members(inside("a"), inside("b"), seen=OLD_EPOCH)
    back = [Guest(name, place) for name, place in news.items()]

    await event_room.wait(LEASE_MS, keeping=back)
    state = await event_room.state()
    newcomer = await event_room.claim("m")
    await event_room.leave(back[0])
    full = await event_room.place("m")
    await event_room.leave(back[1])

    assert (state.level, state.occupied, state.refilling) == ("draining", 2, False)
    assert newcomer.kind == "waiting"
    assert not full.called
    assert (await event_room.place("m")).called


async def test_presenters_are_brought_back_above_their_quota(event_room: EventRoom) -> None:
    await event_room.open(presenters=1)
    await event_room.hello("n", role=Role.PRESENTER)

    news = await event_room.report_members(Session("p", OLD + 1, PRESENTING), seen=OLD_EPOCH)

    assert news["p"].kind == "presenting"
    assert (await event_room.state()).presenters == 2


async def test_the_old_line_stands_before_newcomers_at_the_door(event_room: EventRoom) -> None:
    """The store emptied, account and room put again, newcomers in before the first renewal."""
    await event_room.open(seats=1)
    first, _, _ = await event_room.hello("n1", "n2", "n3")

    await event_room.report_members(waiting("b", 7), waiting("a", 5), inside("x"), seen=OLD_EPOCH)

    assert await event_room.seated() == {"n1", "x"}
    assert await event_room.line() == ["a", "b", "n2", "n3"]
    assert first.place.kind == "seated"


async def test_each_node_brings_its_own_people(event_room: EventRoom) -> None:
    await event_room.open(seats=2)

    await event_room.report_members(inside("a"), waiting("b", 7), seen=OLD_EPOCH)
    await event_room.report_members(inside("x"), waiting("y", 6), seen=replace(OLD_EPOCH, rev=39))

    assert await event_room.seated() == {"a", "x"}
    assert await event_room.line() == ["y", "b"]


async def test_tabs_on_two_nodes_are_brought_back_as_one_person(event_room: EventRoom) -> None:
    await event_room.open(seats=2)

    first = await event_room.report_members(inside("a"), seen=OLD_EPOCH)
    second = await event_room.report_members(inside("a"), seen=OLD_EPOCH)

    assert first["a"] == second["a"]
    assert (await event_room.state()).occupied == 1


async def test_one_refill_is_one_epoch_however_many_nodes_lost_it(event_room: EventRoom) -> None:
    await event_room.open()
    await event_room.report_members(seen=OLD_EPOCH)
    refill = await event_room.revision()

    await event_room.report_members(seen=OLD_EPOCH)
    await event_room.report_members(seen=replace(refill, rev=1))

    assert (await event_room.revision()).epoch == refill.epoch


async def test_an_old_epoch_brings_nobody_back_after_the_refill(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.report_members(seen=OLD_EPOCH)
    await event_room.wait(LEASE_MS)

    news = await event_room.report_members(inside("a"), seen=OLD_EPOCH)

    assert news["a"].kind == "lost"


async def test_whoever_knows_the_new_epoch_vouches_for_nobody_unknown(
    event_room: EventRoom,
) -> None:
    """Otherwise a person who lapsed could be readopted."""
    await event_room.open(seats=2)
    await event_room.report_members(seen=OLD_EPOCH)

    news = await event_room.report_members(inside("a"), seen=await event_room.revision())

    assert news["a"].kind == "lost"


async def test_called_people_stay_called_and_their_claims_run_from_the_end_of_the_refill(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)

    await event_room.report_members(
        waiting("a", 5), waiting("b", 7), seen=OLD_EPOCH, called_to=OLD + 5
    )

    a, b = await event_room.place("a"), await event_room.place("b")
    assert (a.called, a.claim_ms) == (True, LEASE_MS + CLAIM_MS)
    assert (b.called, b.ahead) == (False, 0)
    assert (await event_room.claim("a")).kind == "seated"


async def test_the_highest_called_to_that_a_node_knows_counts(event_room: EventRoom) -> None:
    await event_room.open(seats=2)

    await event_room.report_members(waiting("a", 5), seen=OLD_EPOCH, called_to=OLD + 5)
    await event_room.report_members(waiting("b", 6), seen=OLD_EPOCH, called_to=OLD + 6)
    await event_room.report_members(waiting("c", 7), seen=OLD_EPOCH, called_to=OLD + 4)

    assert [(await event_room.place(name)).called for name in "abc"] == [True, True, False]
    assert (await event_room.state()).called_to == OLD + 6


async def test_a_node_of_yet_another_epoch_restores_no_calls(event_room: EventRoom) -> None:
    """Only the calls of the history that is being refilled stand again."""
    await event_room.open(seats=1)
    reopened = await event_room.revision()
    await event_room.report_members(waiting("a", 5), seen=OLD_EPOCH)

    await event_room.report_members(seen=reopened, called_to=OLD + 900)

    assert not (await event_room.place("a")).called


async def test_calls_of_the_room_put_again_do_not_call_the_old_line(event_room: EventRoom) -> None:
    """Newcomers' tickets are later than all old ones: their mark would call everyone."""
    await event_room.open(seats=1)
    n1, n2 = await event_room.hello("n1", "n2")
    await event_room.leave(n1)
    assert (await event_room.place("n2")).called

    await event_room.report_members(waiting("a", 5), waiting("b", 7), seen=OLD_EPOCH)

    assert (await event_room.state()).held == 0
    assert not (await event_room.place("a")).called
    assert await event_room.line() == ["a", "b", n2.name]


async def test_nobody_misses_a_call_of_the_room_put_again(event_room: EventRoom) -> None:
    """Its wave ended with the line that it was called from."""
    await event_room.open(seats=1)
    n1, n2 = await event_room.hello("n1", "n2")
    await event_room.leave(n1)
    news = await event_room.report_members(inside("x"), waiting("a", 5), seen=OLD_EPOCH)
    back = [n2, *(Guest(name, place) for name, place in news.items())]

    await event_room.wait(CLAIM_MS + LEASE_MS, keeping=back)

    assert (await event_room.place("a")).ticket == OLD + 5
    assert (await event_room.place("n2")).ticket == n2.place.ticket


async def test_a_store_that_lost_its_last_second_keeps_the_calls_it_knows(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=1)
    (a,) = await event_room.hello("a")
    (b,) = await event_room.hello("b")
    await event_room.leave(a)
    called_to = (await event_room.state()).called_to
    seen = await event_room.revision()

    await event_room.report_members(
        b.session, seen=replace(seen, rev=seen.rev + 1), called_to=called_to
    )

    # As does the claim: what the store knows of it is no older than what the node knows.
    place = await event_room.place("b")
    assert (place.called, place.claim_ms) == (True, CLAIM_MS + 10)


async def test_calls_restored_on_top_of_known_ones_all_run_from_the_end_of_the_refill(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    a, x = await event_room.hello("a", "x")
    b, c = await event_room.hello("b", "c")
    await event_room.leave(a)
    saved = await event_room.saved()
    await event_room.leave(x)
    called_to = (await event_room.state()).called_to
    seen = await event_room.revision()
    await event_room.roll_back(saved)

    await event_room.report_members(b.session, c.session, seen=seen, called_to=called_to)
    await event_room.wait(LEASE_MS + CLAIM_MS - 1, keeping=[b, c])

    places = [await event_room.place(name) for name in ("b", "c")]
    assert [(place.called, place.claim_ms) for place in places] == [(True, 1), (True, 1)]


async def test_tickets_after_a_refill_are_later_than_those_brought_back(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=0)
    saved = await event_room.saved()
    a, b = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.roll_back(saved)

    await event_room.report_members(b.session, a.session, seen=seen)
    await event_room.wait(LEASE_MS, keeping=[a, b])
    newcomer = await event_room.claim("n")

    assert newcomer.ticket == b.place.ticket + 1


async def test_tickets_after_a_refill_are_later_than_those_called_in_the_lost_second(
    event_room: EventRoom,
) -> None:
    """Otherwise a newcomer's ticket would be one that was called, and lost with its holder."""
    await event_room.open(seats=2)
    await event_room.set_seats(0)
    saved = await event_room.saved()
    people = await event_room.hello("a", "b")
    await event_room.set_seats("plan", "up")
    called_to = (await event_room.state()).called_to
    entered = await event_room.hello("a", "b")
    seen = await event_room.revision()
    await event_room.roll_back(saved)

    news = await event_room.report_members(
        *(g.session for g in entered), seen=seen, called_to=called_to
    )
    back = [Guest(name, place) for name, place in news.items()]
    await event_room.wait(LEASE_MS, keeping=back)
    newcomer = await event_room.claim("n")

    assert people[-1].place.ticket == called_to
    assert newcomer.ticket == called_to + 1
    assert not newcomer.called


async def test_a_better_place_in_the_old_line_counts(event_room: EventRoom) -> None:
    """They came to the room put again as newcomers, before their node vouched for them."""
    await event_room.open(seats=1)
    await event_room.hello("n")
    await event_room.hello("a", "b", "c")

    news = await event_room.report_members(
        waiting("b", 7), waiting("c", 5), inside("a"), seen=OLD_EPOCH
    )

    assert news["a"].kind == "seated"
    assert await event_room.seated() == {"n", "a"}
    assert await event_room.line() == ["c", "b"]
    assert (await event_room.place("b")).ticket == OLD + 7


async def test_a_worse_place_does_not_take_back_a_seat(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")

    news = await event_room.report_members(waiting("a", 5), seen=OLD_EPOCH)

    assert news["a"].kind == "seated"
    assert await event_room.line() == []


async def test_whoever_left_in_the_gap_is_not_brought_back_by_another_node(
    event_room: EventRoom,
) -> None:
    await event_room.open(seats=2)
    await event_room.rooms.leave(REF, [("a", OLD + 1)], OLD_EPOCH)

    news = await event_room.report_members(inside("a"), inside("b"), seen=OLD_EPOCH)

    assert (news["a"].kind, news["b"].kind) == ("left", "seated")


async def test_whoever_was_removed_is_not_brought_back(event_room: EventRoom) -> None:
    await event_room.open(seats=2)
    await event_room.rooms.remove_participant(REF, "a")

    news = await event_room.report_members(inside("a"), seen=OLD_EPOCH)

    assert news["a"].kind == "removed"


async def test_a_session_after_the_refill_is_later_than_one_that_left_in_the_lost_second(
    event_room: EventRoom,
) -> None:
    """Otherwise the room would take the new session for the one that left, and end it."""
    await event_room.open(seats=5)
    saved = await event_room.saved()
    *_, a = await event_room.hello("b", "c", "a")
    await event_room.roll_back(saved)
    await event_room.leave(a)

    (again,) = await event_room.hello("a")

    assert await event_room.renew([again]) == {}


async def test_an_epoch_that_ended_by_close_stays_closed(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    seen = await event_room.revision()
    await event_room.rooms.close_room(REF)
    event_room.clock.advance(ms=1)
    await event_room.open(seats=1)
    reopened = await event_room.revision()

    renewals = await event_room.rooms.renew(REF, [inside("a")], seen, called_to=0)

    assert renewals.outcome == "closed"
    assert await event_room.revision() == reopened


async def test_a_notice_given_before_a_refill_can_still_be_put_away(event_room: EventRoom) -> None:
    await event_room.open(seats=1)
    await event_room.hello("a")
    notice = (await event_room.state()).notice
    seen = await event_room.revision()
    await event_room.rooms.sweep_room(REF, replace(seen, rev=seen.rev + 1))
    assert notice is not None
    assert (await event_room.state()).notice == notice

    outcome = await event_room.rooms.dismiss_notice(REF, notice.id, rest=False)

    assert outcome == "ok"
    assert (await event_room.state()).notice is None


@pytest.mark.parametrize("verb", ["admit", "drop", "leave", "sweep"])
async def test_every_call_that_names_what_its_node_has_seen_finds_the_loss(
    event_room: EventRoom, verb: str
) -> None:
    await event_room.open()

    match verb:
        case "admit":
            await event_room.hello("a", seen=OLD_EPOCH)
        case "drop":
            await event_room.rooms.drop(REF, [], OLD_EPOCH)
        case "leave":
            await event_room.rooms.leave(REF, [], OLD_EPOCH)
        case "sweep":
            await event_room.rooms.sweep_room(REF, OLD_EPOCH)

    assert (await event_room.state()).refilling
