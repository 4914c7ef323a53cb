"""Limits the HTTP calls of a platform key, an account, a person and an address.

A node counts for itself and refuses by its own count at once. It tells the store of callers with
many calls, in blocks, and does not wait for the answer: so a call needs no extra call to the
store, and nodes together accept little more than one node would.
Source: docs/decisions/0060-limits.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Protocol

from fullhouse.domain.callers import Caller
from fullhouse.domain.errors import RateLimited, StoreUnavailable
from fullhouse.domain.limit_names import LimitName
from fullhouse.edge.token_buckets import TokenBuckets
from fullhouse.supervise import BackgroundTasks

BURST_S = 10  # so many seconds' worth of calls may come at once, as with messages of people

QUIET_SHARE = 4  # the store is not told of callers who make at most a quarter of the calls

BLOCKS = 50  # of a burst: a caller at the limit costs the store five calls a second

IPV6_NETWORK = 64  # bits. A home or a phone has such a network for itself. Source: RFC 6177


class SharedCounts(Protocol):
    """Counts the calls to all nodes (`store.call_rates.CallRates`)."""

    async def count_calls(
        self, limit: LimitName, who: str, count: int, *, burst: int, per_s: float
    ) -> float:
        """Count `count` calls. Returns 0, or the seconds that the caller should wait."""
        ...


class CallLimit:
    """One limit: so many calls a second, counted for each caller.

    Args:
        name: The name of the limit.
        per_s: How many calls a second one caller may make. 0: no limit.
        background_tasks: Runs counts in the store that no caller waits for.
        counts: The counts of all nodes. None: this node counts alone.
    """

    def __init__(
        self,
        name: LimitName,
        per_s: float,
        background_tasks: BackgroundTasks | None = None,
        counts: SharedCounts | None = None,
    ) -> None:
        self._name = name
        self._per_s = per_s
        self._burst = ceil(per_s * BURST_S)
        self._background_tasks = background_tasks
        self._counts = counts
        self._buckets = TokenBuckets(
            burst=self._burst,
            per_s=per_s,
            quiet_burst=self._burst // QUIET_SHARE,
            quiet_per_s=per_s / QUIET_SHARE,
            block=max(1, self._burst // BLOCKS),
        )

    def take(self, who: str) -> None:
        """Count one call of `who`.

        Raises:
            RateLimited: `who` has made too many.
        """
        if not self._per_s:
            return
        now_s = _now_s()
        if not self._buckets.take(who, now_s):
            raise RateLimited(self._name, max(1, ceil(self._buckets.wait_s(who, now_s))))
        count = self._buckets.to_share(who) if self._counts else 0
        if count and self._background_tasks:
            self._background_tasks.spawn(self._share(who, count))

    def forget(self) -> None:
        """Remove the counts of quiet callers."""
        self._buckets.forget(_now_s())

    async def _share(self, who: str, count: int) -> None:
        wait_s = 0.0
        if self._counts:
            with suppress(StoreUnavailable):  # then this node counts for itself
                wait_s = await self._counts.count_calls(
                    self._name, who, count, burst=self._burst, per_s=self._per_s
                )
        if wait_s:
            self._buckets.hold_back(who, _now_s(), wait_s)


class CallLimits:
    """The limits on calls. Without arguments there are none.

    Attributes:
        key: The limit of each platform key.
        account: The limit of each account. Calls with keys and calls with room tokens are counted
            apart: so a person cannot lock the platform out of the account.
        person: The limit of each person, for calls with a room token.
        address: The limit of each address, for all requests.
    """

    def __init__(
        self,
        *,
        key: CallLimit | None = None,
        account: CallLimit | None = None,
        person: CallLimit | None = None,
        address: CallLimit | None = None,
    ) -> None:
        self._key = key or CallLimit("key_calls", 0)
        self._account = account or CallLimit("account_calls", 0)
        self._person = person or CallLimit("person_calls", 0)
        self._address = address or CallLimit("address_calls", 0)

    def take_key(self, caller: Caller) -> None:
        """Count one call with a platform key.

        Raises:
            RateLimited: there are too many with this key.
        """
        self._key.take(str(caller.key))

    def take_account(self, caller: Caller, account: str) -> None:
        """Count one call about an account that its caller may make.

        Calls with keys and with tokens are counted apart, so that neither shuts the other out.

        Raises:
            RateLimited: there are too many with any key, or too many with any token.
        """
        self._account.take(f"{'key' if caller.kind == 'key' else 'token'}:{account}")

    def take_person(self, caller: Caller) -> None:
        """Count one call with a room token.

        Raises:
            RateLimited: there are too many of this person.
        """
        self._person.take(f"{caller.account}:{caller.room}:{caller.participant}")

    def take_address(self, address: str) -> None:
        """Count one request from an address.

        Raises:
            RateLimited: there are too many.
        """
        network = _network_of(address)
        if network:
            self._address.take(network)

    def forget(self) -> None:
        """Remove the counts of quiet callers. Call this once a second."""
        for limit in self._all():
            limit.forget()

    def _all(self) -> Sequence[CallLimit]:
        return (self._key, self._account, self._person, self._address)


def _network_of(address: str) -> str | None:
    """The address, or the network of an IPv6 address. None for what is no address.

    Clients behind a proxy that hides their addresses have none. They must not share one count.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(IPv6Network((int(ip), IPV6_NETWORK), strict=False).network_address)
    return address


def _now_s() -> float:
    return asyncio.get_running_loop().time()
