"""Opens a room again for its next visitor if it was closed as forgotten."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import msgspec

from fullhouse.domain.rooms import Answer, RoomRef
from fullhouse.store.account_keys import last_keys
from fullhouse.store.faults import store_faults
from fullhouse.store.room_calls import Heard, nobody_listens, wrote_messages

if TYPE_CHECKING:
    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Scripts

log = logging.getLogger(__name__)

AnswerT = TypeVar("AnswerT", bound=Answer)


class _Reopened(msgspec.Struct):
    outcome: str
    opened: bool = False


class Reopening:
    """Admits people to a room. A room that was closed as forgotten is opened again first.

    Source: docs/decisions/0018-forgotten-rooms.md.
    """

    def __init__(
        self,
        scripts: Scripts,
        keys: KeySpace,
        instant: Callable[[], int],
        heard: Heard = nobody_listens,
    ) -> None:
        self._scripts = scripts
        self._heard = heard
        self._keys = keys
        self._instant = instant

    async def __call__(self, ref: RoomRef, admit: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        """The answer of `admit`. `no_room`: the account already runs as many rooms as it may.

        Raises:
            StoreUnavailable: the store cannot serve.
        """
        answer = await admit()
        if answer.outcome != "forgotten":
            return answer
        await self.reopen(ref)
        answer = await admit()
        return replace(answer, outcome="no_room") if answer.outcome == "forgotten" else answer

    async def reopen(self, ref: RoomRef) -> None:
        """Open the room again if it was forgotten and the account may run one more."""
        account = self._keys.account(ref.account)
        keys = [
            *self._keys.room(ref).all(),
            account.record,
            account.live_rooms,
            account.closed_rooms_unsorted,
            account.closed_rooms,
            *last_keys(account),
        ]
        with store_faults():
            text = await self._scripts.reopen_room(keys=keys, args=[self._instant(), 0, 0])
        if wrote_messages(text):
            self._heard(ref.account)
        reply = msgspec.json.decode(text, type=_Reopened)
        named = {"account": ref.account, "room": ref.room}
        if reply.opened:
            log.info("room.opened", extra={**named, "reason": "somebody came"})
        elif reply.outcome != "ok":
            log.warning("room.stays_closed", extra={**named, "reason": reply.outcome})
