"""The backend of a platform: media tokens for people with a seat, and out with everybody else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from examples.seat_gate.gate import Entitlement, Gate, UnknownRoom
from examples.seat_gate.media import MediaServer
from examples.seat_gate.people import COOKIE, People

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class SeatGate:
    """Lets people into the media server while they are inside, and sends them out afterwards."""

    gate: Gate
    people: People
    media: MediaServer

    async def ask(self, room: str, participant: str) -> Entitlement | None:
        return await self.gate.ask(room, participant, is_host=self.people.is_host(participant))

    async def enforce(self, room: str, participant: str) -> None:
        """Remove the person from the media server unless they are inside."""
        if await self.ask(room, participant) is None:
            await self.media.remove(room, participant)

    async def end(self, room: str) -> None:
        """End the meeting, unless the room is open again: the gate is open for a host then."""
        if await self.gate.ask(room, "host", is_host=True) is None:
            await self.media.end(room)


def backend(seat_gate: SeatGate, webhook_secret: str) -> Starlette:
    """The routes of the page, and the one for webhooks of Fullhouse."""
    routes = Routes(seat_gate, Webhook(webhook_secret))
    return Starlette(
        routes=[
            Route("/sign-in", routes.sign_in, methods=["POST"]),
            Route("/rooms/{room}/room-token", routes.room_token, methods=["POST"]),
            Route("/rooms/{room}/media-token", routes.media_token, methods=["POST"]),
            Route("/fullhouse", routes.fullhouse, methods=["POST"]),
        ],
        exception_handlers={httpx.HTTPError: nobody_knows, UnknownRoom: no_room},
    )


@dataclass(frozen=True, slots=True)
class Routes:
    """The answers to the page and to Fullhouse."""

    seat_gate: SeatGate
    webhook: Webhook

    async def sign_in(self, request: Request) -> Response:
        sent = await request.json()
        participant = sent.get("participant") if isinstance(sent, dict) else None
        if not isinstance(participant, str):
            return JSONResponse({"participant": "a text, such as bob"}, 422)
        answer = JSONResponse({"participant": participant})
        cookie = self.seat_gate.people.cookie_of(participant)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax")
        return answer

    async def room_token(self, request: Request) -> Response:
        """For `token-url` of the element `<fullhouse-waiting-room>`."""
        token = self.seat_gate.people.room_token(room_of(request), self._person(request))
        return JSONResponse({"token": token})

    async def media_token(self, request: Request) -> Response:
        """What the page needs to join the meeting, once it shows that the person is seated."""
        found = await self.seat_gate.ask(room_of(request), self._person(request))
        if found is None:
            raise HTTPException(403, "You have no seat in this room.")
        return JSONResponse(await self.seat_gate.media.admit(found))

    async def fullhouse(self, request: Request) -> Response:
        """A webhook. Any error makes Fullhouse send it again later."""
        try:
            event = self.webhook.verify(await request.body(), dict(request.headers))
        except WebhookVerificationError as error:
            raise HTTPException(400, "This webhook is not signed by Fullhouse.") from error
        with suppress(UnknownRoom):  # sent again, it would hold up all that come after it
            await self._act_on(event["type"], event["data"])
        return Response(status_code=204)

    async def _act_on(self, type_: str, about: dict[str, str]) -> None:
        match type_:
            case "participant.left":
                await self.seat_gate.enforce(about["room"], about["participant"])
            case "room.closed":
                await self.seat_gate.end(about["room"])

    def _person(self, request: Request) -> str:
        person = self.seat_gate.people.person_in(request.cookies.get(COOKIE))
        if person is None:
            raise HTTPException(401, "Sign in first.")
        return person


def room_of(request: Request) -> str:
    return str(request.path_params["room"])


async def no_room(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "There is no such room."}, 404)


async def nobody_knows(_: Request, __: Exception) -> Response:
    """Fullhouse, or the media server, does not answer. Nobody is let in, and nobody is removed."""
    return JSONResponse({"error": "Not available now."}, 503, {"Retry-After": "2"})
