"""Sends the room and its notice to hosts and presenters, at most four times a second."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from fullhouse.domain.errors import CallerError
from fullhouse.domain.offers import people_to_notice
from fullhouse.realtime.local_room import LocalRoom
from fullhouse.realtime.ports import Client, Frames, Offers, RealtimeMetrics
from fullhouse.realtime.roster import Member
from fullhouse.supervise import BackgroundTasks

if TYPE_CHECKING:
    from fullhouse.domain.offers import Offer

INTERVAL_S = 0.25


class HostUpdates:
    """Sends the newest state to hosts and presenters; a burst of changes is sent once.

    Offers are priced when they are sent, so figures and prices are of one moment.
    """

    def __init__(
        self,
        frames: Frames,
        offers: Offers,
        background_tasks: BackgroundTasks,
        metrics: RealtimeMetrics,
    ) -> None:
        self._frames = frames
        self._offers = offers
        self._background_tasks = background_tasks
        self._metrics = metrics

    def changed(self, room: LocalRoom) -> None:
        """The room has changed: send an update soon."""
        if not room.host_view.is_pending and any(room.roster.watchers()):
            room.host_view.is_pending = True
            self._background_tasks.spawn(self._tell(room))

    async def greet(self, room: LocalRoom, client: Client) -> None:
        """Send the room to one connection, and the notice if there is one."""
        offers = await self._priced(room)
        now, can_buy = room.replica.snapshot, client.may_buy
        client.send(self._frames.room(room.ref, now, offers, can_buy=can_buy), "room")
        if now.state.notice:
            frame = self._frames.notice(room.ref, now, offers, can_buy=can_buy)
            client.send(frame, "notice")

    def tell_end(self, room: LocalRoom, member: Member) -> None:
        """Send the last state of a room: closed, without a notice."""
        member.send(self._frames.room(room.ref, room.replica.snapshot, (), can_buy=False), "room")

    async def _tell(self, room: LocalRoom) -> None:
        view = room.host_view
        await _pause_until(view.not_before_s)
        view.is_pending = False
        view.not_before_s = asyncio.get_running_loop().time() + INTERVAL_S
        offers = await self._priced(room)
        # No await below: all are told one state.
        notice = room.replica.snapshot.state.notice
        is_new = notice is not None and notice.id != view.told_notice
        for can_buy in (True, False):
            self._send(room, offers, can_buy=can_buy, notice=is_new)
        if notice and is_new:
            self._metrics.noticed(notice.level)
        view.told_notice = notice.id if notice else ""

    def _send(
        self, room: LocalRoom, offers: tuple[Offer, ...], *, can_buy: bool, notice: bool
    ) -> None:
        clients = [c for m in room.roster.watchers() for c in m.clients if c.may_buy is can_buy]
        if not clients:
            return
        message = self._frames.room(room.ref, room.replica.snapshot, offers, can_buy=can_buy)
        for client in clients:
            client.send(message, "room")
        if notice:
            frame = self._frames.notice(room.ref, room.replica.snapshot, offers, can_buy=can_buy)
            for client in clients:
                client.send(frame, "notice")

    async def _priced(self, room: LocalRoom) -> tuple[Offer, ...]:
        people = people_to_notice(room.replica.snapshot.state)
        if people is None:
            return ()
        with suppress(CallerError):  # the store cannot be reached: use the last prices
            room.host_view.last_offers = await self._offers(room.ref.account, people=people)
        return room.host_view.last_offers


async def _pause_until(instant_s: float) -> None:
    wait_s = instant_s - asyncio.get_running_loop().time()
    if wait_s > 0:
        await asyncio.sleep(wait_s)  # noqa: TID251  # the pause between two updates
