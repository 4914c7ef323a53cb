"""Which server of a cluster has which slot, as the cluster itself reports it.

Source: https://redis.io/docs/latest/commands/cluster-slots/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from functools import cache
from itertools import count
from typing import Any

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

Address = tuple[str, int]
Owners = list[Address | None]
"""The address of the master of each slot. None: no master has the slot."""

SLOTS: int = REDIS_CLUSTER_HASH_SLOTS


def slot_of(key: str | bytes) -> int:
    """The slot of a key or a sharded channel; only the hash tag counts, if it has one."""
    return int(key_slot(key if isinstance(key, bytes) else key.encode()))


def owners_in(reply: Iterable[Sequence[Any]], asked: str) -> Owners:
    """The owners in a reply to CLUSTER SLOTS.

    Args:
        reply: Rows of first slot, last slot, and the master: host, port, more.
        asked: The host that gave the reply, which may leave out its own host.
    """
    owners: Owners = [None] * SLOTS
    for first, last, (host, port, *_), *_replicas in reply:
        name = _text(host)
        address = (asked if name in ("", "?") else name, int(port))
        owners[first : last + 1] = [address] * (last + 1 - first)
    return owners


@cache
def tag_in(slots: range) -> str:
    """A short text that, as a hash tag, leads to one of these slots."""
    return next(text for text in map(str, count()) if slot_of(text) in slots)


def tag_among(slots: Set[int]) -> str:
    """As `tag_in`, for any set of slots."""
    return next(text for text in map(str, count()) if slot_of(text) in slots)


def _text(host: bytes | str | None) -> str:
    return host.decode() if isinstance(host, bytes) else host or ""
