"""Calls the scripts of one room, or of many rooms in one pipeline, and decodes the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

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

_LOST = (RedisConnectionError, RedisTimeoutError, OSError)


class RoomCalls:
    """The common part of all script calls of a room: keys, instant, errors and decoding.

    Args:
        keys: The names of this installation.
        instant: Returns the current instant in Unix ms. 0: use the store's clock.
    """

    def __init__(self, keys: KeySpace, instant: Callable[[], int]) -> None:
        self._keys = keys
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
        failed = [n for n, text in enumerate(texts) if isinstance(text, Exception)]
        # Failed calls are repeated singly: errors may differ, and Redis may have lost the script.
        again = [
            _lost(texts[n])
            if isinstance(texts[n], _LOST)
            else self.run(reply, script, *calls[n][:2], *calls[n][2])
            for n in failed
        ]
        mended = dict(zip(failed, await asyncio.gather(*map(_or_away, again)), strict=True))
        decode = msgspec.json.Decoder(reply).decode
        return [
            mended[n] if n in mended else decode(cast("bytes", text))
            for n, text in enumerate(texts)
        ]

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
        keys = [*self._keys.room(ref).all(), *more_keys]
        args = self._arguments(seen, arguments)
        with store_faults():
            return msgspec.json.decode(await script(keys=keys, args=args), type=reply)

    def _arguments(self, seen: Revision, more: Arguments) -> Arguments:
        return [self._instant(), seen.epoch, seen.rev, *more]

    async def read(
        self, reply: type[ReplyT], script: Script, ref: RoomRef, *arguments: str | int | bytes
    ) -> ReplyT:
        with store_faults():
            text = await script(keys=self._keys.room(ref).all(), args=list(arguments))
        return msgspec.json.decode(text, type=reply)


async def _lost(error: object) -> NoReturn:
    """A master of a cluster did not answer. To ask again would hold up the other rooms."""
    assert isinstance(error, Exception)  # noqa: S101  # see above
    with store_faults():
        raise error


async def _or_away(answer: Awaitable[ReplyT]) -> ReplyT | StoreUnavailable:
    try:
        return await answer
    except StoreUnavailable as error:
        return error
