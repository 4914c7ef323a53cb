"""The rooms that need a sweep, and when: so the rooms of a node that died are found.

Reading all accounts every second would be a cost for each account. The index has only rooms in
which something has a deadline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import randrange

import msgspec

from fullhouse.domain.orphaned_rooms import OrphanedRoom
from fullhouse.domain.rooms import RoomRef
from fullhouse.domain.takeover import CLAIM_MS
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults
from fullhouse.store.index_parts import all_done, grouped, taken_from
from fullhouse.store.keys import (
    INDEX_SETS,
    index_name,
    room_of,
)
from fullhouse.store.scripts import Script

TAKEN_MS = 900  # so that a look a second later finds the room due again
RESTS_MS = 10_000  # far longer than from `watch` to the admission that it announces


class RoomIndex(BaseStore):
    """Keeps and reads the index. Each call is one atomic step, safe to repeat."""

    async def watch(self, refs: Iterable[RoomRef]) -> None:
        """People are about to enter these rooms: have them swept even if this node dies.

        Raises:
            StoreUnavailable: it is not known whether the rooms are in the index.
        """
        await self._write(self._scripts.watch_rooms, CLAIM_MS, [(r, index_name(r)) for r in refs])

    async def postpone(self, refs: Iterable[RoomRef], claim_ms: int = CLAIM_MS) -> None:
        """This node sweeps these rooms now, and claims them for so long.

        Raises:
            StoreUnavailable: another node may sweep them as well.
        """
        rows = [(ref, index_name(ref)) for ref in refs]
        await self._write(self._scripts.postpone_sweeps, claim_ms, rows)

    async def take(self, limit: int) -> list[OrphanedRoom]:
        """At most `limit` rooms that were not swept in time; no other node gets them now."""
        with store_faults():
            return await taken_from(self._all_parts(), limit, self._take)

    async def rest(self, orphaned_rooms: Sequence[OrphanedRoom]) -> None:
        """A sweep has found that nothing in these rooms has a deadline."""
        rows = [(s.ref, (index_name(s.ref), s.due, int(s.rested))) for s in orphaned_rooms]
        await self._write(self._scripts.rest_sweeps, RESTS_MS, rows)

    async def _write(
        self, script: Script, ms: int, rows: Sequence[tuple[RoomRef, object]]
    ) -> None:
        if not rows:
            return
        parts = grouped((self._keys.part_of(ref.account), row) for ref, row in rows)
        with store_faults():
            await all_done(
                script(
                    keys=list(map(self._keys.sweeps, some)),
                    args=[self._instant(), ms, msgspec.msgpack.encode([parts[n] for n in some])],
                )
                for some in self._calls_for(list(parts))
            )

    async def _take(self, parts: Sequence[int], limit: int) -> list[OrphanedRoom]:
        flat = await self._scripts.take_sweeps(
            keys=list(map(self._keys.sweeps, parts)), args=[self._instant(), TAKEN_MS, limit]
        )
        rows = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        return [
            OrphanedRoom(room_of(name), due.decode(), bool(rested)) for name, due, rested in rows
        ]

    def _all_parts(self) -> list[list[int]]:
        first = randrange(INDEX_SETS)  # noqa: S311  # so that no part is always the last
        return self._calls_for([(first + n) % INDEX_SETS for n in range(INDEX_SETS)])

    def _calls_for(self, parts: list[int]) -> list[list[int]]:
        """The parts of each call: all in one, or in a cluster, where their slots differ, each."""
        return [[part] for part in parts] if self._keys.in_cluster else [parts]
