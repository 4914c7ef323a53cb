"""Connections to the store, and whether it is one that the scripts can rely on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal
from fullhouse.store.faults import refusal_of
from fullhouse.store.start_remedies import remedy_for
from fullhouse.store.store_url import InvalidOption, pool_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)

DEADLINE_S = 1.0  # longer than any script takes, shorter than anybody waits

SAID_EVERY_S = 5.0
TRY_EVERY_S = 0.5

FLOORS = {"Redis": (7, 0), "Valkey": (7, 2)}  # the first with script flags and sharded pub/sub

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
    """It does not answer, or does not let this server in.

    Attributes:
        passes_by_itself: Whether it may do later, without anybody's help.
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
        # What it refuses in words of its own, such as a database number, somebody has to mend.
        self.passes_by_itself = refusal.passes_by_itself and refusal is not StoreRefusal.OTHER


def _refusal_behind(error: Exception) -> StoreRefusal:
    if isinstance(error, StoreUnavailable):
        return error.refusal
    otherwise = StoreRefusal.OTHER if isinstance(error, ResponseError) else StoreRefusal.AWAY
    return refusal_of(error) or otherwise


class StartRetries:
    """Pauses between the tries of a start, while the store is not there yet.

    Args:
        within_s: How long the start waits in all.
        now_s: A steady clock.
    """

    def __init__(self, within_s: float, now_s: Callable[[], float]) -> None:
        self._within_s = within_s
        self._now_s = now_s
        self._ends_s = now_s() + within_s
        self._said_s = -SAID_EVERY_S

    def pause_after(self, error: StoreOutOfReach | StoreUnavailable) -> float:
        """How many seconds to wait before the next try.

        Raises:
            StoreOutOfReach: waiting does not help, or has lasted long enough.
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
    """What the store says of itself.

    Attributes:
        product: `Redis` or `Valkey`.
        version: The product's own, such as `(8, 1, 8)`.
        evicts: It may throw keys away when it is full, and seats with them.
    """

    product: str
    version: Version
    evicts: bool


def open_store(url: str, *, retries: int = 1, deadline_s: float = DEADLINE_S) -> Redis:
    """A client with bytes for answers. Opens no connection yet; close it with `aclose`.

    Every call has `deadline_s` for its answer; waiting for the next pub/sub message has not.
    A connection that turns out to be gone is replaced `retries` times, and the call repeated on
    it: every script is safe to repeat. A call that met its deadline is not repeated.

    Raises:
        InvalidStoreUrl: it has an option that is unknown or wrong.
    """
    try:
        pool = pool_of(
            url,
            client_name="fullhouse",
            decode_responses=False,
            socket_timeout=deadline_s,
            socket_connect_timeout=deadline_s,
            retry=Retry(NoBackoff(), retries=retries, supported_errors=(RedisConnectionError,)),
            # A protocol of one vendor's cloud that costs each new connection a refused command.
            maint_notifications_config=MaintNotificationsConfig(enabled=False),
        )
    except InvalidOption as error:
        raise InvalidStoreUrl(str(error)) from error
    return Redis.from_pool(pool)


def database_of(redis: Redis) -> int:
    """The number of the database that the connections of this client are in."""
    return int(redis.connection_pool.connection_kwargs.get("db") or 0)


async def check_store(redis: Redis) -> StoreFacts:
    """Ask the store what it is, and warn loudly where it may lose keys.

    Raises:
        StoreOutOfReach: It does not answer, or refuses these credentials.
        StoreTooOld: The scripts would not run on it.
    """
    try:
        facts = facts_of({**await redis.info("server"), **await redis.info("memory")})
    except (RedisError, OSError) as error:
        raise StoreOutOfReach(error) from error
    if facts.version < FLOORS[facts.product]:
        raise StoreTooOld(facts.product, facts.version)
    if facts.evicts:
        log.warning("store.evicts", extra={"remedy": "CONFIG SET maxmemory-policy noeviction"})
    return facts


def facts_of(info: Mapping[str, Any]) -> StoreFacts:
    """Read the sections `server` and `memory` of INFO.

    Valkey says in `redis_version` which Redis it replaces, and in `valkey_version` what it is.
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
