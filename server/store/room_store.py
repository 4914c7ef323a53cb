"""Rooms in Redis: one method a script, typed values in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import msgspec

from server.domain.errors import (
    InvalidRequest,
    NotFound,
    ParallelEventsExceeded,
    RoomClosed,
    StoreUnavailable,
)
from server.domain.polls import Poll, Polled
from server.domain.rooms import (
    NOTHING_SEEN,
    PRESENTING,
    SEATED,
    Admissions,
    Answer,
    Audit,
    ClosedReason,
    Drop,
    Newcomer,
    Renewals,
    Revision,
    RoomRef,
    RoomRules,
    RoomState,
    Session,
    Snapshot,
    Sweep,
)
from server.store.audits import AuditReply, audit_of
from server.store.faults import store_faults
from server.store.idle_rooms import IdleRooms
from server.store.keys import DEFAULT_KEYS, KeySpace
from server.store.reopening import Reopening
from server.store.scripts import Arguments, Observe, Script, Scripts, unobserved

if TYPE_CHECKING:
    from redis.asyncio import Redis

ReplyT = TypeVar("ReplyT")

RENEWED_TOGETHER = 2000  # people: Lua hands less than 8,000 values to a command, each makes two

_KINDS = {SEATED: "seats", PRESENTING: "presenters"}


@dataclass(frozen=True, slots=True)
class _Reply:
    """Answer of a script that the platform asked for: a state, or why there is none."""

    outcome: Literal["ok", "no_room", "closed", "no_account", "too_many", "unknown_notice"]
    epoch: int
    rev: int
    state: RoomState | None = None
    opened: bool = False
    live: int = 0
    seats: int = 0
    in_doubt: bool = False
    forgotten_at: int | None = None


class RoomStore:
    """Every transition of a room, and the ways to look at one.

    Each call is atomic, safe to repeat, and raises `StoreUnavailable` when Redis cannot serve.

    Args:
        redis: A client with `decode_responses=False`.
        keys: The names of this installation.
        instant: The instant in Unix ms that scripts take for now; 0 is the store's own time,
            one clock for all nodes. Tests pass theirs.
        observe: Told how long each call of a script took.
    """

    def __init__(
        self,
        redis: Redis,
        keys: KeySpace = DEFAULT_KEYS,
        *,
        instant: Callable[[], int] = lambda: 0,
        observe: Observe = unobserved,
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._scripts = Scripts.register(redis, observe, database=keys.database)
        self._instant = instant
        self._idle = IdleRooms(redis, keys, instant=instant, observe=observe)
        self._reopening = Reopening(self._scripts, keys, instant)

    async def admit(
        self, ref: RoomRef, newcomers: Sequence[Newcomer], seen: Revision = NOTHING_SEEN
    ) -> Admissions:
        """Take in hellos and claims of one room, in their order."""
        script, args = self._scripts.admit, list(_flat(newcomers))
        return await self._reopening(ref, lambda: self._run(Admissions, script, ref, seen, *args))

    async def poll(self, ref: RoomRef, polls: Sequence[Poll], *, lease_ms: int) -> Polled:
        """Tell people their places, in their order; a newcomer is admitted."""
        # One argument: the client library takes as long for each as the script for a person.
        args = (lease_ms, msgspec.json.encode(polls).decode())
        script = self._scripts.poll
        return await self._reopening(
            ref, lambda: self._run(Polled, script, ref, NOTHING_SEEN, *args)
        )

    async def renew(
        self, ref: RoomRef, sessions: Sequence[Session], seen: Revision, *, called_to: int
    ) -> Renewals:
        """Lengthen the leases of the sessions that a node has connected.

        Of one person all say the same.
        """
        return await self._run(
            Renewals, self._scripts.renew, ref, seen, called_to, packed_beliefs(sessions)
        )

    async def drop(self, ref: RoomRef, drops: Sequence[Drop], seen: Revision) -> Answer:
        """Let the grace of people begin whose last connection on a node went."""
        return await self._run(Answer, self._scripts.drop, ref, seen, *_flat(drops))

    async def leave(
        self, ref: RoomRef, leavers: Sequence[tuple[str, int]], seen: Revision = NOTHING_SEEN
    ) -> Answer:
        """Free seats and tickets at once: (participant, generation; 0 is whichever is current)."""
        return await self._run(Answer, self._scripts.leave, ref, seen, *_flat(leavers))

    async def sweep_room(
        self, ref: RoomRef, seen: Revision = NOTHING_SEEN, *, attended: bool = False
    ) -> Sweep:
        """Let time pass in a room. `attended`: somebody is connected here, a host perhaps."""
        return await self._run(Sweep, self._scripts.sweep_room, ref, seen, int(attended))

    async def sweep_rooms(
        self, rooms: Sequence[tuple[RoomRef, Revision, bool]]
    ) -> list[Sweep | StoreUnavailable]:
        """What `sweep_room` returns or raises for each of these rooms, in one pipeline.

        Args:
            rooms: Of each what was seen, and whether somebody is connected here.
        """
        calls = [(ref, seen, (int(attended),)) for ref, seen, attended in rooms]
        return await self._run_of_rooms(Sweep, self._scripts.sweep_room, calls)

    async def renew_rooms(
        self, rooms: Sequence[tuple[RoomRef, Sequence[Session], Revision, int]]
    ) -> list[Renewals | StoreUnavailable]:
        """What `renew` returns or raises for each of these rooms, in one pipeline.

        Args:
            rooms: Of each the sessions, what was seen, and the `called_to` of that.
        """
        calls = [
            (ref, seen, (called_to, packed_beliefs(sessions)))
            for ref, sessions, seen, called_to in rooms
        ]
        return await self._run_of_rooms(Renewals, self._scripts.renew, calls)

    async def dismiss_notice(
        self, ref: RoomRef, notice: str, *, rest: bool
    ) -> Literal["ok", "no_room", "closed", "unknown_notice"]:
        """Put a notice away for all hosts; with `rest` for the whole event."""
        reply = await self._run(
            _Reply, self._scripts.dismiss_notice, ref, NOTHING_SEEN, notice, int(rest)
        )
        return reply.outcome  # type: ignore[return-value]  # this script has no others

    async def remove_participant(self, ref: RoomRef, participant: str) -> None:
        """Send a person out and refuse them until the room closes.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        script = self._scripts.remove_participant
        reply = await self._run(_Reply, script, ref, NOTHING_SEEN, participant)
        _checked(ref, reply)

    async def lift_removal(self, ref: RoomRef, participant: str) -> None:
        """Let a removed person come again. Safe to repeat.

        Raises:
            NotFound: there is no such room.
            RoomClosed: it is closed.
        """
        script = self._scripts.lift_removal
        reply = await self._run(_Reply, script, ref, NOTHING_SEEN, participant)
        _checked(ref, reply)

    async def open_room(self, ref: RoomRef, title: str, rules: RoomRules) -> tuple[bool, Snapshot]:
        """Open a room as its account's plan allows. Returns whether this call opened it.

        Raises:
            NotFound: there is no such account.
            ParallelEventsExceeded: as many rooms are live as the account may run.
        """
        account = self._keys.account(ref.account)
        reply = await self._run(
            _Reply,
            self._scripts.open_room,
            ref,
            NOTHING_SEEN,
            *(ref.room, title, *_flat(asdict(rules).items())),
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
        return reply.opened, _checked(ref, reply)

    async def close_room(self, ref: RoomRef) -> Snapshot:
        """End the event. A room that is closed already stays so.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._close(ref, "closed")
        if reply.outcome == "closed":
            return await self.snapshot(ref)
        return _checked(ref, reply)

    async def close_forgotten(self, ref: RoomRef) -> bool:
        """Close a room in which nobody has been for long. Returns whether this call did so."""
        reply = await self._close(ref, "forgotten")
        return reply.state is not None and reply.state.status == "closed"

    async def _close(self, ref: RoomRef, reason: ClosedReason) -> _Reply:
        account = self._keys.account(ref.account)
        more_keys = [account.live_rooms, account.closed_rooms]
        script = self._scripts.close_room
        return await self._run(_Reply, script, ref, NOTHING_SEEN, reason, more_keys=more_keys)

    async def set_room(
        self,
        ref: RoomRef,
        change: str,
        *,
        paused: bool | None,
        seats: int | Literal["plan"] | None,
    ) -> Snapshot:
        """Hold the line, or hold the room to fewer seats than the plan's; None: as it was.

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
        script = self._scripts.set_room
        reply = await self._run(_Reply, script, ref, NOTHING_SEEN, change, *fields)
        if reply.outcome == "too_many":
            raise InvalidRequest("seats", f"at most {reply.seats}, the seats of the plan")
        return _checked(ref, reply)

    async def snapshot(self, ref: RoomRef) -> Snapshot:
        """The present state of a room, open or closed.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._read(_Reply, self._scripts.snapshot, ref)
        return _checked(ref, reply)

    async def positions(self, ref: RoomRef, participants: Sequence[str]) -> Admissions:
        """The exact places of these people, in their order."""
        return await self._read(Admissions, self._scripts.positions, ref, *participants)

    async def audit(self, ref: RoomRef) -> Audit:
        """Every place as the sets have it, recounted.

        Raises:
            NotFound: there is no such room.
        """
        reply = await self._read(AuditReply, self._scripts.audit, ref)
        if reply.outcome == "no_room":
            raise NotFound("room", ref.room)
        return audit_of(reply)

    async def open_rooms(self, account: str) -> list[RoomRef]:
        """The open rooms of an account, by name; no more than it may run at a time."""
        with store_faults():
            names = await self._redis.smembers(self._keys.account(account).live_rooms)
        return sorted(RoomRef(account, str(name, "ascii")) for name in cast("set[bytes]", names))

    async def _run_of_rooms(
        self,
        reply: type[ReplyT],
        script: Script,
        calls: Sequence[tuple[RoomRef, Revision, Arguments]],
    ) -> list[ReplyT | StoreUnavailable]:
        """One transition of many rooms; they share one pipeline. What `_run` does for each."""
        if not calls:
            return []
        begun = [(self._keys.room(ref), self._arguments(seen, args)) for ref, seen, args in calls]
        try:
            with store_faults():
                texts = await script.of_rooms(begun)
        except StoreUnavailable as error:
            return [error] * len(calls)
        failed = [n for n, text in enumerate(texts) if isinstance(text, Exception)]
        # One by one: whoever is told why, and a script that Redis has forgotten is sent again.
        again = [self._run(reply, script, *calls[n][:2], *calls[n][2]) for n in failed]
        mended = dict(zip(failed, await asyncio.gather(*map(_or_away, again)), strict=True))
        decode = msgspec.json.Decoder(reply).decode
        return [
            mended[n] if n in mended else decode(cast("bytes", text))
            for n, text in enumerate(texts)
        ]

    async def _run(
        self,
        reply: type[ReplyT],
        script: Script,
        ref: RoomRef,
        seen: Revision,
        *arguments: str | int | bytes,
        more_keys: Sequence[str] = (),
    ) -> ReplyT:
        """One transition: every script of a room begins with the instant and what was seen."""
        keys = [*self._keys.room(ref).all(), *more_keys]
        args = self._arguments(seen, arguments)
        with store_faults():
            return msgspec.json.decode(await script(keys=keys, args=args), type=reply)

    def _arguments(self, seen: Revision, more: Arguments) -> Arguments:
        return [self._instant(), seen.epoch, seen.rev, *more]

    async def _read(
        self, reply: type[ReplyT], script: Script, ref: RoomRef, *arguments: str | int
    ) -> ReplyT:
        with store_faults():
            text = await script(keys=self._keys.room(ref).all(), args=list(arguments))
        return msgspec.json.decode(text, type=reply)


async def _or_away(answer: Awaitable[ReplyT]) -> ReplyT | StoreUnavailable:
    try:
        return await answer
    except StoreUnavailable as error:
        return error


def _flat(rows: Iterable[Iterable[str | int]]) -> list[str | int]:
    return list(chain.from_iterable(rows))


def packed_beliefs(sessions: Sequence[Session]) -> bytes:
    """One argument: three for each of a thousand people cost more than their renewal."""
    runs = [list(run) for _, run in groupby(sessions, _kind_of_place)]
    return msgspec.msgpack.encode(
        [
            _run_of(run[first : first + RENEWED_TOGETHER])
            for run in runs
            for first in range(0, len(run), RENEWED_TOGETHER)
        ]
    )


def _run_of(sessions: Sequence[Session]) -> dict[str, str | list[str]]:
    """Neighbours with one kind of place."""
    return {
        "kind": _kind_of_place(sessions[0]),
        "participants": [session.participant for session in sessions],
        "generations": " ".join([str(session.generation) for session in sessions]),
        "tickets": " ".join([str(session.ticket) for session in sessions]),
    }


def _kind_of_place(session: Session) -> str:
    return _KINDS.get(session.ticket, "line")


def _checked(ref: RoomRef, reply: _Reply) -> Snapshot:
    match reply.outcome:
        case "no_room":
            raise NotFound("room", ref.room)
        case "no_account":
            raise NotFound("account", ref.account)
        case "closed":
            raise RoomClosed(ref.room)
        case "too_many":
            raise ParallelEventsExceeded(reply.live)
    revision = Revision(reply.epoch, reply.rev)
    return Snapshot(revision, reply.state, in_doubt=reply.in_doubt)  # type: ignore[arg-type]
