"""The answer to a request without an upgrade at the path of the WebSocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.errors import UpgradeRequired
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call
from fullhouse.edge.ws.handshake import PATH

if TYPE_CHECKING:
    from starlette.responses import Response


async def connect(_: Asked[Nothing]) -> Response:
    """The WebSocket of a person in a room. Requests without an upgrade are refused."""
    raise UpgradeRequired


CALLS = (
    Call(
        method="GET",
        path=PATH,
        who=Who.ANYONE,
        handle=connect,
        takes=None,
        answers={},
        refuses=(UpgradeRequired,),
    ),
)
