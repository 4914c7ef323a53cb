"""Calls of one script for rooms all over a cluster: one pipeline for each master.

A master that is away fails its own rooms, and must not hold up those of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.by_master import sent_by_master
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
        owners: dict[int, Address] = {}
        answers: dict[int, object] = {}
        for number, (room, _) in enumerate(calls):
            try:
                owners[number] = self._cluster.owner(room.room)
            except RedisError as error:
                answers[number] = error
        answers |= await sent_by_master(
            owners, lambda owner, part: self._sent(owner, [calls[number] for number in part])
        )
        return [answers[number] for number in range(len(calls))]

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
