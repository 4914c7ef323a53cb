"""Rooms in Redis: one method a script, typed values in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from fullhouse.domain.account_limits import NO_LIMITS, AccountLimits
from fullhouse.domain.audit import Audit
from fullhouse.domain.errors import (
    InvalidRequest,
    StoreUnavailable,
)
from fullhouse.domain.polls import Poll, Polled
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    Admissions,
    Answer,
    ClosedReason,
    Drop,
    LineProgress,
    Newcomer,
    Renewals,
    Revision,
    RoomRef,
    RoomRules,
    Session,
    Snapshot,
    Sweep,
)
from fullhouse.store.admission_arguments import admission_arguments
from fullhouse.store.audits import AuditReply, audit_of
from fullhouse.store.base_store import BaseRoomStore
from fullhouse.store.faults import store_faults
from fullhouse.store.idle_rooms import IdleRooms
from fullhouse.store.keys import DEFAULT_KEYS, KeySpace
from fullhouse.store.renewal_arguments import SessionPacker
from fullhouse.store.reopening import Reopening
from fullhouse.store.room_calls import Heard, nobody_listens
from fullhouse.store.room_replies import RoomReply, check_room, checked_snapshot
from fullhouse.store.scripts import Observe, Script, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KEEP = "="  # for `watch` of `open_room`: no address is this


class RoomStore(BaseRoomStore):
    """Every transition of a room, and the ways to look at one.

    Each call is atomic, safe to repeat, and raises `StoreUnavailable` when Redis cannot serve.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        instant: The instant in Unix ms that scripts take for now; 0 is the store's own time,
            one clock for all nodes. Tests pass theirs.
        observe: Told how long each call of a script took.
        heard: Called with the account after a script has written messages for the platform.
        limits: Limits of each account.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
        heard: Heard = nobody_listens,
        limits: AccountLimits = NO_LIMITS,
    ) -> None:
        super().__init__(redis, keys, instant=instant, observe=observe, heard=heard)
        self._limits = limits
        self._packer = SessionPacker()
        self._idle = IdleRooms(redis, keys, instant=instant, observe=observe)
        self._reopening = Reopening(self._scripts, keys, instant, heard)

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision = NOTHING_SEEN
    ) -> Admissions:
        """Take in hellos and claims of one room, in their order."""
        script, args = self._scripts.admit, admission_arguments(newcomers)
        return await self._reopening(
            ref, lambda: self._calls.run(Admissions, script, ref, seen, *args)
        )

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        """Tell people their places, in their order; a newcomer is admitted."""
        # One argument: the client library takes as long for each as the script for a person.
        args = (lease_ms, msgspec.json.encode(polls).decode())
        script = self._scripts.poll
        return await self._reopening(
            ref, lambda: self._calls.run(Polled, script, ref, NOTHING_SEEN, *args)
        )

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        """Lengthen the leases of the sessions that a node has connected.

        Of one person all say the same.
        """
        (answer,) = await self.renew_rooms([(ref, sessions, seen, called_to)])
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer:
        """Let the grace of people begin whose last connection on a node went."""
        return await self._calls.run(Answer, self._scripts.drop, ref, seen, *_flat(drops))

    async def leave(
        self, ref: RoomRef, leavers: Sequence[tuple[str, int]], seen: Revision = NOTHING_SEEN
    ) -> Answer:
        """Free seats and tickets at once: (participant, generation; 0 is whichever is current)."""
        return await self._calls.run(Answer, self._scripts.leave, ref, seen, *_flat(leavers))

    async def sweep_room(
        self, ref: RoomRef, seen: Revision = NOTHING_SEEN, *, attended: bool = False
    ) -> Sweep:
        """Let time pass in a room. `attended`: somebody is connected here, a host perhaps."""
        return await self._calls.run(Sweep, self._scripts.sweep_room, ref, seen, int(attended))

    async def sweep_rooms(
        self, rooms: Sequence[tuple[RoomRef, Revision, bool]]
    ) -> list[Sweep | StoreUnavailable]:
        """What `sweep_room` returns or raises for each of these rooms, in one pipeline.

        Args:
            rooms: For each room what was seen, and whether somebody is connected here.
        """
        calls = [(ref, seen, (int(attended),)) for ref, seen, attended in rooms]
        return await self._calls.run_for_rooms(Sweep, self._scripts.sweep_room, calls)

    async def renew_rooms(
        self, rooms: Sequence[tuple[RoomRef, Sequence[Session], Revision, int]]
    ) -> list[Renewals | StoreUnavailable]:
        """What `renew` returns or raises for each of these rooms, in one pipeline.

        Args:
            rooms: For each room the sessions, what was seen, and its `called_to`.
        """
        calls = [
            (ref, seen, (called_to, self._packer.packed(ref, sessions)))
            for ref, sessions, seen, called_to in rooms
        ]
        return await self._calls.run_for_rooms(Renewals, self._scripts.renew, calls)

    async def dismiss_notice(
        self, ref: RoomRef, notice: str, *, rest: bool
    ) -> Literal["ok", "no_room", "closed", "unknown_notice"]:
        """Put a notice away for all hosts; with `rest` for the whole event."""
        reply = await self._calls.run(
            RoomReply, self._scripts.dismiss_notice, ref, NOTHING_SEEN, notice, int(rest)
        )
        return reply.outcome  # type: ignore[return-value]  # this script has no others

    async def remove_participant(self, ref: RoomRef, participant: str) -> None:
        """Send a person out and refuse them until the room closes.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        await self._change_removal(self._scripts.remove_participant, ref, participant)

    async def is_removed(self, ref: RoomRef, participant: str) -> bool:
        """Whether the platform has sent this person out of the room, for as long as it is open."""
        with store_faults():
            removed = self._keys.room(ref).removed
            return bool(await self._redis.sismember(removed, participant))

    async def lift_removal(self, ref: RoomRef, participant: str) -> None:
        """Let a removed person come again. Safe to repeat.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        await self._change_removal(self._scripts.lift_removal, ref, participant)

    async def _change_removal(self, script: Script, ref: RoomRef, participant: str) -> None:
        reply = await self._calls.run(RoomReply, script, ref, NOTHING_SEEN, participant)
        checked_snapshot(ref, reply)

    async def erase_participant(self, ref: RoomRef, participant: str) -> bool:
        """End the person's place, and delete what the room has of the person. Safe to repeat.

        Returns:
            Whether the room had anything. It may be closed, or deleted.
        """
        script = self._scripts.erase_participant
        reply = await self._calls.run(RoomReply, script, ref, NOTHING_SEEN, participant)
        return reply.erased

    async def open_room(
        self, ref: RoomRef, title: str, rules: RoomRules, *, watch: str | None = None
    ) -> tuple[bool, Snapshot]:
        """Open a room as its account's plan allows. Returns whether this call opened it.

        Args:
            ref: The room.
            title: Its title from now on.
            rules: Its rules, if this call opens it.
            watch: The address of its stream; empty: it has none; None: as it was.

        Raises:
            NotFound: there is no such account.
            ParallelEventsExceeded: as many rooms are live as the account may run.
            LimitReached: the account keeps as many closed rooms as it may.
        """
        account = self._keys.account(ref.account)
        reply = await self._calls.run(
            RoomReply,
            self._scripts.open_room,
            ref,
            NOTHING_SEEN,
            *(ref.room, title, self._limits.closed_rooms, _KEEP if watch is None else watch),
            *_flat(_kept(rules)),
            more_keys=[
                account.record,
                account.live_rooms,
                account.closed_rooms_unsorted,
                account.closed_rooms,
                account.deleted_epoch,
            ],
        )
        if reply.opened and reply.forgotten_at:
            await self._idle.note({ref: reply.forgotten_at})
        return reply.opened, checked_snapshot(ref, reply)

    async def close_room(self, ref: RoomRef) -> Snapshot:
        """End the event. A room that is closed already stays so.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._close(ref, "closed")
        if reply.outcome == "closed":
            return await self.snapshot(ref)
        return checked_snapshot(ref, reply)

    async def close_forgotten(self, ref: RoomRef) -> bool:
        """Close a room in which nobody has been for long. Returns whether this call did so."""
        reply = await self._close(ref, "forgotten")
        return reply.state is not None and reply.state.status == "closed"

    async def _close(self, ref: RoomRef, reason: ClosedReason) -> RoomReply:
        account = self._keys.account(ref.account)
        more_keys = [account.live_rooms, account.closed_rooms]
        script = self._scripts.close_room
        return await self._calls.run(
            RoomReply, script, ref, NOTHING_SEEN, reason, more_keys=more_keys
        )

    async def set_room(
        self,
        ref: RoomRef,
        change: str,
        *,
        paused: bool | None,
        seats: int | Literal["plan"] | None,
        watch: str | None = None,
    ) -> Snapshot:
        """Hold the line, hold the room to fewer seats than the plan's, or give it a stream.

        None: as it was. An empty `watch`: no stream.

        Raises:
            InvalidRequest: `seats` is more than the plan's.
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        fields: list[str | int] = []
        if paused is not None:
            fields += ["paused", int(paused)]
        if seats is not None:
            fields += ["seats_limit", "" if seats == "plan" else seats]
        if watch is not None:
            fields += ["watch", watch]
        script = self._scripts.set_room
        reply = await self._calls.run(RoomReply, script, ref, NOTHING_SEEN, change, *fields)
        if reply.outcome == "too_many":
            raise InvalidRequest("seats", f"at most {reply.seats}, the seats of the plan")
        return checked_snapshot(ref, reply)

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        """The present state of a room, open or closed.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._calls.read(RoomReply, self._scripts.snapshot, ref)
        return checked_snapshot(ref, reply)

    async def positions(self, ref: RoomRef, participants: Sequence[str]) -> Admissions:
        """The exact places of these people, in their order."""
        return await self._calls.read(Admissions, self._scripts.positions, ref, *participants)

    async def people_ahead(self, ref: RoomRef, tickets: Sequence[int]) -> LineProgress:
        """How many people are ahead of each of these tickets, which ascend; at least one."""
        packed = msgspec.msgpack.encode(tickets)
        return await self._calls.read(LineProgress, self._scripts.people_ahead, ref, packed)

    async def audit(self, ref: RoomRef) -> Audit:
        """Every place as the sets have it, recounted.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._calls.read(AuditReply, self._scripts.audit, ref)
        check_room(ref, reply.outcome)
        return audit_of(reply)

    async def open_rooms(self, account: str) -> list[RoomRef]:
        """The open rooms of an account, by name; no more than it may run at a time."""
        with store_faults():
            names = await self._redis.smembers(self._keys.account(account).live_rooms)
        return sorted(RoomRef(account, str(name, "ascii")) for name in cast("set[bytes]", names))


def _kept(rules: RoomRules) -> Iterable[tuple[str, str | int]]:
    """The fields of a room. A room without webhooks has no field for them."""
    return ((name, value) for name, value in asdict(rules).items() if value != "")


def _flat(rows: Iterable[Iterable[str | int]]) -> list[str | int]:
    return list(chain.from_iterable(rows))
