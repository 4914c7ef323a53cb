"""Callers over a limit are told which one, and when to come back or what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.account_limits import AccountLimits
from fullhouse.domain.forwarded import TrustedProxies
from fullhouse.domain.rooms import Role
from fullhouse.edge.call_limits import BURST_S, CallLimit, CallLimits
from tests.integration.http.face import OTHER_KEY, World, world_on

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock
    from tests.integration.http.answers import Answer

ACCOUNT = "/v1/accounts/acme"
QUOTES = f"{ACCOUNT}/upgrade-quotes"


async def ask_often(world: World, path: str, *, key: str, times: int = BURST_S) -> list[int]:
    return [(await world.ask("GET", path, key=key)).status for _ in range(times)]


def limited(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.json["code"], answer.json["limit"]


async def test_a_key_over_its_limit_is_told_so_and_another_is_served(
    redis: Redis, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    world = world_on(redis, clock, call_limits=CallLimits(key=CallLimit("key_calls", 1)))
    await world.has_account()
    caplog.set_level(logging.WARNING, "fullhouse")

    statuses = await ask_often(world, ACCOUNT, key="platform-key-1")
    refused = await world.ask("GET", ACCOUNT)

    assert statuses == [*[200] * (BURST_S - 1), 429]
    assert limited(refused) == (429, "rate_limited", "key_calls")
    assert refused.headers["retry-after"] == "1"
    assert (await world.ask("GET", ACCOUNT, key=OTHER_KEY)).status == 200
    assert 'fullhouse_limits_reached_total{limit="key_calls"} 2.0' in world.metrics.text().decode()
    lines = [vars(line) for line in caplog.records if line.msg == "call.refused"]
    assert [(line["kind"], line["count"]) for line in lines] == [("429 key_calls", 1)]


async def test_a_refused_call_changes_nothing(redis: Redis, clock: FakeClock) -> None:
    world = world_on(redis, clock, call_limits=CallLimits(key=CallLimit("key_calls", 1)))
    await world.has_account()
    await ask_often(world, ACCOUNT, key="platform-key-1")

    await world.ask("PUT", f"{ACCOUNT}/rooms/hall", {"title": "Hall"})

    assert (await world.ask("GET", f"{ACCOUNT}/rooms", key=OTHER_KEY)).json["rooms"] == []


async def test_a_buyer_over_the_limit_of_persons_does_not_hold_up_the_platform(
    redis: Redis, clock: FakeClock
) -> None:
    limits = CallLimits(
        person=CallLimit("person_calls", 1), account=CallLimit("account_calls", 100)
    )
    world = world_on(redis, clock, call_limits=limits)
    await world.has_account()
    await world.has_room()
    await ask_often(world, ACCOUNT, key=world.token("eve"))

    refused = await world.ask("GET", ACCOUNT, key=world.token("eve"))

    assert limited(refused) == (429, "rate_limited", "person_calls")
    assert (await world.ask("GET", ACCOUNT, key=world.token("ada"))).status == 200
    assert (await world.ask("GET", ACCOUNT)).status == 200


async def test_a_poll_is_counted_as_a_message_and_not_as_a_call(
    redis: Redis, clock: FakeClock
) -> None:
    world = world_on(redis, clock, call_limits=CallLimits(person=CallLimit("person_calls", 1)))
    await world.has_account()
    await world.has_room()

    polls = [await world.ask("POST", "/v1/poll", {}, key=world.attendee()) for _ in range(120)]

    refused = next(answer for answer in polls if answer.status != 200)
    assert limited(refused) == (429, "rate_limited", "person_messages")


PROXY, ELSEWHERE, FIRST = "127.0.0.1", "192.0.2.1", "198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "second", "status"),
    [
        ([PROXY], FIRST, 429),
        ([PROXY], "198.51.100.2", 200),
        ([], "198.51.100.2", 429),  # nobody may choose an address for themselves
        ([ELSEWHERE], "198.51.100.2", 429),
    ],
)
async def test_an_address_is_what_trusted_proxies_say(
    redis: Redis, clock: FakeClock, proxies: list[str], second: str, status: int
) -> None:
    limits = CallLimits(address=CallLimit("address_calls", 1))
    world = world_on(redis, clock, call_limits=limits, trusted=TrustedProxies.parse(proxies))

    async def ask(client: str, path: str = "/v1/plans") -> int:
        return (await world.ask("GET", path, headers={"X-Forwarded-For": client})).status

    for _ in range(BURST_S):
        await ask(FIRST)

    assert await ask(second) == status
    assert await ask(FIRST, "/health/live") == 200


async def test_guesses_of_a_key_count_for_their_address(redis: Redis, clock: FakeClock) -> None:
    world = world_on(redis, clock, call_limits=CallLimits(address=CallLimit("address_calls", 1)))

    statuses = await ask_often(world, ACCOUNT, key="a-guess", times=BURST_S + 1)

    assert statuses == [*[401] * BURST_S, 429]


async def test_a_buyer_with_too_many_open_quotes_is_told_to_use_one(
    redis: Redis, clock: FakeClock
) -> None:
    world = world_on(redis, clock, limits=AccountLimits(person_quotes=1))
    await world.has_account()
    await world.has_room()
    eve, ada = world.token("eve"), world.token("ada", Role.PRESENTER, buy=True)
    first = await world.ask("POST", QUOTES, {"plan": "large"}, key=eve)

    refused = await world.ask("POST", QUOTES, {"plan": "large"}, key=eve)

    assert first.status == 201
    assert limited(refused) == (429, "rate_limited", "person_quotes")
    assert refused.headers["retry-after"] == "600"
    for key in (ada, None):
        body = {"plan": "large"}
        answer = await (
            world.ask("POST", QUOTES, body, key=key) if key else world.ask("POST", QUOTES, body)
        )
        assert answer.status == 201


async def test_an_account_with_too_many_closed_rooms_is_told_to_delete_one(
    redis: Redis, clock: FakeClock
) -> None:
    world = world_on(redis, clock, limits=AccountLimits(closed_rooms=1))
    await world.has_account()
    await world.has_room("hall")
    await world.ask("POST", f"{ACCOUNT}/rooms/hall/close")

    refused = await world.ask("PUT", f"{ACCOUNT}/rooms/studio", {"title": "Studio"})

    assert limited(refused) == (409, "limit_reached", "account_closed_rooms")
    await world.ask("DELETE", f"{ACCOUNT}/rooms/hall")
    assert (await world.ask("PUT", f"{ACCOUNT}/rooms/studio", {"title": "S"})).status == 201


async def test_calls_that_people_may_not_make_use_up_nothing_of_their_account(
    redis: Redis, clock: FakeClock
) -> None:
    world = world_on(redis, clock, call_limits=CallLimits(account=CallLimit("account_calls", 1)))
    await world.has_account()

    refused = await ask_often(world, ACCOUNT, key=world.attendee("bob"), times=2 * BURST_S)
    served = await ask_often(world, ACCOUNT, key=world.token(), times=BURST_S + 1)

    assert refused == [403] * (2 * BURST_S)
    assert served == [*[200] * BURST_S, 429]
