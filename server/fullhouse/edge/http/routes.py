"""All calls of the HTTP API, and the application that routes to them."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from operator import attrgetter
from time import monotonic
from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.responses import Response
from starlette.routing import Mount, Route, Router

from fullhouse.domain.forwarded import NO_PROXIES, TrustedProxies
from fullhouse.domain.origins import Origin
from fullhouse.edge.http import (
    accounts,
    asyncapi,
    catalogue,
    docs_page,
    downgrades,
    erasures,
    events,
    gates,
    health,
    histories,
    host_messages,
    invoices,
    payments,
    people,
    polls,
    reports,
    rooms,
    security_txt,
    sockets,
    upgrades,
    waiting_people,
)
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, Html, JsonDocument
from fullhouse.edge.http.docs_page import docs_html, docs_response
from fullhouse.edge.http.forwarded_headers import ForwardedHeaders
from fullhouse.edge.http.openapi import openapi_document
from fullhouse.edge.http.preflights import Preflights
from fullhouse.edge.http.refusals import Refusals
from fullhouse.edge.http.resource import Resource
from fullhouse.edge.http.unknown_paths import UnknownPaths
from fullhouse.edge.problems import EXCEPTION_HANDLERS, unexpected_error
from fullhouse.edge.request_ids import RequestIds
from fullhouse.edge.root_path import RootPath
from fullhouse.edge.ws.asyncapi import asyncapi_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from fullhouse.edge.http.services import Services


async def get_openapi(asked: Asked[Nothing]) -> Response:
    """The OpenAPI document of the calls."""
    return Response(_document(asked.services.root_path), media_type="application/json")


@cache
def _document(root_path: str) -> bytes:
    return msgspec.json.encode(openapi_document(CALLS, root_path))


async def get_docs(asked: Asked[Nothing]) -> Response:
    """All calls and messages on one page, for people."""
    return docs_response(_docs(asked.services.root_path))


@cache
def _docs(root_path: str) -> str:
    return docs_html(openapi_document(CALLS, root_path), asyncapi_document(root_path))


CALLS: tuple[Call, ...] = (
    *catalogue.CALLS,
    *accounts.CALLS,
    *rooms.CALLS,
    *people.CALLS,
    *gates.CALLS,
    *waiting_people.CALLS,
    *host_messages.CALLS,
    *histories.CALLS,
    *reports.CALLS,
    *events.CALLS,
    *erasures.CALLS,
    *upgrades.CALLS,
    *downgrades.CALLS,
    *invoices.CALLS,
    *payments.CALLS,
    *polls.CALLS,
    *sockets.CALLS,
    *health.CALLS,
    *asyncapi.CALLS,
    *docs_page.CALLS,
    *security_txt.CALLS,
    Call(
        method="GET",
        path="/openapi.json",
        who=Who.ANYONE,
        handle=get_openapi,
        takes=None,
        answers={200: JsonDocument},
    ),
    Call(
        method="GET",
        path="/docs",
        who=Who.ANYONE,
        handle=get_docs,
        takes=None,
        answers={200: Html},
    ),
)

FOR_BROWSERS = (Who.BUYER, Who.HOST, Who.PERSON)
"""Callers that may be a page of another origin. Platform keys never belong in a page."""


def http_face(
    services: Services,
    extra_routes: Sequence[BaseRoute] = (),
    trusted: TrustedProxies = NO_PROXIES,
) -> ASGIApp:
    """The HTTP application. Paths without a call lead to the extra routes.

    Args:
        services: The use cases that the calls run.
        extra_routes: Pages that are served in addition to the API.
        trusted: Proxies whose headers are trusted for the client's address, scheme and host.
    """
    others = Starlette(routes=extra_routes, exception_handlers=EXCEPTION_HANDLERS)
    others.router.redirect_slashes = False  # an unknown path is a problem, not another path
    by_path = groupby(sorted(CALLS, key=attrgetter("path")), key=attrgetter("path"))
    refusals = Refusals(services.metrics, monotonic)
    resources = {path: _resource(tuple(calls), services, refusals) for path, calls in by_path}
    face: ASGIApp = RequestIds(
        ServerErrorMiddleware(router(resources, UnknownPaths(others, refusals)), unexpected_error)
    )
    if services.root_path:
        face = RootPath(
            face, services.root_path, _first_words((*resources, *_paths(extra_routes)))
        )
    return ForwardedHeaders(face, trusted) if trusted else face


def router(resources: Mapping[str, ASGIApp], elsewhere: ASGIApp) -> Router:
    """A router from each path to its resource. All other paths go to `elsewhere`.

    A router tries its routes in order. Nearly all calls are polls, so their path is first.
    """
    paths = sorted(resources, key=lambda path: path != polls.PATH)
    routes = [Route(path, resources[path]) for path in paths]
    return Router(routes, redirect_slashes=False, default=elsewhere)


def _paths(routes: Sequence[BaseRoute]) -> Iterator[str]:
    return (route.path for route in routes if isinstance(route, Route | Mount))


def _first_words(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path.split("/")[1] for path in paths)


def _resource(calls: Sequence[Call], services: Services, refusals: Refusals) -> ASGIApp:
    resource = Resource(calls, services, refusals)
    for_browsers = [call.method for call in calls if call.who in FOR_BROWSERS]
    if not for_browsers:
        return resource
    origins = [str(Origin.parse(origin)) for origin in services.allowed_origins]
    return Preflights(_with_cors(resource, origins, for_browsers), origins, refusals)


def _with_cors(resource: ASGIApp, origins: list[str], for_browsers: list[str]) -> ASGIApp:
    if not origins:
        return resource
    return CORSMiddleware(
        resource,
        allow_origins=origins,
        allow_methods=for_browsers,
        allow_headers=("Authorization", "Content-Type", "Idempotency-Key"),
        expose_headers=("Idempotent-Replayed", "Retry-After", "X-Request-Id"),
    )
