"""`fullhouse webhooks`, beside a store with webhooks that were not delivered."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.webhooks import TYPES, Taken, room_types_text
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.messages import Messages
from tests.event_room import REF, EventRoom
from tests.unit.test_command_line import run

if TYPE_CHECKING:
    from click.testing import Result
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

ACME = REF.account


@pytest.fixture
async def event_room(redis: Redis, clock: FakeClock) -> EventRoom:
    """A room of an account with one webhook that was given up, and one that waits."""
    event_room = EventRoom(redis, clock)
    await AccountIndex(redis).add(ACME)
    await event_room.open(seats=9, webhooks=room_types_text(frozenset(TYPES)))
    await event_room.hello("ada")
    messages = Messages(redis, instant=clock.now_ms)
    assert isinstance(await messages.take(ACME, "one"), Taken)
    clock.advance(ms=86_400_000)
    await messages.give_up(ACME, "one", now_ms=clock.now_ms(), reason="status 500")
    await messages.release(ACME, "one")
    await event_room.hello("bob")
    return event_room


async def webhooks(redis_url: str, *arguments: str) -> Result:
    return await asyncio.to_thread(run, "webhooks", *arguments, "--redis-url", redis_url)


async def test_accounts_with_undelivered_webhooks_are_listed(
    event_room: EventRoom, redis_url: str
) -> None:
    said = await webhooks(redis_url, "list")

    assert said.exit_code == 0, said.output
    assert re.search(r"^acme +1 +2 +0$", said.output, re.MULTILINE)


async def test_webhooks_of_an_account_are_shown(event_room: EventRoom, redis_url: str) -> None:
    said = await webhooks(redis_url, "show", "--account", ACME)

    (waiting, *given_up) = said.output.splitlines()
    assert "participant.seated" in waiting
    assert waiting.endswith("waiting")
    assert [line.endswith("given up: status 500") for line in given_up] == [True, True]
    in_full = await webhooks(redis_url, "show", "--account", ACME, waiting.split()[0])
    assert '"participant": "bob"' in in_full.output


async def test_given_up_webhooks_are_sent_again(event_room: EventRoom, redis_url: str) -> None:
    shown = (await webhooks(redis_url, "show", "--account", ACME)).output.splitlines()
    opened = next(line.split()[0] for line in shown if "room.opened" in line)

    one = await webhooks(redis_url, "resend", "--account", ACME, opened)
    others = await webhooks(redis_url, "resend", "--account", ACME)

    assert one.output.startswith("1 webhook will be sent again")
    assert others.output.startswith("1 webhook will be sent again")
    assert await Messages(event_room.redis).given_up(ACME) == []
    assert len(await Messages(event_room.redis).messages(ACME, 9)) == 3


async def test_an_unknown_webhook_is_named(event_room: EventRoom, redis_url: str) -> None:
    for verb in ("show", "resend"):
        said = await webhooks(redis_url, verb, "--account", ACME, "msg_none")

        assert said.exit_code == 1
        assert "There is no webhook msg_none" in said.output


async def test_a_store_that_does_not_answer_is_said_in_one_line() -> None:
    said = await webhooks("redis://127.0.0.1:1", "list")

    assert said.exit_code == 1
    assert "FULLHOUSE_REDIS_URL" in said.output
    assert "Traceback" not in said.output
