"""Checks at the start that the store can do everything that a node needs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.connect import StoreNotUsable
from fullhouse.store.faults import store_faults
from fullhouse.store.masters import master_of, tags_of

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
    "it needs Lua scripts and sharded pub/sub, under their own names ({}). From Valkey 9.1 on "
    "Lua is a module, which must be loaded (loadmodule libvalkeylua.so).",
    StoreRefusal.MOVED: "The store is a member of a cluster: begin the URL with redis+cluster:// "
    "in place of redis://, and name several of its servers.",
}


class StoreRefuses(StoreNotUsable):
    """The store answers, but cannot do what a node needs. Waiting does not help."""


async def check_requirements(redis: Redis, keys: KeySpace, script: Script) -> None:
    """Try every command, kind of key and channel that a node needs, on every master of a cluster.

    Args:
        redis: The store.
        keys: The names of this installation.
        script: `try_commands.lua`.

    Raises:
        StoreRefuses: something is missing. The text names it and says what to do.
        StoreUnavailable: the store cannot be asked now.
    """
    try:
        with store_faults():
            refused = [
                found for tag in tags_of(redis) for found in await _tried(redis, keys, tag, script)
            ]
    except StoreUnavailable as error:
        if error.refusal is StoreRefusal.NOT_PERMITTED:
            raise StoreRefuses(_not_permitted(keys, error.reason)) from error
        if error.refusal in _REMEDIES:
            raise StoreRefuses(_REMEDIES[error.refusal].format(error.reason)) from error
        raise
    if refused:
        raise StoreRefuses(_not_permitted(keys, refused[0].decode(errors="replace")))


async def _tried(redis: Redis, keys: KeySpace, tag: str, script: Script) -> list[bytes]:
    """The errors of the commands that the server behind this tag refuses."""
    trials, channel = keys.trials(tag), keys.probe_channel(tag)
    refused = await script(keys=trials, args=[channel])
    await redis.delete(*trials)
    await _subscribe(master_of(redis, channel), channel)
    return cast("list[bytes]", refused)


async def _subscribe(redis: Redis, channel: str) -> None:
    async with redis.pubsub() as pubsub:
        await pubsub.ssubscribe(channel)
        async with asyncio.timeout(CONFIRM_S):
            while await pubsub.get_message(timeout=CONFIRM_S) is None:
                pass


def _not_permitted(keys: KeySpace, reason: str) -> str:
    rights = f"~{keys.prefix}:* &{keys.prefix}:* {RIGHTS}"
    return f"The store does not permit what the server needs ({reason}). Its user needs {rights}."
