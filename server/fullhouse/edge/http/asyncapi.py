"""The call for the document that describes the WebSocket."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, JsonDocument
from fullhouse.edge.ws.asyncapi import asyncapi_document

if TYPE_CHECKING:
    from fullhouse.edge.http.bodies import Nothing


async def get_asyncapi(asked: Asked[Nothing]) -> Response:
    """The AsyncAPI document of the WebSocket."""
    return Response(_document(asked.services.root_path), media_type="application/json")


@cache
def _document(root_path: str) -> bytes:
    return msgspec.json.encode(asyncapi_document(root_path))


CALLS = (
    Call(
        method="GET",
        path="/asyncapi.json",
        who=Who.ANYONE,
        handle=get_asyncapi,
        takes=None,
        answers={200: JsonDocument},
    ),
)
