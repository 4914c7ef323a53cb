"""Which client serves a key: the one client of a single store, or that of a cluster's master."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fullhouse.store.cluster_client import ClusterClient

if TYPE_CHECKING:
    from redis.asyncio import Redis


def master_of(redis: Redis, key: str) -> Redis:
    """The client of the server that has this key or channel.

    Raises:
        RedisError: in a cluster no such server is known now, or it does not answer.
    """
    return redis.topology.master_of(key) if isinstance(redis, ClusterClient) else redis


def server_of(redis: Redis, channel: str) -> Redis:
    """As `master_of`, also while that server does not answer."""
    if isinstance(redis, ClusterClient):
        return redis.topology.client(redis.topology.owner(channel))
    return redis


def masters_of(redis: Redis) -> Sequence[Redis]:
    """The clients of all servers that have keys."""
    if isinstance(redis, ClusterClient):
        return list(redis.topology.masters.values())
    return [redis]


def tags_of(redis: Redis) -> dict[str, str]:
    """For each server that has keys a hash tag that leads to it, and the server's address.

    A single store needs no tag and no name: both are empty.
    """
    if isinstance(redis, ClusterClient):
        return {tag: f"{host}:{port}" for (host, port), tag in redis.topology.tags.items()}
    return {"": ""}


async def read_masters(redis: Redis) -> None:
    """Learn which masters a cluster has.

    Raises:
        RedisError, OSError: no server answers, or it is no cluster.
    """
    if isinstance(redis, ClusterClient):
        await redis.topology.read()
