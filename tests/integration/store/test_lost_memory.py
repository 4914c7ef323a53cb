"""Lost memory: the store has forgotten what its nodes still know, and they bring it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fullhouse.domain.room_events import BroughtBack
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Place,
    Revision,
    Role,
    Session,
)
from tests.event_probe import Ear
from tests.room_fixture import CLAIM_MS, LEASE_MS, REF, Guest, RoomFixture

OLD = 1_600_000_000_000
"""An opening that no store of these tests remembers; its tickets began here."""

OLD_EPOCH = Revision(OLD, 40)


def inside(name: str) -> Session:
    return Session(name, OLD + 1, SEATED)


def waiting(name: str, ticket: int) -> Session:
    return Session(name, OLD + 1, OLD + ticket)


async def test_a_store_that_is_behind_its_node_begins_a_new_epoch(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    saved = await hall.saved()
    await hall.hello("a")
    seen = await hall.revision()
    await hall.roll_back(saved)
    await ear.heard()

    hall.clock.advance(ms=500)
    sweep = await hall.rooms.sweep_room(REF, seen)

    assert sweep.epoch == hall.clock.now_ms()
    event = await ear.heard_one()
    assert (event.cause, event.epoch, event.state.refilling) == ("refill", sweep.epoch, True)


async def test_a_new_epoch_is_later_than_any_that_is_known(hall: RoomFixture) -> None:
    """Even where the wall clock of the new store is behind."""
    await hall.open()
    far = Revision(hall.clock.now_ms() + 3_600_000, 7)

    sweep = await hall.rooms.sweep_room(REF, far)

    assert sweep.epoch == far.epoch + 1


async def test_a_refill_within_the_instant_of_the_opening_is_a_later_epoch(
    hall: RoomFixture,
) -> None:
    _, opened = await hall.open()

    sweep = await hall.rooms.sweep_room(REF, OLD_EPOCH)

    assert sweep.epoch == opened.revision.epoch + 1


async def test_a_node_that_has_seen_less_or_the_same_changes_no_epoch(hall: RoomFixture) -> None:
    await hall.open()
    now = await hall.revision()

    for seen in (NOTHING_SEEN, replace(now, rev=now.rev - 1), now):
        await hall.rooms.sweep_room(REF, seen)

    assert await hall.revision() == now


async def test_people_admitted_in_the_lost_second_are_brought_back(
    hall: RoomFixture, ear: Ear
) -> None:
    await hall.open(seats=1)
    saved = await hall.saved()
    a, b = await hall.hello("a", "b")
    seen = await hall.revision()
    await hall.roll_back(saved)
    await ear.heard()

    news = await hall.report_members(a.session, b.session, seen=seen)

    event = await ear.heard_one()
    assert news["a"].kind == "seated"
    assert (news["b"].kind, news["b"].ticket) == ("waiting", b.place.ticket)
    assert event.brought_back == (
        BroughtBack("a", news["a"].generation, SEATED),
        BroughtBack("b", news["b"].generation, b.place.ticket),
    )
    assert (event.state.occupied, event.state.waiting) == (1, 1)


async def test_people_brought_back_did_not_just_arrive(hall: RoomFixture) -> None:
    """The pace, and with it the forecast, is that of real arrivals."""
    await hall.open(seats=9)

    await hall.report_members(*(inside(name) for name in "abcdef"), seen=OLD_EPOCH)

    assert (await hall.state()).joins_per_min == 0


async def test_newcomers_come_again_later_for_one_lease_to_the_millisecond(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.report_members(seen=OLD_EPOCH)

    await hall.wait(LEASE_MS - 1)
    attendee = await hall.claim("a")
    (presenter,) = await hall.hello("p", role=Role.PRESENTER)
    (host,) = await hall.hello("h", role=Role.HOST)
    await hall.wait(1)
    after = await hall.claim("a")

    assert attendee == presenter.place == Place("refill")
    assert host.place.kind == "hosting"
    assert after.kind == "seated"


async def test_nobody_is_called_while_the_room_refills(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    saved = await hall.saved()
    a, b = await hall.hello("a", "b")
    seen = await hall.revision()
    await hall.roll_back(saved)
    news = await hall.report_members(a.session, b.session, seen=seen)
    back = [Guest(name, place) for name, place in news.items()]

    await hall.leave(back[0])
    in_refill = await hall.place("b")
    await hall.wait(LEASE_MS, keeping=back[1:])

    assert not in_refill.called
    assert (await hall.place("b")).called


async def test_nothing_lapses_while_the_room_refills(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    await hall.wait(LEASE_MS - 1)
    await hall.rooms.sweep_room(REF, OLD_EPOCH)

    await hall.wait(LEASE_MS - 1)
    in_refill = await hall.seated()
    await hall.wait(1)

    assert in_refill == {"a"}
    assert await hall.seated() == set()


async def test_people_inside_are_brought_back_above_capacity_and_the_room_drains(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    await hall.hello("n")
    news = await hall.report_members(inside("a"), inside("b"), seen=OLD_EPOCH)
    back = [Guest(name, place) for name, place in news.items()]

    await hall.wait(LEASE_MS, keeping=back)
    state = await hall.state()
    newcomer = await hall.claim("m")
    await hall.leave(back[0])
    full = await hall.place("m")
    await hall.leave(back[1])

    assert (state.level, state.occupied, state.refilling) == ("draining", 2, False)
    assert newcomer.kind == "waiting"
    assert not full.called
    assert (await hall.place("m")).called


async def test_presenters_are_brought_back_above_their_quota(hall: RoomFixture) -> None:
    await hall.open(presenters=1)
    await hall.hello("n", role=Role.PRESENTER)

    news = await hall.report_members(Session("p", OLD + 1, PRESENTING), seen=OLD_EPOCH)

    assert news["p"].kind == "presenting"
    assert (await hall.state()).presenters == 2


async def test_the_old_line_stands_before_newcomers_at_the_door(hall: RoomFixture) -> None:
    """The store emptied, account and room put again, newcomers in before the first renewal."""
    await hall.open(seats=1)
    first, _, _ = await hall.hello("n1", "n2", "n3")

    await hall.report_members(waiting("b", 7), waiting("a", 5), inside("x"), seen=OLD_EPOCH)

    assert await hall.seated() == {"n1", "x"}
    assert await hall.line() == ["a", "b", "n2", "n3"]
    assert first.place.kind == "seated"


async def test_each_node_brings_its_own_people(hall: RoomFixture) -> None:
    await hall.open(seats=2)

    await hall.report_members(inside("a"), waiting("b", 7), seen=OLD_EPOCH)
    await hall.report_members(inside("x"), waiting("y", 6), seen=replace(OLD_EPOCH, rev=39))

    assert await hall.seated() == {"a", "x"}
    assert await hall.line() == ["y", "b"]


async def test_tabs_on_two_nodes_are_brought_back_as_one_person(hall: RoomFixture) -> None:
    await hall.open(seats=2)

    first = await hall.report_members(inside("a"), seen=OLD_EPOCH)
    second = await hall.report_members(inside("a"), seen=OLD_EPOCH)

    assert first["a"] == second["a"]
    assert (await hall.state()).occupied == 1


async def test_one_refill_is_one_epoch_however_many_nodes_lost_it(hall: RoomFixture) -> None:
    await hall.open()
    await hall.report_members(seen=OLD_EPOCH)
    refill = await hall.revision()

    await hall.report_members(seen=OLD_EPOCH)
    await hall.report_members(seen=replace(refill, rev=1))

    assert (await hall.revision()).epoch == refill.epoch


async def test_an_old_epoch_brings_nobody_back_after_the_refill(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.report_members(seen=OLD_EPOCH)
    await hall.wait(LEASE_MS)

    news = await hall.report_members(inside("a"), seen=OLD_EPOCH)

    assert news["a"].kind == "lost"


async def test_whoever_knows_the_new_epoch_vouches_for_nobody_unknown(hall: RoomFixture) -> None:
    """Otherwise a person who lapsed could be readopted."""
    await hall.open(seats=2)
    await hall.report_members(seen=OLD_EPOCH)

    news = await hall.report_members(inside("a"), seen=await hall.revision())

    assert news["a"].kind == "lost"


async def test_called_people_stay_called_and_their_claims_run_from_the_end_of_the_refill(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)

    await hall.report_members(waiting("a", 5), waiting("b", 7), seen=OLD_EPOCH, called_to=OLD + 5)

    a, b = await hall.place("a"), await hall.place("b")
    assert (a.called, a.claim_ms) == (True, LEASE_MS + CLAIM_MS)
    assert (b.called, b.ahead) == (False, 0)
    assert (await hall.claim("a")).kind == "seated"


async def test_the_highest_called_to_that_a_node_knows_counts(hall: RoomFixture) -> None:
    await hall.open(seats=2)

    await hall.report_members(waiting("a", 5), seen=OLD_EPOCH, called_to=OLD + 5)
    await hall.report_members(waiting("b", 6), seen=OLD_EPOCH, called_to=OLD + 6)
    await hall.report_members(waiting("c", 7), seen=OLD_EPOCH, called_to=OLD + 4)

    assert [(await hall.place(name)).called for name in "abc"] == [True, True, False]
    assert (await hall.state()).called_to == OLD + 6


async def test_a_node_of_yet_another_epoch_restores_no_calls(hall: RoomFixture) -> None:
    """Only the calls of the history that is being refilled stand again."""
    await hall.open(seats=1)
    reopened = await hall.revision()
    await hall.report_members(waiting("a", 5), seen=OLD_EPOCH)

    await hall.report_members(seen=reopened, called_to=OLD + 900)

    assert not (await hall.place("a")).called


async def test_calls_of_the_room_put_again_do_not_call_the_old_line(hall: RoomFixture) -> None:
    """Newcomers' tickets are later than all old ones: their mark would call everyone."""
    await hall.open(seats=1)
    n1, n2 = await hall.hello("n1", "n2")
    await hall.leave(n1)
    assert (await hall.place("n2")).called

    await hall.report_members(waiting("a", 5), waiting("b", 7), seen=OLD_EPOCH)

    assert (await hall.state()).held == 0
    assert not (await hall.place("a")).called
    assert await hall.line() == ["a", "b", n2.name]


