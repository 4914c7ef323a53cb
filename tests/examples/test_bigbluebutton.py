"""The backend for BigBlueButton, against a server that checks each checksum as its manual says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from examples.bigbluebutton.media import BigBlueButton, Refused
from examples.seat_gate.backend import backend
from examples.seat_gate.gate import Entitlement
from tests.examples.platform import Browser, browser_on, seat_gate_on
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from starlette.requests import Request

    from tests.integration.http.face import World

URL, BBB_SECRET = "http://bbb/bigbluebutton/api", "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
BOB = Entitlement("hall", "bob", "seated", 20)


@dataclass(slots=True)
class BigBlueButtonServer:
    """Its meetings, and the sessions that it has made."""

    meetings: set[str] = field(default_factory=set)
    sessions: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/bigbluebutton/api/{call}", self.answer)])

    async def answer(self, request: Request) -> Response:
        query, _, checksum = request.url.query.partition("&checksum=")
        call = request.path_params["call"]
        if checksum != sha256((call + query + BBB_SECRET).encode()).hexdigest():
            return failed("checksumError")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if call == "create":
            self.meetings.add(asked["meetingID"])
            return succeeded("")
        if asked["meetingID"] not in self.meetings:
            return failed("notFound")
        return self._join(asked) if call == "join" else self._end(asked)

    def _join(self, asked: dict[str, str]) -> Response:
        self.sessions.append(asked)
        return succeeded(
            f"<url>https://bbb/html5client/?sessionToken={len(self.sessions)}&amp;x=1</url>"
        )

    def _end(self, asked: dict[str, str]) -> Response:
        self.meetings.remove(asked["meetingID"])
        return succeeded("")


def succeeded(more: str) -> Response:
    return Response(f"<response><returncode>SUCCESS</returncode>{more}</response>")


def failed(key: str) -> Response:
    text = f"<returncode>FAILED</returncode><messageKey>{key}</messageKey>"
    return Response(f"<response>{text}</response>")


@asynccontextmanager
async def bigbluebutton(
    server: BigBlueButtonServer, secret: str = BBB_SECRET
) -> AsyncIterator[BigBlueButton]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server.app())) as http:
        yield BigBlueButton(http, URL, secret)


@asynccontextmanager
async def platform(world: World) -> AsyncIterator[tuple[Browser, BigBlueButtonServer]]:
    server = BigBlueButtonServer()
    async with (
        bigbluebutton(server) as media,
        seat_gate_on(world, media) as seat_gate,
        browser_on(backend(seat_gate, WEBHOOK_SECRET)) as browser,
    ):
        yield browser, server


async def test_the_checksum_covers_name_query_and_secret_as_in_the_manual() -> None:
    """The manual has an example with SHA-1. The text that is hashed is the same."""
    query = {
        "name": "Test Meeting",
        "meetingID": "abc123",
        "attendeePW": "111222",
        "moderatorPW": "333444",
    }
    async with bigbluebutton(BigBlueButtonServer()) as media:
        url = media.signed("create", query)

    text, _, checksum = url.removeprefix(f"{URL}/create?").partition("&checksum=")
    hashed = f"create{text}{BBB_SECRET}".encode()
    in_manual = "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    assert sha1(hashed, usedforsecurity=False).hexdigest() == in_manual
    assert sha256(hashed).hexdigest() == checksum


@pytest.mark.parametrize(
    ("person", "role"), [("ada", "MODERATOR"), ("pam", "VIEWER"), ("bob", "VIEWER")]
)
async def test_a_person_inside_gets_a_session_and_no_join_url(
    event_room: World, person: str, role: str
) -> None:
    await event_room.enter("bob", "pam")
    async with platform(event_room) as (browser, server):
        await browser.sign_in(person)
        answer = await browser.media_token()

    assert answer.json() == {"url": "https://bbb/html5client/?sessionToken=1&x=1"}
    (session,) = server.sessions
    assert (session["userID"], session["role"]) == (person, role)
    assert (session["meetingID"], session["redirect"]) == ("hall", "false")


async def test_nobody_gets_a_session_without_a_seat(event_room: World) -> None:
    async with platform(event_room) as (browser, server):
        await browser.sign_in("eve")

        assert (await browser.media_token()).status_code == 403
        assert server.sessions == []


async def test_a_closed_room_ends_the_meeting_and_a_second_time_is_no_error(
    event_room: World,
) -> None:
    await event_room.enter("bob")
    async with platform(event_room) as (browser, server):
        await browser.sign_in("bob")
        await browser.media_token()
        assert server.meetings == {"hall"}

        await event_room.ask("POST", "/v1/accounts/acme/rooms/hall/close")
        for _ in range(2):
            assert (await browser.webhook("room.closed")).status_code == 204
        assert server.meetings == set()


async def test_a_wrong_secret_opens_nothing() -> None:
    server = BigBlueButtonServer()
    async with bigbluebutton(server, "another") as media:
        with pytest.raises(Refused, match="checksumError"):
            await media.admit(BOB)
        with pytest.raises(Refused, match="checksumError"):
            await media.end("hall")
    assert server.sessions == []
