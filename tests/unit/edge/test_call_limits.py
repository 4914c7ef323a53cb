"""A caller with too many calls is told to wait, whichever nodes the calls went to."""

from __future__ import annotations

import pytest

from fullhouse.domain.callers import Caller
from fullhouse.domain.errors import RateLimited
from fullhouse.domain.forwarded import UNKNOWN
from fullhouse.domain.limit_names import LimitName
from fullhouse.domain.rooms import Role
from fullhouse.edge.call_limits import BURST_S, CallLimit, CallLimits
from fullhouse.supervise import BackgroundTasks

PER_S = 10
BURST = PER_S * BURST_S


class Counts:
    """A count of all nodes, without wear."""

    def __init__(self) -> None:
        self.counted = 0
        self.calls = 0

    async def count_calls(
        self, limit: LimitName, who: str, count: int, *, burst: int, per_s: float
    ) -> float:
        self.calls += 1
        if self.counted + count > burst:
            return 5.0
        self.counted += count
        return 0.0


def taken(limit: CallLimit, who: str, times: int) -> int:
    """How many of so many calls are accepted."""
    accepted = 0
    for _ in range(times):
        try:
            limit.take(who)
        except RateLimited:
            continue
        accepted += 1
    return accepted


def person(name: str) -> Caller:
    return Caller("person", participant=name, role=Role.HOST, account="acme", room="hall")


async def test_a_burst_is_accepted_and_no_call_more() -> None:
    assert taken(CallLimit("key_calls", PER_S), "k", 2 * BURST) == BURST


async def test_a_refusal_names_the_limit_and_says_when_to_come_back() -> None:
    limit = CallLimit("key_calls", PER_S)
    taken(limit, "k", BURST)

    with pytest.raises(RateLimited) as refusal:
        limit.take("k")

    assert (refusal.value.limit, refusal.value.retry_after_s) == ("key_calls", 1)


async def test_zero_is_no_limit() -> None:
    assert taken(CallLimit("key_calls", 0), "k", 1000) == 1000


async def test_two_nodes_accept_little_more_than_one() -> None:
    """What a node accepts before it reports is bounded: a quarter of a burst, and one block."""
    counts, tasks = Counts(), BackgroundTasks()
    nodes = [CallLimit("key_calls", PER_S, tasks, counts) for _ in range(2)]
    accepted = 0

    for number in range(4 * BURST):
        accepted += taken(nodes[number % 2], "k", 1)
        await tasks.finish(1)

    assert BURST <= accepted <= BURST + 4


async def test_a_caller_with_few_calls_costs_the_store_nothing() -> None:
    counts, tasks = Counts(), BackgroundTasks()
    limit = CallLimit("key_calls", PER_S, tasks, counts)

    taken(limit, "k", BURST // 4)
    await tasks.finish(1)

    assert counts.calls == 0


async def test_calls_are_reported_in_blocks() -> None:
    counts, tasks = Counts(), BackgroundTasks()
    limit = CallLimit("key_calls", PER_S, tasks, counts)

    taken(limit, "k", BURST)
    await tasks.finish(1)

    assert counts.counted == BURST
    assert counts.calls <= 50


async def test_a_person_cannot_lock_the_platform_out_of_the_account() -> None:
    limits = CallLimits(account=CallLimit("account_calls", 1))
    for _ in range(BURST_S):
        limits.take_account(person("eve"), "acme")

    with pytest.raises(RateLimited):
        limits.take_account(person("eve"), "acme")
    limits.take_account(Caller("key", key="backend"), "acme")


async def test_a_person_who_floods_holds_up_nobody_else_of_the_account() -> None:
    limits = CallLimits(person=CallLimit("person_calls", 1), account=CallLimit("account_calls", 2))
    for _ in range(BURST_S):
        limits.take_person(person("eve"))
    for _ in range(100):
        with pytest.raises(RateLimited):
            limits.take_person(person("eve"))

    limits.take_person(person("ada"))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),  # one network of one home
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::1", "::1", True),
    ],
)
async def test_requests_are_counted_by_address(one: str, other: str, is_same: bool) -> None:
    limits = CallLimits(address=CallLimit("address_calls", 1))
    for _ in range(BURST_S):
        limits.take_address(one)

    if is_same:
        with pytest.raises(RateLimited):
            limits.take_address(other)
    else:
        limits.take_address(other)


async def test_an_address_that_a_proxy_hides_is_not_counted() -> None:
    """Everybody behind the proxy would share one count."""
    limits = CallLimits(address=CallLimit("address_calls", 1))

    for _ in range(100):
        limits.take_address(UNKNOWN)
