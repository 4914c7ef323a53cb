"""Calls the scripts of one room, or of many rooms in one pipeline, and decodes the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Revision, RoomRef
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Arguments, Script

ReplyT = TypeVar("ReplyT")

Heard = Callable[[str], None]
"""Called with the account of which a script has written messages for the platform."""

_WROTE_MESSAGES = b'"outbox":true'

_LOST = (RedisConnectionError, RedisTimeoutError, OSError)


def wrote_messages(reply: bytes) -> bool:
    """Whether a script says so. None of its texts can have this word, as quotes are escaped."""
    return _WROTE_MESSAGES in reply


def nobody_listens(_account: str) -> None:
    """The default of `heard`: does nothing."""


class RoomCalls:
    """The common part of all script calls of a room: keys, instant, errors and decoding.

    Args:
        keys: The names of this installation.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
        heard: Called after a script has written messages for the platform.
    """

    def __init__(
        self, keys: KeySpace, instant: Callable[[], int], heard: Heard = nobody_listens
    ) -> None:
        self._keys = keys
        self._heard = heard
        self._instant = instant

    async def run_for_rooms(
        self,
        reply: type[ReplyT],
        script: Script,
        calls: Sequence[tuple[RoomRef, Revision, Arguments]],
    ) -> list[ReplyT | StoreUnavailable]:
        """Run a script for many rooms in one pipeline. Each answer is as from `run`."""
        if not calls:
            return []
        begun = [(self._keys.room(ref), self._arguments(seen, args)) for ref, seen, args in calls]
        try:
            with store_faults():
                texts = await script.of_rooms(begun)
        except StoreUnavailable as error:
            return [error] * len(calls)
        failed = {n: text for n, text in enumerate(texts) if isinstance(text, Exception)}
        repeated = (self._repeated(reply, script, calls[n], error) for n, error in failed.items())
        found = dict(zip(failed, await asyncio.gather(*map(_or_away, repeated)), strict=True))
        decode = msgspec.json.Decoder(reply).decode
        answers: list[ReplyT | StoreUnavailable] = []
        for n, text in enumerate(texts):
            if n in found:
                answers.append(found[n])
            else:
                self._listen(calls[n][0], cast("bytes", text))
                answers.append(decode(cast("bytes", text)))
        return answers

    def _listen(self, ref: RoomRef, reply: bytes) -> None:
        if wrote_messages(reply):
            self._heard(ref.account)

    async def _repeated(
        self,
        reply: type[ReplyT],
        script: Script,
        call: tuple[RoomRef, Revision, Arguments],
        error: Exception,
    ) -> ReplyT:
        """Repeat a failed call by itself: errors may differ, and Redis may have lost the script.

        If a master of a cluster did not answer, its calls are not repeated: that would hold up the
        rooms of the other masters.
        """
        if isinstance(error, _LOST):
            with store_faults():
                raise error
        ref, seen, args = call
        return await self.run(reply, script, ref, seen, *args)

    async def run(
        self,
        reply: type[ReplyT],
        script: Script,
        ref: RoomRef,
        seen: Revision,
        *arguments: str | int | bytes,
        more_keys: Sequence[str] = (),
    ) -> ReplyT:
        """Run a script of a room. Its first arguments are the instant and the revision seen."""
        room = self._keys.room(ref)
        keys = [*room.all(), *more_keys, *room.last_keys]
        args = self._arguments(seen, arguments)
        with store_faults():
            text: bytes = await script(keys=keys, args=args)
        self._listen(ref, text)
        return msgspec.json.decode(text, type=reply)

    def _arguments(self, seen: Revision, more: Arguments) -> Arguments:
        return [self._instant(), seen.epoch, seen.rev, *more]

    async def read(
        self, reply: type[ReplyT], script: Script, ref: RoomRef, *arguments: str | int | bytes
    ) -> ReplyT:
        with store_faults():
            text = await script(keys=self._keys.room(ref).all(), args=list(arguments))
        return msgspec.json.decode(text, type=reply)


async def _or_away(answer: Awaitable[ReplyT]) -> ReplyT | StoreUnavailable:
    try:
        return await answer
    except StoreUnavailable as error:
        return error
