"""The backend for LiveKit, against a server that checks tokens with LiveKit's own library."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit import api

from examples.livekit.app import livekit_backend
from examples.livekit.media import LiveKit
from tests.event_room import LEASE_MS
from tests.examples.platform import Browser, browser_on, seat_gate_on
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.http.face import World

KEY, LIVEKIT_SECRET = "key", "l" * 32


@dataclass(slots=True)
class LiveKitServer:
    """Who was removed, and which rooms were deleted. `missing`: people who are not there."""

    removed: list[tuple[str, str]] = field(default_factory=list)
    revoked_from_s: list[int] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def app(self) -> web.Application:
        app = web.Application()
        service = "/twirp/livekit.RoomService"
        app.router.add_post(f"{service}/RemoveParticipant", self._remove)
        app.router.add_post(f"{service}/DeleteRoom", self._delete)
        return app

    async def _remove(self, request: web.Request) -> web.Response:
        asked = api.RoomParticipantIdentity.FromString(await request.read())
        grants = claims_of(request.headers["authorization"].removeprefix("Bearer ")).video
        assert grants is not None
        assert (grants.room_admin, grants.room) == (True, asked.room)
        if asked.identity in self.missing:
            return web.json_response({"code": "not_found", "msg": "no such person"}, status=404)
        self.removed.append((asked.room, asked.identity))
        self.revoked_from_s.append(asked.revoke_token_ts)
        return web.Response(body=b"", content_type="application/protobuf")

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.append(api.DeleteRoomRequest.FromString(await request.read()).room)
        return web.Response(body=b"", content_type="application/protobuf")


def claims_of(token: str) -> api.access_token.Claims:
    """As the server checks a token, but without a leeway."""
    return api.TokenVerifier(KEY, LIVEKIT_SECRET, leeway=timedelta()).verify(token)


@asynccontextmanager
async def platform(world: World) -> AsyncIterator[tuple[Browser, LiveKitServer]]:
    server = LiveKitServer()
    async with TestServer(server.app()) as running:
        media = LiveKit(str(running.make_url("/")).rstrip("/"), KEY, LIVEKIT_SECRET)
        async with seat_gate_on(world, media) as seat_gate:
            app = livekit_backend(seat_gate, media, WEBHOOK_SECRET)
            async with browser_on(app) as browser:
                yield browser, server


async def joined(browser: Browser, participant: str, *, secret: str = LIVEKIT_SECRET) -> int:
    """What LiveKit sends when somebody has joined; returns the status of the answer."""
    event = {
        "event": "participant_joined",
        "room": {"name": "hall"},
        "participant": {"identity": participant},
    }
    body = json.dumps(event)
    digest = base64.b64encode(sha256(body.encode()).digest()).decode()
    token = api.AccessToken(KEY, secret).with_sha256(digest).to_jwt()
    answer = await browser.http.post("/livekit", content=body, headers={"Authorization": token})
    return answer.status_code


@pytest.mark.parametrize(("person", "may_publish"), [("bob", False), ("ada", True)])
async def test_a_person_inside_gets_a_token_that_ends_with_the_lease(
    event_room: World, person: str, may_publish: bool
) -> None:
    await event_room.enter("bob")
    async with platform(event_room) as (browser, _):
        await browser.sign_in(person)
        answer = await browser.media_token()

    token = answer.json()["token"]
    claims = claims_of(token)
    assert claims.identity == person
    assert claims.video is not None
    assert (claims.video.room_join, claims.video.room) == (True, "hall")
    assert claims.video.can_publish is may_publish
    times = jwt.decode(token, options={"verify_signature": False})
    # The library reads the clock once for each of them: a second may begin in between.
    assert times["exp"] - times["nbf"] in (LEASE_MS // 1000, LEASE_MS // 1000 + 1)


async def test_nobody_gets_a_token_without_a_seat_or_a_session(event_room: World) -> None:
    await event_room.enter("a", "b", "cy")
    async with platform(event_room) as (browser, _):
        stranger = await browser.media_token()
        await browser.sign_in("cy")
        waiting = await browser.media_token()

    assert (stranger.status_code, waiting.status_code) == (401, 403)


async def test_whoever_has_left_is_removed_unless_they_are_inside_again(event_room: World) -> None:
    await event_room.enter("bob")
    async with platform(event_room) as (browser, server):
        late = await browser.webhook("participant.left", participant="bob")
        gone = await browser.webhook("participant.left", participant="eve")
        server.missing.add("zoe")
        not_there = await browser.webhook("participant.left", participant="zoe")

        assert [each.status_code for each in (late, gone, not_there)] == [204, 204, 204]
        assert server.removed == [("hall", "eve")]
        assert server.revoked_from_s[0] > 0


async def test_whoever_joins_without_a_seat_is_removed(event_room: World) -> None:
    """Their token was made before they gave the seat up."""
    await event_room.enter("bob")
    async with platform(event_room) as (browser, server):
        assert await joined(browser, "bob") == 204
        assert await joined(browser, "ada") == 204
        assert await joined(browser, "eve") == 204
        assert await joined(browser, "eve", secret="x" * 32) == 401

        assert server.removed == [("hall", "eve")]


async def test_a_closed_room_ends_the_meeting(event_room: World) -> None:
    await event_room.ask("POST", "/v1/accounts/acme/rooms/hall/close")
    async with platform(event_room) as (browser, server):
        assert (await browser.webhook("room.closed")).status_code == 204
        assert server.deleted == ["hall"]
