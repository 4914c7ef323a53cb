"""One room under test: its store, its clock, and short words for what happens in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from fullhouse.domain.audit import SeatHolder
from fullhouse.domain.rooms import (
    NOTHING_SEEN,
    Drop,
    Newcomer,
    Place,
    Revision,
    Role,
    RoomRef,
    RoomRules,
    RoomState,
    Session,
    Snapshot,
    Sweep,
)
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.closed_rooms import ClosedRooms
from fullhouse.store.room_store import RoomStore
from fullhouse.store.watching import Watching
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redis.asyncio import Redis

REF = RoomRef("acme", "hall")

# Every duration differs from every other, so that a test notices when one stands for another.
LEASE_MS = 20_000
GRACE_MS = 16_000
WAIT_GRACE_MS = 30_000
CLAIM_MS = 45_000
WINDOW_MS_PER_100 = 1_000

RULES = RoomRules(
    lease_ms=LEASE_MS,
    grace_ms=GRACE_MS,
    wait_grace_ms=WAIT_GRACE_MS,
    claim_ms=CLAIM_MS,
    window_ms_per_100=WINDOW_MS_PER_100,
    nearly_full_percent=80,
    rearm_percent=75,
    forecast_s=0,
)
"""The defaults, but without a forecast: a test that needs one asks for it."""

STEP_MS = 2_000
"""The longest step that the house clock takes at once."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whom the test knows as a node would: a name and what the room said of them."""

    name: str
    place: Place

    @property
    def generation(self) -> int:
        return self.place.generation

    @property
    def session(self) -> Session:
        """The place as a node reports it."""
        assert self.place.holding is not None
        return Session(self.name, self.place.generation, self.place.holding)

    @property
    def drop(self) -> Drop:
        return Drop(self.name, self.place.generation)


STREAM = "https://stream.example/hall"


