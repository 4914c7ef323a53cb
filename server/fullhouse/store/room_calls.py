"""Calls the scripts of a room, or of many rooms in one pipeline, and decodes the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.rooms import Revision, RoomRef
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Arguments, Script

ReplyT = TypeVar("ReplyT")


class RoomCalls:
    """What all calls of the scripts of a room have in common: keys, instant, errors, decoding.

    Args:
        keys: The names of this installation.
        instant: The instant in Unix ms that scripts take for now; 0 is the store's own time.
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
        """One transition of many rooms in one pipeline, each as by `run`."""
        if not calls:
            return []
        begun = [(self._keys.room(ref), self._arguments(seen, args)) for ref, seen, args in calls]
        try:
            with store_faults():
                texts = await script.of_rooms(begun)
        except StoreUnavailable as error:
            return [error] * len(calls)
        failed = [n for n, text in enumerate(texts) if isinstance(text, Exception)]
        # One by one: each error has its own reason, and a script that Redis lost is sent again.
        again = [self.run(reply, script, *calls[n][:2], *calls[n][2]) for n in failed]
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
        """One transition: every script of a room begins with the instant and what was seen."""
        keys = [*self._keys.room(ref).all(), *more_keys]
        args = self._arguments(seen, arguments)
        with store_faults():
            return msgspec.json.decode(await script(keys=keys, args=args), type=reply)

    def _arguments(self, seen: Revision, more: Arguments) -> Arguments:
        return [self._instant(), seen.epoch, seen.rev, *more]

    async def read(
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
