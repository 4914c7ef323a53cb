"""Calls of one script for rooms all over a cluster: one pipeline for each master.

A master that is away fails its own rooms, and must not hold up those of the others.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.room_pipelines import CallArguments, RoomPipelines

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from fullhouse.store.cluster import Cluster
    from fullhouse.store.cluster_slots import Address


class ClusterPipelines:
    """As `RoomPipelines`, for the rooms of a whole cluster.

    Args:
        cluster: The map of the masters.
        digest: Of the script.
        deadline_s: Seconds within which all answers of a master must have come.
    """

    def __init__(self, cluster: Cluster, digest: str, deadline_s: float) -> None:
        self._cluster = cluster
        self._options = (digest, deadline_s)
        self._of_master: dict[Address, tuple[Redis, RoomPipelines]] = {}

    async def send(self, calls: CallArguments) -> list[object]:
        """The answer to each call, in their order; an error is one too."""
        answers: list[object] = [None] * len(calls)
        parts: defaultdict[Address, list[int]] = defaultdict(list)
        for number, (room, _) in enumerate(calls):
            try:
                parts[self._cluster.owner(room.room)].append(number)
            except RedisError as error:
                answers[number] = error
        of_masters = await asyncio.gather(
            *(self._sent(address, [calls[n] for n in part]) for address, part in parts.items())
        )
        for part, replies in zip(parts.values(), of_masters, strict=True):
            for number, reply in zip(part, replies, strict=True):
                answers[number] = reply
        return answers

    async def _sent(self, address: Address, calls: CallArguments) -> list[object]:
        if self._cluster.is_unresponsive(address):
            host, port = address
            return [RedisTimeoutError(f"{host}:{port} does not answer in time")] * len(calls)
        try:
            return await self._pipelines(address).send(calls)
        except (RedisConnectionError, RedisTimeoutError, OSError) as error:
            if isinstance(error, RedisTimeoutError):
                self._cluster.note_timeout(address)
            return [error] * len(calls)

    def _pipelines(self, address: Address) -> RoomPipelines:
        master = self._cluster.client(address)
        known = self._of_master.get(address)
        if known is None or known[0] is not master:  # the server was away from the cluster
            known = self._of_master[address] = (master, RoomPipelines(master, *self._options))
        return known[1]