class EventRoom:
    """A room `acme/hall` on a real store whose time is the clock's."""

    def __init__(self, redis: Redis, clock: FakeClock, ref: RoomRef = REF) -> None:
        self.redis = redis
        self.clock = clock
        self.ref = ref
        self.rooms = RoomStore(redis, instant=clock.now_ms)
        self.closed = ClosedRooms(redis)

    async def has_account(
        self, *, seats: int, presenters: int = 1, parallel_events: int = 0
    ) -> None:
        """What the scripts need of an account."""
        await self.redis.hset(
            AccountKeys(self.ref.account).record,
            mapping={
                "plan": f"live-{seats}",
                "seats": seats,
                "presenters": presenters,
                "parallel_events": parallel_events,
            },
        )

    async def open(
        self,
        *,
        seats: int = 2,
        presenters: int = 1,
        **rules: Any,  # noqa: ANN401  # what RoomRules has
    ) -> tuple[bool, Snapshot]:
        """The account with that many seats, and the room."""
        await self.has_account(seats=seats, presenters=presenters)
        return await self.rooms.open_room(self.ref, "Hall", replace(RULES, **rules))

    async def hello(
        self, *names: str, role: Role = Role.ATTENDEE, seen: Revision = NOTHING_SEEN
    ) -> list[Guest]:
        """All of them in one batch."""
        batch = [Newcomer(name, role) for name in names]
        places = (await self.rooms.admit(self.ref, batch, seen)).places
        return [Guest(name, place) for name, place in zip(names, places, strict=True)]

    async def claim(self, name: str) -> Place:
        """What a reload does."""
        return (await self.hello(name))[0].place

    async def place(self, name: str) -> Place:
        return (await self.rooms.positions(self.ref, [name])).places[0]

    async def leave(self, *guests: Guest) -> None:
        await self.rooms.leave(self.ref, [(guest.name, guest.generation) for guest in guests])

    async def drop(self, *guests: Guest) -> None:
        await self.rooms.drop(self.ref, [guest.drop for guest in guests], NOTHING_SEEN)

    async def renew(self, guests: Iterable[Guest]) -> dict[str, Place]:
        """What is news to the node that renews them."""
        sessions = [guest.session for guest in guests]
        return await self.report_members(*sessions, seen=NOTHING_SEEN)

    async def report_members(
        self, *sessions: Session, seen: Revision, called_to: int = 0
    ) -> dict[str, Place]:
        renewals = await self.rooms.renew(self.ref, sessions, seen, called_to=called_to)
        return dict(renewals.news)

    async def set_seats(self, seats: int | Literal["plan"], change: str = "seats") -> Snapshot:
        return await self.rooms.set_room(self.ref, change, paused=None, seats=seats)

    async def set_paused(self, change: str = "pause", *, paused: bool) -> Snapshot:
        return await self.rooms.set_room(self.ref, change, paused=paused, seats=None)

    async def set_stream(self, address: str = STREAM, change: str = "stream") -> Snapshot:
        return await self.rooms.set_room(self.ref, change, paused=None, seats=None, watch=address)

    async def watch(self, *names: str, on: bool = True) -> None:
        """They say that they watch the stream, or no longer do."""
        store = Watching(self.redis, instant=self.clock.now_ms)
        await store.note_watching(self.ref, [(name, on) for name in names])

    async def sweep(self) -> Sweep:
        return await self.rooms.sweep_room(self.ref)

    async def wait(self, ms: int, *, keeping: Iterable[Guest] = ()) -> Sweep:
        """Let the house clock pass, swept as a node would; whoever is kept has a live tab."""
        kept = list(keeping)
        while ms > STEP_MS:
            ms -= STEP_MS
            await self._step(STEP_MS, kept)
        return await self._step(ms, kept)

    async def _step(self, ms: int, kept: list[Guest]) -> Sweep:
        self.clock.advance(ms=ms)
        if kept:
            await self.renew(kept)
        return await self.sweep()

    async def closed_rooms(self) -> list[str]:
        """Names of the closed rooms of the account, newest first."""
        rows = await self.closed.page(self.ref.account, after=None, count=999)
        return [ref.room for ref, _ in rows]

    async def state(self) -> RoomState:
        return (await self.rooms.snapshot(self.ref)).state

    async def revision(self) -> Revision:
        return (await self.rooms.snapshot(self.ref)).revision

    async def holders(self) -> dict[str, SeatHolder]:
        """Every place of the room by name; the sets agree with one another."""
        audit = await self.rooms.audit(self.ref)
        assert audit.drift == ()
        return {holder.participant: holder for holder in audit.holders}

    async def seated(self) -> set[str]:
        return {name for name, holder in (await self.holders()).items() if holder.place == "seat"}

    async def line(self) -> list[str]:
        """Who waits, the head first."""
        tickets = {
            holder.ticket: name
            for name, holder in (await self.holders()).items()
            if holder.ticket is not None
        }
        return [tickets[ticket] for ticket in sorted(tickets)]

    async def contents(self) -> dict[str, object]:
        """Everything the store keeps of the account, for comparing two moments."""
        found = await self.redis.keys(f"fh:{{{self.ref.account}}}:*")
        keys = sorted(str(key, "ascii") for key in cast("list[bytes]", found))
        return {key: await self._content(key) for key in keys}

    async def contents_names(self) -> list[str]:
        """The last part of each key of the account."""
        return [key.rpartition(":")[2] for key in await self.contents()]

    async def saved(self) -> dict[str, bytes]:
        """What a store that loses its latest writes would come back with."""
        keys = await self.contents()
        return {key: cast("bytes", await self.redis.dump(key)) for key in keys}

    async def roll_back(self, saved: dict[str, bytes]) -> None:
        """The store has forgotten everything since."""
        await self.redis.flushall()
        for key, dump in saved.items():
            await self.redis.restore(key, 0, dump)

    async def become_another_run(self) -> None:
        """What the store is after a restart, or as a replica that was promoted."""
        await self.redis.execute_command("REPLICAOF", "127.0.0.1", "1")  # type: ignore[no-untyped-call]  # redis-py
        await self.redis.execute_command("REPLICAOF", "NO", "ONE")  # type: ignore[no-untyped-call]  # redis-py

    async def _content(self, key: str) -> object:
        match await self.redis.type(key):
            case b"hash":
                return await self.redis.hgetall(key)
            case b"string":
                return await self.redis.get(key)
            case b"zset":
                return await self.redis.zrange(key, 0, -1, withscores=True)
            case _:
                return await self.redis.smembers(key)
