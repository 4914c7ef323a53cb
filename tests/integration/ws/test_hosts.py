"""What hosts and presenters see: the room, its notice, and every change of its capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.clients import Frame, WsClient
    from tests.integration.ws.event_room import EventRoom

ROOM_OBJECT = {
    "account", "room", "title", "status", "paused", "epoch", "rev", "capacity", "occupied",
    "held", "waiting", "away", "presenters", "level", "forecast", "notice", "plan",
    "closed_reason", "closed_at", "message", "watch", "watching", "called_next",
}  # fmt: skip
NOTICE_OBJECT = {
    "id", "level", "room", "capacity", "occupied", "waiting", "full_in_s", "since", "can_buy",
    "limited", "offers",
}  # fmt: skip


async def _host(event_room: EventRoom, name: str = "eve", *, node: int = 0) -> WsClient:
    host = await event_room.enter(name, "host", node=node)
    await host.expect("room")
    return host


async def test_a_host_sees_the_room_object_after_hello_and_after_any_change(
    event_room: EventRoom,
) -> None:
    host = await event_room.enter("eve", "host")
    first = await host.expect("room", occupied=0)

    await event_room.seated("ada", node=1)

    await host.expect("room", occupied=1)
    assert set(first) == ROOM_OBJECT | {"type", "installation"}
    assert (first["room"], first["capacity"], first["plan"]) == ("hall", 2, "seats-2")


async def test_a_presenter_sees_the_room_too_and_may_not_buy(event_room: EventRoom) -> None:
    await event_room.seated("ada")
    pia = await event_room.enter("pia", "presenter", node=1)

    room = await pia.expect("room")
    notice = (await pia.expect("notice"))["notice"]

    assert room["presenters"] == {"capacity": 2, "occupied": 1}
    assert notice["can_buy"] is False


async def test_the_notice_comes_with_prices_to_whoever_may_buy(event_room: EventRoom) -> None:
    host = await _host(event_room)
    other = await event_room.connect(event_room.token("ella", "host", buy=False), node=1)
    await other.hello()
    await other.expect("room")

    await event_room.seated("ada")

    notice = (await host.expect("notice"))["notice"]
    assert set(notice) == NOTICE_OBJECT
    assert (notice["level"], notice["capacity"], notice["can_buy"]) == ("nearly_full", 2, True)
    assert [offer["seats"] for offer in notice["offers"]] == [3, 5, 10, 50, 100]
    assert [offer["recommended"] for offer in notice["offers"]].count(True) == 1
    assert (await other.expect("notice"))["notice"]["can_buy"] is False


async def test_a_notice_that_stands_is_told_to_a_host_who_comes_later(
    event_room: EventRoom,
) -> None:
    await event_room.seated("ada")

    host = await event_room.enter("eve", "host", node=1)

    room = await host.expect("room")
    assert (await host.expect("notice"))["notice"] == room["notice"]


async def test_full_takes_the_place_of_nearly_full_as_a_new_notice(event_room: EventRoom) -> None:
    host = await _host(event_room)
    await event_room.seated("ada")
    nearly = (await host.expect("notice"))["notice"]

    await event_room.seated("bob", node=1)
    full = (await host.expect("notice"))["notice"]
    await event_room.clients[-1].say("leave")

    await host.expect("room", occupied=1)
    await host.never("notice")
    assert (nearly["level"], full["level"]) == ("nearly_full", "full")
    assert nearly["id"] != full["id"]


async def test_one_host_puts_a_notice_away_for_all_on_both_nodes(event_room: EventRoom) -> None:
    here, there = await _host(event_room), await _host(event_room, "ella", node=1)
    await event_room.seated("ada")
    notice = (await here.expect("notice"))["notice"]["id"]

    await here.say("dismiss", notice=notice)

    for host in (here, there):
        await host.expect("notice_cleared", notice=notice, reason="dismissed")
    assert (await event_room.room())["notice"] is None


async def test_a_dismissal_that_comes_twice_is_no_error(event_room: EventRoom) -> None:
    here, there = await _host(event_room), await _host(event_room, "ella", node=1)
    await event_room.seated("ada")
    notice = (await here.expect("notice"))["notice"]["id"]

    await here.say("dismiss", notice=notice)
    await here.expect("notice_cleared")
    await there.say("dismiss", notice=notice)
    await there.say("dismiss", notice="no such")

    await there.expect("error", code="unknown_notice")
    assert len(there.all("error")) == 1


async def test_a_dismissed_notice_comes_again_when_the_room_is_full(event_room: EventRoom) -> None:
    host = await _host(event_room)
    await event_room.seated("ada")
    await host.say("dismiss", notice=(await host.expect("notice"))["notice"]["id"])
    await host.expect("notice_cleared")

    await event_room.seated("bob")

    assert (await host.expect("notice"))["notice"]["level"] == "full"


async def test_a_dismissal_with_rest_is_for_the_whole_event(event_room: EventRoom) -> None:
    host = await _host(event_room)
    await event_room.seated("ada")
    notice = (await host.expect("notice"))["notice"]["id"]
    await host.say("dismiss", notice=notice, rest=True)
    await host.expect("notice_cleared")

    await event_room.seated("bob", node=1)

    await host.expect("room", occupied=2, notice=None)
    await host.never("notice")


async def test_a_notice_is_cleared_below_the_mark(event_room: EventRoom) -> None:
    host = await _host(event_room, node=1)
    (ada,) = await event_room.seated("ada")
    notice = (await host.expect("notice"))["notice"]["id"]

    await ada.say("leave")

    await host.expect("notice_cleared", notice=notice, reason="below")


async def test_an_upgrade_clears_the_notice_before_a_new_one_is_given(
    event_room: EventRoom,
) -> None:
    host = await _host(event_room, node=1)
    await event_room.seated("ada", "bob")
    full = (await host.expect("room", level="full"))["notice"]

    await event_room.upgrades(seats=3)

    change = await host.expect("capacity_changed", cause="upgrade")
    assert (change["from"], change["to"]) == (2, 3)
    await host.expect("notice_cleared", notice=full["id"], reason="upgraded")
    assert (await host.expect("notice"))["notice"]["level"] == "nearly_full"


async def test_a_room_held_to_fewer_seats_offers_nothing(event_room: EventRoom) -> None:
    await event_room.sets(seats=1)
    host = await _host(event_room)

    await event_room.seated("ada")

    notice = (await host.expect("notice"))["notice"]
    assert (notice["level"], notice["limited"], notice["offers"]) == ("full", True, [])


async def test_no_change_of_capacity_is_merged_into_another(event_room: EventRoom) -> None:
    host = await _host(event_room, node=1)
    wanted = [1, 2, 0, 2, 1, 0, 1, 2]

    for seats in wanted:
        await event_room.sets(seats=seats)

    heard = [await host.expect("capacity_changed", cause="platform") for _ in wanted]
    assert [change["to"] for change in heard] == wanted
    assert len({change["change"] for change in heard}) == len(wanted)


async def test_hosts_hear_of_the_room_at_most_four_times_a_second(event_room: EventRoom) -> None:
    host = await _host(event_room, node=1)

    while len(host.all("room")) < 9:
        (guest,) = await event_room.seated(f"guest-{len(event_room.clients)}")
        await guest.say("leave")
        await guest.expect_close(4011)

    told = [at for at, frame in zip(host.heard_at, host.heard, strict=True) if _is_room(frame)]
    # The greeting is an answer; what follows it is counted. A late loop may bunch two of them.
    assert all(later - earlier > 0.9 for earlier, later in zip(told[1:], told[6:], strict=False))


def _is_room(frame: Frame) -> bool:
    return bool(frame["type"] == "room")
