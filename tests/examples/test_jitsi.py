"""The backend for Jitsi, against the checks that Prosody makes of a token."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from examples.jitsi.media import Jitsi
from examples.seat_gate.backend import backend
from tests.event_room import LEASE_MS
from tests.examples.platform import Browser, browser_on, seat_gate_on
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.http.face import World

JITSI = Jitsi("meet.example.com", "platform", "j" * 32)


def admitted(token: str, room: str) -> dict[str, Any]:
    """The claims, if Prosody lets the token's bearer into the conference `room`.

    Source: resources/prosody-plugins of jitsi-meet, `luajwtjitsi` and `token/util`: the algorithm,
    `exp`, `iss` and `aud` must be right, and `room` and `sub` must name this conference.
    """
    required = ["exp", "iss", "aud", "sub", "room"]
    claims: dict[str, Any] = jwt.decode(
        token,
        JITSI.secret,
        algorithms=["HS256"],
        issuer=JITSI.app_id,
        audience=JITSI.app_id,
        subject=JITSI.domain,
        options={"require": required},
    )
    assert claims["room"] == room
    return claims


@asynccontextmanager
async def platform(world: World) -> AsyncIterator[Browser]:
    async with (
        seat_gate_on(world, JITSI) as seat_gate,
        browser_on(backend(seat_gate, WEBHOOK_SECRET)) as browser,
    ):
        yield browser


@pytest.mark.parametrize(("person", "is_moderator"), [("bob", False), ("ada", True)])
async def test_a_person_inside_gets_a_token_that_ends_with_the_lease(
    event_room: World, person: str, is_moderator: bool
) -> None:
    await event_room.enter("bob")
    async with platform(event_room) as browser:
        await browser.sign_in(person)
        answer = (await browser.media_token()).json()

    claims = admitted(answer["jwt"], "hall")
    assert (answer["domain"], answer["room"]) == ("meet.example.com", "hall")
    assert claims["context"]["user"]["id"] == person
    assert claims["context"]["user"]["moderator"] is is_moderator
    assert claims["exp"] - claims["iat"] == LEASE_MS // 1000


async def test_nobody_gets_a_token_without_a_seat(event_room: World) -> None:
    await event_room.enter("a", "b", "cy")
    async with platform(event_room) as browser:
        await browser.sign_in("cy")

        assert (await browser.media_token()).status_code == 403


async def test_webhooks_are_accepted_although_jitsi_can_remove_nobody(event_room: World) -> None:
    async with platform(event_room) as browser:
        left = await browser.webhook("participant.left", participant="bob")
        closed = await browser.webhook("room.closed")

    assert (left.status_code, closed.status_code) == (204, 204)
