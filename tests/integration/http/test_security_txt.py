"""security.txt names the operator's contacts, and is absent without them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.integration.http.face import World, world_on

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.fakes import FakeClock

PATH = "/.well-known/security.txt"


async def test_the_contacts_are_named_in_their_order_with_a_date_of_expiry(
    redis: Redis, clock: FakeClock
) -> None:
    contacts = ("mailto:security@example.com", "https://example.com/report")
    world = world_on(redis, clock, security_contacts=contacts)

    answer = await world.ask("GET", PATH, key=None)

    *named, expires = answer.body.decode().splitlines()
    assert named == [f"Contact: {contact}" for contact in contacts]
    left = datetime.fromisoformat(expires.removeprefix("Expires: ")) - clock.now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_without_a_contact_there_is_no_file(world: World) -> None:
    assert (await world.ask("GET", PATH, key=None)).problem == (404, "not_found")
