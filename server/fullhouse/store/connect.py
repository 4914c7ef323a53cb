"""Opens connections to the store, and checks that the scripts can run on it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_addresses import is_cluster, parse_address
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.cluster import Cluster
from fullhouse.store.cluster_client import ClusterClient
from fullhouse.store.faults import refusal_of
from fullhouse.store.masters import masters_of, read_masters
from fullhouse.store.pools import pool_in_cluster, pool_of
from fullhouse.store.start_remedies import remedy_for
from fullhouse.store.store_url import InvalidOption

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fullhouse.store.cluster_slots import Address
    from fullhouse.store.connections import OnError

log = logging.getLogger(__name__)

DEADLINE_S = 1.0  # longer than any script runs, shorter than people wait

SAID_EVERY_S = 5.0
TRY_EVERY_S = 0.5

FLOORS = {"Redis": (7, 0), "Valkey": (7, 2)}  # the first versions with script flags and SPUBLISH

Version = tuple[int, ...]


class StoreNotUsable(Exception):
    """The server cannot start on this store. Its text is one line for the operator."""


class StoreTooOld(StoreNotUsable):
    def __init__(self, product: str, version: Version) -> None:
        super().__init__(
            f"The store is {product} {_dotted(version)}; "
            f"Fullhouse needs {' or '.join(f'{p} {_dotted(v)}' for p, v in FLOORS.items())}."
        )


class StoreOutOfReach(StoreNotUsable):
    """The store does not answer, or does not accept this server.

    Attributes:
        passes_by_itself: Whether the store may accept it later, without a change of settings.
    """

    def __init__(self, error: Exception) -> None:
        reason = (isinstance(error, StoreUnavailable) and error.reason) or str(error)
        reason = reason.strip().removesuffix(".")
        refusal = _refusal_behind(error)
        if remedy := remedy_for(reason):
            super().__init__(f"The store does not let this server in ({reason}). {remedy}.")
        elif refusal is StoreRefusal.AWAY:
            super().__init__(f"The store cannot be reached: {reason}.")
        else:
            super().__init__(f"{refusal.sentence.removesuffix('.')} ({reason}).")
        # An unknown refusal, such as one of the database number, needs a change by the operator.
        self.passes_by_itself = refusal.passes_by_itself and refusal is not StoreRefusal.OTHER


def _refusal_behind(error: Exception) -> StoreRefusal:
    if isinstance(error, StoreUnavailable):
        return error.refusal
    otherwise = StoreRefusal.OTHER if isinstance(error, ResponseError) else StoreRefusal.AWAY
    return refusal_of(error) or otherwise


class StartRetries:
    """Pauses between the attempts of a start, while the store is not available yet.

    Args:
        within_s: How long the start waits in total.
        now_s: A monotonic clock.
    """

    def __init__(self, within_s: float, now_s: Callable[[], float]) -> None:
        self._within_s = within_s
        self._now_s = now_s
        self._ends_s = now_s() + within_s
        self._said_s = -SAID_EVERY_S

    def pause_after(self, error: StoreOutOfReach | StoreUnavailable) -> float:
        """The seconds to wait before the next attempt.

        Raises:
            StoreOutOfReach: waiting does not help, or the time for the start is over.
        """
        failure = error if isinstance(error, StoreOutOfReach) else StoreOutOfReach(error)
        now_s = self._now_s()
        if now_s >= self._ends_s or not failure.passes_by_itself:
            raise failure
        if now_s - self._said_s >= SAID_EVERY_S:
            self._said_s = now_s
            left_s = round(self._ends_s - now_s)
            log.warning("store.awaited", extra={"reason": str(failure), "left_s": left_s})
        return TRY_EVERY_S


class InvalidStoreUrl(StoreNotUsable):
    """An option of the URL is unknown or has a wrong value. Its text never repeats the URL."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """Facts that the store reports about itself.

    Attributes:
        product: `Redis` or `Valkey`.
        version: The version of the product, such as `(8, 1, 8)`.
        evicts: Whether the store may delete keys when it is full, and seats with them.
        stops_as_one: Whether all masters of a cluster refuse calls while one of them is down.
    """

    product: str
    version: Version
    evicts: bool
    stops_as_one: bool = False


def open_store(url: str, *, retries: int = 1, deadline_s: float = DEADLINE_S) -> Redis:
    """A client that returns bytes. It has no connection yet. Close it with `aclose`.

    Every call must be answered within `deadline_s`, except waiting for a pub/sub message. A call
    on a lost connection is repeated on a new one, at most `retries` times. This is safe, because
    every script is safe to repeat. A call that exceeded its deadline is not repeated.

    Raises:
        InvalidStoreUrl: the URL has an unknown option, or a wrong value.
    """
    options: dict[str, Any] = {
        "client_name": "fullhouse",
        "decode_responses": False,
        "socket_timeout": deadline_s,
        "socket_connect_timeout": deadline_s,
        "retry": Retry(NoBackoff(), retries=retries, supported_errors=(RedisConnectionError,)),
        # This protocol of one cloud vendor costs each new connection a refused command.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }
    try:
        if is_cluster(url):
            return _cluster_client(url, options)
        return Redis.from_pool(pool_of(url, **options))
    except InvalidOption as error:
        raise InvalidStoreUrl(str(error)) from error


def _cluster_client(url: str, options: Mapping[str, Any]) -> ClusterClient:
    address = parse_address(url)

    def client_of(server: Address, on_error: OnError) -> Redis:
        return Redis.from_pool(pool_in_cluster(address, server, on_error, **options))

    pool_of(address.url_of(*address.servers[0]), **options)  # checks the options
    return ClusterClient(Cluster(address.servers, client_of))


def database_of(redis: Redis) -> int:
    """The number of the database that the connections of this client are in."""
    if isinstance(redis, ClusterClient):
        return 0
    return int(redis.connection_pool.connection_kwargs.get("db") or 0)


async def check_store(redis: Redis) -> StoreFacts:
    """Read the facts about the store, and log a warning if it may delete keys.

    Of a cluster these are the facts of its oldest master, and the warning is about any.

    Raises:
        StoreOutOfReach: The store does not answer, or refuses the credentials.
        StoreTooOld: The scripts do not run on this version.
    """
    try:
        await read_masters(redis)
        found = [await _facts_of(master) for master in masters_of(redis)]
    except (RedisError, OSError) as error:
        raise StoreOutOfReach(error) from error
    for facts in found:
        if facts.version < FLOORS[facts.product]:
            raise StoreTooOld(facts.product, facts.version)
    facts = replace(
        min(found, key=lambda each: each.version),
        evicts=any(each.evicts for each in found),
        stops_as_one=any(each.stops_as_one for each in found),
    )
    if facts.evicts:
        log.warning("store.evicts", extra={"remedy": "CONFIG SET maxmemory-policy noeviction"})
    if facts.stops_as_one:
        remedy = "CONFIG SET cluster-require-full-coverage no"
        log.warning("store.stops_as_one", extra={"remedy": remedy})
    return facts


async def _facts_of(redis: Redis) -> StoreFacts:
    facts = facts_of({**await redis.info("server"), **await redis.info("memory")})
    return replace(facts, stops_as_one=await _stops_as_one(redis))


async def _stops_as_one(redis: Redis) -> bool:
    if (await redis.info("cluster")).get("cluster_enabled") != 1:
        return False
    try:
        settings = await redis.config_get("cluster-require-full-coverage")
    except ResponseError:  # hosted stores often refuse CONFIG GET
        return False
    return "yes" in cast("dict[str, str]", settings).values()


def facts_of(info: Mapping[str, Any]) -> StoreFacts:
    """Read the sections `server` and `memory` of INFO.

    In Valkey, `redis_version` is the compatible Redis, and `valkey_version` its own version.
    """
    product = "Valkey" if "valkey_version" in info else "Redis"
    return StoreFacts(
        product=product,
        version=_version(str(info[f"{product.lower()}_version"])),
        # From INFO, because hosted stores refuse CONFIG GET.
        evicts=info.get("maxmemory_policy", "noeviction") != "noeviction",
    )


def _version(text: str) -> Version:
    numbers = (part for part in text.partition("-")[0].split(".") if part.isdigit())
    return tuple(map(int, numbers))


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