async def test_nobody_misses_a_call_of_the_room_put_again(hall: RoomFixture) -> None:
    """Its wave ended with the line that it was called from."""
    await hall.open(seats=1)
    n1, n2 = await hall.hello("n1", "n2")
    await hall.leave(n1)
    news = await hall.report_members(inside("x"), waiting("a", 5), seen=OLD_EPOCH)
    back = [n2, *(Guest(name, place) for name, place in news.items())]

    await hall.wait(CLAIM_MS + LEASE_MS, keeping=back)

    assert (await hall.place("a")).ticket == OLD + 5
    assert (await hall.place("n2")).ticket == n2.place.ticket


async def test_a_store_that_lost_its_last_second_keeps_the_calls_it_knows(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=1)
    (a,) = await hall.hello("a")
    (b,) = await hall.hello("b")
    await hall.leave(a)
    called_to = (await hall.state()).called_to
    seen = await hall.revision()

    await hall.report_members(b.session, seen=replace(seen, rev=seen.rev + 1), called_to=called_to)

    # As does the claim: what the store knows of it is no older than what the node knows.
    place = await hall.place("b")
    assert (place.called, place.claim_ms) == (True, CLAIM_MS + 10)


async def test_calls_restored_on_top_of_known_ones_all_run_from_the_end_of_the_refill(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)
    a, x = await hall.hello("a", "x")
    b, c = await hall.hello("b", "c")
    await hall.leave(a)
    saved = await hall.saved()
    await hall.leave(x)
    called_to = (await hall.state()).called_to
    seen = await hall.revision()
    await hall.roll_back(saved)

    await hall.report_members(b.session, c.session, seen=seen, called_to=called_to)
    await hall.wait(LEASE_MS + CLAIM_MS - 1, keeping=[b, c])

    places = [await hall.place(name) for name in ("b", "c")]
    assert [(place.called, place.claim_ms) for place in places] == [(True, 1), (True, 1)]


