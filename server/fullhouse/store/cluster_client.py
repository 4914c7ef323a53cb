"""A client of a whole cluster: sends each command to the master that has its key.

Every server has a plain client of its own, with the deadlines, connections and pub/sub of a single
store. Source: docs/decisions/0041-clients-of-masters.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MovedError, RedisError

from fullhouse.store.by_master import sent_by_master
from fullhouse.store.cluster import Cluster

if TYPE_CHECKING:
    from fullhouse.store.cluster_slots import Address

_WITHOUT_KEY = frozenset({"TIME", "INFO", "PING", "CONFIG GET"})  # any master may answer
_SCRIPTS = frozenset({"EVAL", "EVALSHA"})


class ClusterClient(Redis):
    """Takes the commands of a `Redis` client whose keys are all in one slot.

    A command that meets a moved slot is sent once more, to the new master.
    """

    def __init__(self, cluster: Cluster) -> None:
        # Not super().__init__(), which would make connections to one server.
        self.topology = cluster
        self.connection = None
        self.single_connection_client = False
        self._usage_counter, self._usage_lock = 0, asyncio.Lock()

    async def initialize(self) -> Self:
        """Read the map if it is not known, and if a server answers."""
        if not self.topology.is_known:
            with suppress(RedisError, OSError):
                await self.topology.read()
        return self

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # redis-py's
        if not self.topology.is_known:
            await self.topology.read()
        try:
            return await self._sent(args, options)
        except MovedError:  # the map has the new master by now
            return await self._sent(args, options)
        except RedisConnectionError:
            if _key_of(args) is not None:
                raise
            return await self._sent(args, options)  # to another master

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: ARG002, FBT001, FBT002  # redis-py's
        return ClusterPipeline(self.topology, transaction=transaction)

    async def aclose(self, close_connection_pool: bool | None = None) -> None:  # noqa: ARG002, FBT001  # redis-py's
        await self.topology.aclose()

    async def _sent(self, args: Sequence[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401  # as above
        key = _key_of(args)
        master = self.topology.any_master() if key is None else self.topology.master_of(key)
        return await master.execute_command(*args, **options)  # type: ignore[no-untyped-call]  # redis-py's


class ClusterPipeline(Pipeline):
    """Sends the commands of each master in a pipeline of its own, all at the same time."""

    def __init__(self, cluster: Cluster, *, transaction: bool) -> None:
        self._cluster = cluster
        self._transaction = transaction
        self._commands: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.connection = None

    def __len__(self) -> int:
        return len(self._commands)

    def execute_command(self, *args: Any, **options: Any) -> Self:  # type: ignore[override]  # noqa: ANN401  # as redis-py's pipeline
        self._commands.append((args, options))
        return self

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002  # redis-py's
        """The replies in the order of the commands.

        Raises:
            RedisError: the first error of a command or of a master.
        """
        commands, self._commands = self._commands, []
        owners = {
            number: self._cluster.owner(_key_of(args) or "")
            for number, (args, _) in enumerate(commands)
        }
        by_number = await sent_by_master(
            owners, lambda owner, part: self._sent(owner, [commands[number] for number in part])
        )
        replies = [by_number[number] for number in owners]
        if raise_on_error:
            _raise_first(replies)
        return replies

    async def reset(self) -> None:  # type: ignore[override]  # as redis-py's pipeline
        self._commands = []

    async def _sent(
        self, address: Address, commands: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]
    ) -> list[Any]:
        master = self._cluster.client(address)
        async with master.pipeline(transaction=self._transaction) as pipeline:
            for args, options in commands:
                pipeline.execute_command(*args, **options)
            return await pipeline.execute(raise_on_error=False)


def _key_of(args: Sequence[Any]) -> str | bytes | None:
    """The first key of a command. None: it has none."""
    command = args[0]
    if command in _WITHOUT_KEY:
        return None
    key: str | bytes = args[3 if command in _SCRIPTS else 1]
    return key


def _raise_first(replies: Iterable[object]) -> None:
    for reply in replies:
        if isinstance(reply, Exception):
            raise reply
