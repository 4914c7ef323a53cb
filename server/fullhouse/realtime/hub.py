"""All rooms of this node, and what one connection may ask of them."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.room_events import RoomEvent
from fullhouse.domain.rooms import RoomRef, Visitor
from fullhouse.realtime.answers import Answers
from fullhouse.realtime.desk import Desk
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.hosts import HostNews
from fullhouse.realtime.keeper import Keeper
from fullhouse.realtime.lines import Lines
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.member import Client, Member
from fullhouse.realtime.mender import Mender
from fullhouse.realtime.people import RoomHere
from fullhouse.realtime.places import Places
from fullhouse.realtime.ports import (
    Broadcast,
    IdleRooms,
    Offers,
    RoomIndex,
    Rooms,
    Strays,
    Subscriptions,
    Tally,
    Walk,
    Wording,
)
from fullhouse.realtime.relay import Relay
from fullhouse.realtime.requests import Departure, Entrance, Parting, retry_ms
from fullhouse.realtime.rounds import Rounds
from fullhouse.realtime.sweeper import Sweeper
from fullhouse.supervise import Chores

log = logging.getLogger(__name__)

SWEEP_S = 1.0  # a stalled room would be noticed: the step of its clock is at most two seconds


class Hub:
    """Who is connected here, per room. Nothing in it waits for a client.

    Attributes:
        renewals: Leases: run its `run` as a loop.
        sweeps: Time: run its `run` as a loop.
        sweeper: Time in the rooms of nobody: run its `take_over` and `walk` in loops.
        forgotten: The end of rooms in which nobody has been for long: run its `step` in a loop.
        mender: What people missed: run its `step` in a loop.
        lines: Word of progress: run its `step` in a loop.
    """

    def __init__(
        self,
        *,
        rooms: Rooms,
        index: RoomIndex,
        walk: Walk,
        strays: Strays,
        idle: IdleRooms,
        bus: Subscriptions,
        wording: Wording,
        offers: Offers,
        chores: Chores,
        tally: Tally,
        broadcast: Broadcast,
        beat_s: float,
    ) -> None:
        self._rooms = rooms
        self._bus = bus
        self._wording = wording
        self._chores = chores
        self._here = LocalRooms()
        self._places = Places(rooms, wording)
        self._hosts = HostNews(wording, offers, chores, tally)
        self._relay = Relay(
            wording,
            self._places,
            self._hosts,
            chores,
            tally,
            broadcast=broadcast,
            readmit=self._readmit,
            vouch=lambda here: chores.spawn(self.keeper.vouch(here)),
        )
        answers = Answers(wording, self._places, self._hosts, tally, part=self._part)
        self._desk = Desk(rooms, bus, wording, answers, chores, index=index)
        self.keeper = Keeper(
            rooms=rooms,
            places=self._places,
            relay=self._relay,
            tally=tally,
            here=self.rooms_here,
            chores=chores,
        )
        self.forgotten = ForgottenRooms(rooms, idle)
        self.sweeper = Sweeper(
            rooms=rooms,
            index=index,
            walk=walk,
            strays=strays,
            forgotten=self.forgotten,
            places=self._places,
            relay=self._relay,
            here=self._here,
            chores=chores,
        )
        self.renewals = Rounds(beat_s, self._here, self.keeper.visit)
        self.sweeps = Rounds(SWEEP_S, self._here, self.sweeper.visit)
        self.mender = Mender(
            keeper=self.keeper,
            places=self._places,
            hosts=self._hosts,
            tally=tally,
            here=self.rooms_here,
            readmit=self._readmit,
        )
        self.lines = Lines(rooms, self._places, wording, self.rooms_here)

    @property
    def rounds(self) -> Mapping[str, Rounds]:
        """The periodic visits of all rooms, by their names in metrics and readiness."""
        return {"renewals": self.renewals, "sweeps": self.sweeps}

    def rooms_here(self) -> Iterable[RoomHere]:
        return self._here

    def hear(self, ref: RoomRef, event: RoomEvent) -> None:
        """An event of the store."""
        here = self._here.find(ref)
        if here is not None and here.state is not None:
            self._relay.hear(here, event)

    def resume(self) -> None:
        """The subscription is new: anything may have been missed."""
        for here in self._here:
            here.missed = here.state is not None

    def enter(self, visitor: Visitor, client: Client) -> None:
        """A hello or claim. The answer reaches the client by itself."""
        entrance = Entrance(visitor.participant, visitor.role, client)
        self._desk.submit(self._here.obtain(visitor.ref), entrance)

    def leave(self, visitor: Visitor, client: Client) -> None:
        """Give up the place, in all tabs."""
        self._desk.submit(self._here.obtain(visitor.ref), Departure(visitor.participant, client))

    def position(self, visitor: Visitor, client: Client) -> None:
        """Tell the exact place in line."""
        self._chores.spawn(self._tell_position(visitor, client))

    def dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        """Put a notice away for all hosts."""
        self._chores.spawn(self._dismiss(visitor, client, notice, rest=rest))

    def gone(self, visitor: Visitor, client: Client) -> None:
        """A connection went; with the last one of a person the grace begins."""
        here = self._here.find(visitor.ref)
        member = here.members.get(visitor.participant) if here else None
        if here is None or member is None or client not in member.clients:
            return  # still under way: the answer will find the client gone
        member.discard(client)
        if not member.clients:
            self._part(here, member)

    def drain(self, window_s: float) -> None:
        """Send everybody away, spread over the window, each place kept until they are back."""
        for here in self._here:
            for member in list(here.members.values()):
                self._send_away(here, member, window_s)

    async def sweep_out(self) -> None:
        """Forget the rooms in which nobody is any more."""
        for here in list(self._here):
            if not here.members and not self._desk.is_busy(here):
                self._here.remove(here.ref)
                self._hosts.forget(here)
                if not self._here.has_account(here.ref.account):
                    await self._bus.unsubscribe(here.ref.account)

    def _part(self, here: RoomHere, member: Member) -> None:
        here.let_go(member)
        if member.ticket is not None:
            self._desk.submit(here, Parting(member.participant, member.generation))

    def _readmit(self, here: RoomHere, member: Member) -> None:
        self._desk.submit(here, Entrance(member.participant, member.role, None))

    def _send_away(self, here: RoomHere, member: Member, window_s: float) -> None:
        last_ms = 0
        for client in member.clients:
            moment_ms = random.randrange(max(1, int(window_s * 1000)))  # noqa: S311  # spread
            last_ms = max(last_ms, moment_ms)
            client.send_away(moment_ms)
        if member.ticket is not None:
            parting = Parting(member.participant, member.generation, last_ms)
            member.ticket = None  # renewed no more: a renewal would shorten what was promised
            self._desk.submit(here, parting)

    async def _tell_position(self, visitor: Visitor, client: Client) -> None:
        here = self._here.find(visitor.ref)
        if here:
            await here.answered(visitor.participant)  # what was sent with the hello comes after it
        member = here.member(visitor.participant, visitor.role) if here else None
        if here is None or member is None or not member.is_waiting:
            client.send(self._wording.refused("not_waiting", "You are not in line."), "plain")
            return
        try:
            reply = await self._rooms.positions(visitor.ref, [visitor.participant])
            if reply.outcome == "ok":
                place = await self._places.settled(
                    here, visitor.participant, reply.places[0], reply.revision
                )
                self._places.tell_client(here, client, visitor.participant, place)
        except StoreUnavailable:
            client.send(self._wording.retry(retry_ms()), "plain")

    async def _dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None:
        try:
            outcome = await self._rooms.dismiss_notice(visitor.ref, notice, rest=rest)
        except StoreUnavailable:
            client.send(self._wording.retry(retry_ms()), "plain")
            return
        if outcome == "unknown_notice":
            detail = f"notice: this room has not given a notice {notice!r}."
            client.send(self._wording.refused("unknown_notice", detail), "plain")