async def test_tickets_after_a_refill_are_later_than_those_brought_back(hall: RoomFixture) -> None:
    await hall.open(seats=0)
    saved = await hall.saved()
    a, b = await hall.hello("a", "b")
    seen = await hall.revision()
    await hall.roll_back(saved)

    await hall.report_members(b.session, a.session, seen=seen)
    await hall.wait(LEASE_MS, keeping=[a, b])
    newcomer = await hall.claim("n")

    assert newcomer.ticket == b.place.ticket + 1


async def test_tickets_after_a_refill_are_later_than_those_called_in_the_lost_second(
    hall: RoomFixture,
) -> None:
    """Otherwise a newcomer's ticket would be one that was called, and lost with its holder."""
    await hall.open(seats=2)
    await hall.set_seats(0)
    saved = await hall.saved()
    people = await hall.hello("a", "b")
    await hall.set_seats("plan", "up")
    called_to = (await hall.state()).called_to
    entered = await hall.hello("a", "b")
    seen = await hall.revision()
    await hall.roll_back(saved)

    news = await hall.report_members(*(g.session for g in entered), seen=seen, called_to=called_to)
    back = [Guest(name, place) for name, place in news.items()]
    await hall.wait(LEASE_MS, keeping=back)
    newcomer = await hall.claim("n")

    assert people[-1].place.ticket == called_to
    assert newcomer.ticket == called_to + 1
    assert not newcomer.called


