"""The trails of accounts in Redis: entries are added, read, trimmed and erased."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import msgspec

from fullhouse.domain.trail import LOGS, TrailEntry, TrailLog
from fullhouse.domain.trail_pages import LogPart, Numbers, Stored
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.base_store import BaseStore
from fullhouse.store.faults import store_faults

AT_ONCE = 64  # script calls in one pipeline
TRIMMED_AT_ONCE = 1000
ERASED_AT_ONCE = 500


class TrailStore(BaseStore):
    """The trails of accounts. Each call raises `StoreUnavailable` if Redis cannot serve."""

    async def note(self, account_id: str, log: TrailLog, entry: TrailEntry) -> bool:
        """Add the entry of a request. False: there is no such account, and nothing is written."""
        account = self._keys.account(account_id)
        with store_faults():
            return bool(
                await self._scripts.note_request(
                    keys=[account.record, account.trail(log)],
                    args=[self._instant(), msgspec.json.encode(_given(entry))],
                )
            )

    async def read(
        self,
        account_id: str,
        *,
        starts: Numbers,
        since_ms: int,
        until_ms: int,
        count: int,
    ) -> list[LogPart]:
        """At most `count` entries of each log, newest first, in the order of `LOGS`.

        Args:
            account_id: The account.
            starts: The first entry of each log. None: the newest one until `until_ms`.
            since_ms: Older entries are left out (Unix ms).
            until_ms: Newer entries are left out, in logs without a start.
            count: The largest number of entries of each log.
        """
        firsts = ["" if number is None else number for number in starts]
        with store_faults():
            parts = await self._scripts.read_trail(
                keys=self._logs(account_id), args=[since_ms, until_ms, count, *firsts]
            )
        return [_part(part) for part in cast("list[list[bytes]]", parts)]

    async def trim(self, part: int, before_ms: int) -> None:
        """Delete the entries before that instant (Unix ms) of all accounts in a part."""
        names = await AccountIndex(self._redis, self._keys).names_in(part)
        for first in range(0, len(names), AT_ONCE):
            some = names[first : first + AT_ONCE]
            await asyncio.gather(*(self._trim(name, before_ms) for name in some))

    async def _trim(self, account_id: str, before_ms: int) -> None:
        keys, args = self._logs(account_id), [before_ms, TRIMMED_AT_ONCE]
        with store_faults():
            while await self._scripts.trim_trail(keys=keys, args=args):
                pass

    async def erase(self, account_id: str, *, participant: str = "", room: str = "") -> int:
        """Delete a person, or the people of a room, from the trail, in many short steps.

        Args:
            account_id: The account.
            participant: The person. Empty: everybody whom entries about the room are about.
            room: The room. Empty: all rooms.

        Returns:
            How many entries named them.
        """
        changed = 0
        for log in self._logs(account_id):
            first = 0
            while True:
                with store_faults():
                    first, more = await self._scripts.erase_from_trail(
                        keys=[log], args=[first, ERASED_AT_ONCE, participant, room]
                    )
                changed += more
                if not first:
                    break
        return changed

    def _logs(self, account_id: str) -> list[str]:
        return [self._keys.account(account_id).trail(log) for log in LOGS]


def _given(value: object) -> object:
    """The fields that are not as by default: an entry is stored without them."""
    builtins = msgspec.to_builtins(value)
    if not isinstance(builtins, dict):
        return builtins
    return {name: _given(of) for name, of in builtins.items() if of not in (None, (), False)}


def _part(reply: Sequence[bytes]) -> LogPart:
    following, *rest = reply
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return LogPart(tuple(_stored(int(number), text) for number, text in pairs), int(following))


def _stored(number: int, text: bytes) -> Stored:
    instant, _, entry = text.partition(b" ")
    return Stored(number, int(instant), entry)
