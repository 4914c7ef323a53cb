"""Routes for the demo's host page, in addition to the public API.

A real platform has such routes in its backend. They check the caller and use the platform key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from fullhouse.client import Problem, ServerUnreachable
from fullhouse.domain.errors import Forbidden, Unavailable
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.edge.http.authority import Authority, Keyring, Who
from fullhouse.edge.http.bodies import body_of
from fullhouse.edge.problems import MEDIA_TYPE
from fullhouse.edge.tokens import TokenClaims
from fullhouse_demo.control_socket import Order, ask

if TYPE_CHECKING:
    from starlette.requests import Request

    from fullhouse.client import PlatformClient
    from fullhouse.clock import Clock
    from fullhouse_demo.control_socket import Act
    from fullhouse_demo.node_job import NodeJob

_FRESH = {"cache-control": "no-store"}


class _RoomChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    paused: bool


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Literal["send_crowd", "send_home", "stop_node", "start_node", "cut_network", "start_over"]


def host_routes(
    job: NodeJob, *, secret: str, clock: Clock, platform: PlatformClient
) -> Sequence[BaseRoute]:
    """Routes for callers with a room token of a host of the demo's room.

    Args:
        job: The node that serves the routes.
        secret: The server's `FULLHOUSE_TOKEN_SECRET`.
        clock: The clock by which tokens expire.
        platform: Pauses the line with the platform key.
    """
    room = platform.account(job.demo.account).room(job.demo.room)
    doorkeeper = _Doorkeeper(RoomRef(job.demo.account, job.demo.room), secret, clock)

    async def set_room(request: Request) -> Response:
        await doorkeeper.check(request)
        changes = await body_of(request, _RoomChanges)
        try:
            await room.set(paused=changes.paused)
        except Problem as refused:
            return Response(refused.document, refused.status, media_type=MEDIA_TYPE)
        except ServerUnreachable as error:
            raise Unavailable("The server does not answer its own backend.") from error
        return JSONResponse({"paused": changes.paused}, headers=_FRESH)

    async def look(request: Request) -> Response:
        await doorkeeper.check(request)
        return await _scene(job, "look")

    async def act(request: Request) -> Response:
        await doorkeeper.check(request)
        return await _scene(job, (await body_of(request, _Wish)).act)

    return (
        Route("/demo/room", set_room, methods=["PATCH"]),
        Route("/demo/backstage", look, methods=["GET"]),
        Route("/demo/backstage", act, methods=["POST"]),
    )


class _Doorkeeper:
    """Checks that callers are hosts of one room."""

    def __init__(self, ref: RoomRef, secret: str, clock: Clock) -> None:
        self._ref = ref
        self._authority = Authority(Keyring(()), clock, secret)

    async def check(self, request: Request) -> None:
        """Return if the caller is a host of the room.

        Raises:
            Unauthenticated, Forbidden: the caller is not.
        """
        shown = request.headers.get("authorization")
        claims = (await self._authority.authenticated(Who.PERSON, shown)).claims
        if claims is None or not self._is_host(claims):
            raise Forbidden("This is for the hosts of the room.")

    def _is_host(self, claims: TokenClaims) -> bool:
        return claims.role is Role.HOST and claims.ref == self._ref


async def _scene(job: NodeJob, act: Act) -> Response:
    if job.control_socket is None:  # this node does not run in a demo
        return Response(status_code=204, headers=_FRESH)
    try:
        scene = await ask(job.control_socket, Order(act, job.number))
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        raise Unavailable("The demo does not answer its node.") from error
    return JSONResponse(msgspec.to_builtins(scene) | {"through": job.number}, headers=_FRESH)