async def test_a_better_place_in_the_old_line_counts(hall: RoomFixture) -> None:
    """They came to the room put again as newcomers, before their node vouched for them."""
    await hall.open(seats=1)
    await hall.hello("n")
    await hall.hello("a", "b", "c")

    news = await hall.report_members(waiting("b", 7), waiting("c", 5), inside("a"), seen=OLD_EPOCH)

    assert news["a"].kind == "seated"
    assert await hall.seated() == {"n", "a"}
    assert await hall.line() == ["c", "b"]
    assert (await hall.place("b")).ticket == OLD + 7


async def test_a_worse_place_does_not_take_back_a_seat(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")

    news = await hall.report_members(waiting("a", 5), seen=OLD_EPOCH)

    assert news["a"].kind == "seated"
    assert await hall.line() == []


async def test_whoever_left_in_the_gap_is_not_brought_back_by_another_node(
    hall: RoomFixture,
) -> None:
    await hall.open(seats=2)
    await hall.rooms.leave(REF, [("a", OLD + 1)], OLD_EPOCH)

    news = await hall.report_members(inside("a"), inside("b"), seen=OLD_EPOCH)

    assert (news["a"].kind, news["b"].kind) == ("left", "seated")


async def test_whoever_was_removed_is_not_brought_back(hall: RoomFixture) -> None:
    await hall.open(seats=2)
    await hall.rooms.remove_participant(REF, "a")

    news = await hall.report_members(inside("a"), seen=OLD_EPOCH)

    assert news["a"].kind == "removed"


async def test_a_session_after_the_refill_is_later_than_one_that_left_in_the_lost_second(
    hall: RoomFixture,
) -> None:
    """Otherwise the room would take the new session for the one that left, and end it."""
    await hall.open(seats=5)
    saved = await hall.saved()
    *_, a = await hall.hello("b", "c", "a")
    await hall.roll_back(saved)
    await hall.leave(a)

    (again,) = await hall.hello("a")

    assert await hall.renew([again]) == {}


async def test_an_epoch_that_ended_by_close_stays_closed(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    seen = await hall.revision()
    await hall.rooms.close_room(REF)
    hall.clock.advance(ms=1)
    await hall.open(seats=1)
    reopened = await hall.revision()

    renewals = await hall.rooms.renew(REF, [inside("a")], seen, called_to=0)

    assert renewals.outcome == "closed"
    assert await hall.revision() == reopened


async def test_a_notice_given_before_a_refill_can_still_be_put_away(hall: RoomFixture) -> None:
    await hall.open(seats=1)
    await hall.hello("a")
    notice = (await hall.state()).notice
    seen = await hall.revision()
    await hall.rooms.sweep_room(REF, replace(seen, rev=seen.rev + 1))
    assert notice is not None
    assert (await hall.state()).notice == notice

    outcome = await hall.rooms.dismiss_notice(REF, notice.id, rest=False)

    assert outcome == "ok"
    assert (await hall.state()).notice is None


@pytest.mark.parametrize("verb", ["admit", "drop", "leave", "sweep"])
async def test_every_call_that_names_what_its_node_has_seen_finds_the_loss(
    hall: RoomFixture, verb: str
) -> None:
    await hall.open()

    match verb:
        case "admit":
            await hall.hello("a", seen=OLD_EPOCH)
        case "drop":
            await hall.rooms.drop(REF, [], OLD_EPOCH)
        case "leave":
            await hall.rooms.leave(REF, [], OLD_EPOCH)
        case "sweep":
            await hall.rooms.sweep_room(REF, OLD_EPOCH)

    assert (await hall.state()).refilling
