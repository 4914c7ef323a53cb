"""The backend for LiveKit: `uvicorn --factory examples.livekit.app:app`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livekit import api
from starlette.responses import Response
from starlette.routing import Route

from examples.livekit.media import LiveKit
from examples.seat_gate.backend import SeatGate, backend
from examples.seat_gate.environment import SHARED, read_or_exit, seat_gate_of

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

SETTINGS = {
    **SHARED,
    "LIVEKIT_URL": "the address of the LiveKit server, such as wss://live.example.com",
    "LIVEKIT_API_KEY": "an API key of the LiveKit server",
    "LIVEKIT_API_SECRET": "the secret of that key",
}


def app() -> Starlette:
    settings = read_or_exit(SETTINGS)
    media = LiveKit(*(settings[f"LIVEKIT_{name}"] for name in ("URL", "API_KEY", "API_SECRET")))
    return livekit_backend(
        seat_gate_of(settings, media), media, settings["FULLHOUSE_WEBHOOK_SECRET"]
    )


def livekit_backend(seat_gate: SeatGate, media: LiveKit, webhook_secret: str) -> Starlette:
    """The shared backend, and a route for the webhooks of LiveKit."""
    receiver = api.WebhookReceiver(api.TokenVerifier(media.key, media.secret))

    async def joined(request: Request) -> Response:
        """Whoever joins with a token of a seat that they have given up is sent out again."""
        try:
            token = request.headers.get("authorization", "")
            event = receiver.receive((await request.body()).decode(), token)
        except Exception:  # noqa: BLE001  # the library raises this class for a wrong hash
            return Response("This webhook is not signed by LiveKit.", 401)
        if event.event == "participant_joined":
            await seat_gate.enforce(event.room.name, event.participant.identity)
        return Response(status_code=204)

    app = backend(seat_gate, webhook_secret)
    app.router.routes.append(Route("/livekit", joined, methods=["POST"]))
    return app
