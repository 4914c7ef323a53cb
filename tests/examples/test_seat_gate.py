"""What all backends for media servers share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from examples.seat_gate.backend import backend
from examples.seat_gate.environment import SHARED, MissingSettings, names_in, read
from examples.seat_gate.gate import Entitlement
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import verify
from tests.examples.platform import ROOM, Browser, browser_on, seat_gate_on
from tests.integration.http.face import SECRET, World
from tests.receivers import OTHER_SECRET
from tests.receivers import SECRET as WEBHOOK_SECRET

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(slots=True)
class KeptCalls:
    """A media server that keeps what it was asked."""

    admitted: list[Entitlement] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    async def admit(self, entitlement: Entitlement) -> dict[str, str]:
        self.admitted.append(entitlement)
        return {}

    async def remove(self, room: str, participant: str) -> None:
        self.removed.append(f"{room}/{participant}")

    async def end(self, room: str) -> None:
        self.ended.append(room)


@asynccontextmanager
async def backend_of(
    world: World, media: KeptCalls, *, webhook_secret: str = WEBHOOK_SECRET
) -> AsyncIterator[Browser]:
    async with (
        seat_gate_on(world, media) as seat_gate,
        browser_on(backend(seat_gate, webhook_secret)) as browser,
    ):
        yield browser


@pytest.mark.parametrize(
    ("person", "role"),
    [("ada", Role.HOST), ("pam", Role.PRESENTER), ("bob", Role.ATTENDEE)],
)
async def test_the_room_token_is_one_that_fullhouse_accepts(
    event_room: World, person: str, role: Role
) -> None:
    async with backend_of(event_room, KeptCalls()) as browser:
        await browser.sign_in(person)
        token = (await browser.http.post(f"{ROOM}/room-token")).json()["token"]

    claims = verify(SECRET, token, event_room.clock.now())
    assert (claims.account, claims.room) == ("acme", "hall")
    assert (claims.participant, claims.role) == (person, role)


async def other_conflict(_: Request) -> Response:
    return JSONResponse({"code": "change_in_progress"}, 409)


CONFLICT = Starlette(routes=[Route("/{path:path}", other_conflict, methods=["POST"])])


@pytest.mark.parametrize(
    ("fullhouse", "for_the_page", "for_the_webhook"),
    [(CONFLICT, 503, 503), (Starlette(), 404, 204)],
    ids=["an unexpected conflict", "a room that was deleted or lost"],
)
async def test_without_an_answer_of_the_gate_nobody_is_let_in_and_nobody_removed(
    event_room: World, fullhouse: Starlette, for_the_page: int, for_the_webhook: int
) -> None:
    """A webhook about a lost room is not wanted again: the next ones wait for it."""
    media = KeptCalls()
    await event_room.enter("bob")
    event_room.app = fullhouse
    async with backend_of(event_room, media) as browser:
        await browser.sign_in("bob")
        asked = await browser.media_token()
        left = await browser.webhook("participant.left", participant="bob")

    assert (asked.status_code, left.status_code) == (for_the_page, for_the_webhook)
    assert (media.admitted, media.removed) == ([], [])


async def test_a_late_webhook_does_not_end_the_meeting_of_a_room_that_is_open_again(
    event_room: World,
) -> None:
    media = KeptCalls()
    async with backend_of(event_room, media) as browser:
        await browser.webhook("room.closed")
        assert media.ended == []

        await event_room.ask("POST", "/v1/accounts/acme/rooms/hall/close")
        await browser.webhook("room.closed")
        assert media.ended == ["hall"]


async def test_a_webhook_that_is_not_signed_removes_nobody(event_room: World) -> None:
    media = KeptCalls()
    async with backend_of(event_room, media, webhook_secret=OTHER_SECRET) as browser:
        answer = await browser.webhook("participant.left", participant="bob")

    assert (answer.status_code, media.removed) == (400, [])


def test_missing_settings_are_all_named() -> None:
    with pytest.raises(MissingSettings) as missing:
        read(SHARED, {"FULLHOUSE_URL": "http://127.0.0.1:8000"})

    lines = str(missing.value).splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == list(SHARED)[1:]


@pytest.mark.parametrize("text", ["ada,bob", "ada, bob", " ada ,bob,"])
def test_names_are_separated_by_commas_and_spaces_do_not_count(text: str) -> None:
    assert names_in(text) == {"ada", "bob"}
