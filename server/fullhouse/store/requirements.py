"""Checks at the start that the store can do everything that a node needs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.connect import StoreNotUsable
from fullhouse.store.faults import store_faults

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.keys import KeySpace
    from fullhouse.store.scripts import Script

CONFIRM_S = 1.0

RIGHTS = (
    "-@all +@read +@write +@connection +@scripting +@pubsub -@dangerous +info +time +config|get"
)
"""Rights of the store's user, besides its keys and channels. Source: docs/operations.md."""

_REMEDIES = {
    StoreRefusal.READ_ONLY: "The store is a replica and takes no writes: name its primary.",
    StoreRefusal.NOT_SUPPORTED: "The store lacks a command, or the script engine, that is needed: "
    "it needs Lua scripts and sharded pub/sub, under their own names ({}).",
    StoreRefusal.MOVED: "The store is a member of a cluster, which this version does not serve: "
    "name a single Redis or Valkey.",
}


class StoreRefuses(StoreNotUsable):
    """The store answers, but cannot do what a node needs. Waiting does not help."""


async def check_requirements(redis: Redis, keys: KeySpace, try_commands: Script) -> None:
    """Try every command, kind of key and channel that a node needs.

    Raises:
        StoreRefuses: something is missing. The text names it and says what to do.
        StoreUnavailable: the store cannot be asked now.
    """
    try:
        with store_faults():
            refused = await try_commands(keys=keys.trials, args=[keys.probe_channel])
            await redis.delete(*keys.trials)
            await _subscribe(redis, keys.probe_channel)
    except StoreUnavailable as error:
        if error.refusal is StoreRefusal.NOT_PERMITTED:
            raise StoreRefuses(_not_permitted(keys, error.reason)) from error
        if error.refusal in _REMEDIES:
            raise StoreRefuses(_REMEDIES[error.refusal].format(error.reason)) from error
        raise
    if refused:
        first = cast("list[bytes]", refused)[0].decode(errors="replace")
        raise StoreRefuses(_not_permitted(keys, first))


async def _subscribe(redis: Redis, channel: str) -> None:
    async with redis.pubsub() as pubsub:
        await pubsub.ssubscribe(channel)
        async with asyncio.timeout(CONFIRM_S):
            while await pubsub.get_message(timeout=CONFIRM_S) is None:
                pass


def _not_permitted(keys: KeySpace, reason: str) -> str:
    rights = f"~{keys.prefix}:* &{keys.prefix}:* {RIGHTS}"
    return f"The store does not permit what the server needs ({reason}). Its user needs {rights}."
