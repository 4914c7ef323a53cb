"""The masters of a cluster, and which of them has which slot at present.

Theory of operation. The map has the master of each slot. A server reports the whole map when it
is asked (`read`), and one slot with a MOVED redirection. Just after a move, servers may disagree,
so a redirection overrides their maps for `REDIRECTION_S`. Each change of the map raises `version`.

All connections pass their errors to `note_error`. If an error shows that the map may be wrong, one
background task reads the map again. It stops when a server has answered.

A master that has missed a deadline counts as unresponsive for `UNRESPONSIVE_S`: calls to it fail
at once, so that they do not hold up calls to the other masters.

Source: docs/decisions/0041-clients-of-masters.md.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from random import sample
from time import monotonic
from typing import TYPE_CHECKING, Any

from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from fullhouse.store.cluster_slots import Address, Owners, owners_in, slot_of, tag_among
from fullhouse.store.connections import OnError

if TYPE_CHECKING:
    from redis.asyncio import Redis

SHORTEST_PAUSE_S = 0.1  # between two reads of the map; up to a second if nothing changes
UNRESPONSIVE_S = 1.0  # after a missed deadline, calls to this master fail at once for this time
REDIRECTION_S = 3.0  # for this time, a MOVED about a slot overrides the map of another server

_OUT_OF_DATE = (AskError, ClusterDownError, TryAgainError)  # MovedError is an AskError


class NotACluster(ResponseError):
    """The server that was asked is no member of a cluster."""


class Cluster:
    """Keeps the map, and one client for each master.

    Args:
        servers: Some servers of the cluster, to begin with.
        open_client: Makes the client of one server. It gets the address, and a function to which
            the client passes each error of a connection.
    """

    def __init__(
        self,
        servers: Sequence[Address],
        open_client: Callable[[Address, OnError], Redis],
    ) -> None:
        self._servers = tuple(servers)
        self._open_client = open_client
        self._clients: dict[Address, Redis] = {}
        self._owners: Owners = []
        self._redirections: dict[int, tuple[Address, float]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._must_reread = False
        self._failed_s: dict[Address, float] = {}
        self._unresponsive_until_s: dict[Address, float] = {}
        self._changed = asyncio.Event()
        self.version = 0
        self._tags: dict[Address, str] = {}
        self._tags_version = 0

    @property
    def is_known(self) -> bool:
        """Whether the map was read at least once."""
        return bool(self._owners)

    @property
    def masters(self) -> dict[Address, Redis]:
        """The clients of all servers that have slots now."""
        addresses = sorted({address for address in self._owners if address})
        return {address: self.client(address) for address in addresses}

    @property
    def tags(self) -> dict[Address, str]:
        """For each master a hash tag that leads to it."""
        if self._tags_version != self.version:
            slots: defaultdict[Address, set[int]] = defaultdict(set)
            for slot, owner in enumerate(self._owners):
                if owner:
                    slots[owner].add(slot)
            self._tags = {owner: tag_among(slots[owner]) for owner in sorted(slots)}
            self._tags_version = self.version
        return self._tags

    def owner(self, key: str | bytes) -> Address:
        """The address of the master that has this key or channel.

        Raises:
            RedisConnectionError: no server of the cluster has answered yet.
            ClusterDownError: no master has the slot.
        """
        if not self._owners:
            self.reread_soon()
            raise RedisConnectionError("no server of the cluster has answered yet")
        slot = slot_of(key)
        owner = self._owners[slot]
        if owner is None:
            self.reread_soon()
            raise ClusterDownError(f"CLUSTERDOWN no master has slot {slot}")
        return owner

    def master_of(self, key: str | bytes) -> Redis:
        """The client of the master that has this key or channel.

        Raises:
            RedisTimeoutError: the master has just missed a deadline.
            RedisConnectionError, ClusterDownError: as `owner`.
        """
        owner = self.owner(key)
        if self.is_unresponsive(owner):
            raise RedisTimeoutError(f"{owner[0]}:{owner[1]} does not answer in time")
        return self.client(owner)

    def is_unresponsive(self, address: Address) -> bool:
        """Whether calls to this server fail at once, because each would wait for its deadline."""
        return self._unresponsive_until_s.get(address, 0.0) > monotonic()

    def note_timeout(self, address: Address) -> None:
        """This server has missed a deadline. Calls to it fail at once for `UNRESPONSIVE_S`."""
        self._unresponsive_until_s[address] = monotonic() + UNRESPONSIVE_S

    def any_master(self) -> Redis:
        """The client of a master, if possible of one that has answered. Raises as `owner`."""
        masters = self._by_answer({owner for owner in self._owners if owner})
        return self.client(masters[0]) if masters else self.master_of("")

    def client(self, address: Address) -> Redis:
        """The client of this server."""
        client = self._clients.get(address)
        if client is None:
            client = self._clients[address] = self._open_client(address, self.note_error)
        return client

    async def change_after(self, version: int) -> None:
        """Wait until the map has another version than this one."""
        while self.version == version:
            self._changed.clear()
            await self._changed.wait()

    def note_error(self, asked: Address, error: Exception) -> None:
        """A connection to the server `asked` failed, or this server refused a call.

        A MOVED redirection changes the map at once. After other errors it may be read again.
        """
        if isinstance(error, MovedError):
            self._move(error.slot_id, (error.host or asked[0], error.port))
        is_lost = isinstance(error, (RedisConnectionError, RedisTimeoutError))
        if is_lost:
            self._failed_s[asked] = monotonic()
        if isinstance(error, RedisTimeoutError):
            self.note_timeout(asked)
        # A server of the URL may be gone for long. Without slots it is not missed.
        if (is_lost and asked in self._owners) or isinstance(error, _OUT_OF_DATE):
            self.reread_soon()

    async def read(self) -> None:
        """Read the map from the first server that answers.

        Raises:
            RedisConnectionError, RedisTimeoutError, OSError: none answers. One of their errors.
            ResponseError: one refuses the request. `NotACluster`: it is no member of a cluster.
        """
        failures: list[Exception] = []
        for address in self._by_answer({*filter(None, self._owners), *self._servers}):
            try:
                self._adopt(await self._asked(address))
            except (RedisError, OSError) as error:
                failures.append(error)
            else:
                return
        raise next((error for error in failures if isinstance(error, ResponseError)), failures[0])

    async def aclose(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    def _by_answer(self, servers: Set[Address]) -> list[Address]:
        """These servers in random order, but servers that failed at the end, the latest last."""
        order = sample(sorted(servers), len(servers))
        return sorted(order, key=lambda address: self._failed_s.get(address, 0.0))

    async def _asked(self, address: Address) -> Owners:
        try:
            reply: Any = await self.client(address).execute_command("CLUSTER SLOTS")  # type: ignore[no-untyped-call]  # redis-py's
        except ResponseError as error:
            if "cluster support disabled" in str(error):
                raise NotACluster(str(error)) from error
            raise
        owners = owners_in(reply, address[0])
        if not any(owners):
            raise ClusterDownError(f"CLUSTERDOWN {address[0]}:{address[1]} knows no slots")
        return owners

    def _move(self, slot: int, address: Address) -> None:
        self._redirections[slot] = (address, monotonic() + REDIRECTION_S)
        if self._owners:
            self._adopt([*self._owners])

    def _adopt(self, owners: Owners) -> None:
        now_s = monotonic()
        self._redirections = {
            slot: redirection
            for slot, redirection in self._redirections.items()
            if redirection[1] > now_s
        }
        for slot, (address, _) in self._redirections.items():
            owners[slot] = address
        if owners != self._owners:
            self._owners = owners
            self.version += 1
            self._changed.set()

    def reread_soon(self) -> None:
        """Read the map again, until a server has answered."""
        self._must_reread = True
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._reread())

    async def _reread(self) -> None:
        pause_s = SHORTEST_PAUSE_S
        while self._must_reread:
            self._must_reread, version = False, self.version
            try:
                await self.read()
            except (RedisError, OSError):  # the calls report it
                self._must_reread = True
            await self._forget_former_servers()
            await asyncio.sleep(pause_s)  # noqa: TID251  # so that an outage is no busy loop
            pause_s = SHORTEST_PAUSE_S if self.version != version else min(1, 2 * pause_s)

    async def _forget_former_servers(self) -> None:
        kept = {*self.masters, *self._servers}
        for address in [address for address in self._clients if address not in kept]:
            self._failed_s.pop(address, None)
            self._unresponsive_until_s.pop(address, None)
            await self._clients.pop(address).aclose()
