"""Generates the OpenAPI document from the definitions of the calls."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from inspect import getdoc
from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import (
    CallerError,
    IdempotencyKeyMissing,
    RateLimited,
    Unauthenticated,
    Unavailable,
)
from fullhouse.domain.ids import ID_PATTERN
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing, Raw
from fullhouse.edge.http.calls import NAMES, Call, Html, JsonDocument, Stylesheet
from fullhouse.edge.problems import MEDIA_TYPE, PROBLEMS, ProblemObject
from fullhouse.edge.schemas import Json, fields_of, schemas_of

if TYPE_CHECKING:
    import msgspec

_SCOPES: Mapping[KeyScope, str] = {
    KeyScope.PLATFORM: "change accounts, rooms and people, sign tokens and ask the gate",
    KeyScope.BILLING: "quotes, purchases and requests for a smaller plan",
    KeyScope.READ: "read accounts, rooms, purchases and invoices",
    KeyScope.OPS: "audit rooms and read the trail",
}

_SECURITY_SCHEMES: Json = {
    "platformKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the platform's backend, for all accounts or for one. It never "
        "belongs in a page. Each call names the scope that the key needs: "
        + "; ".join(f"`{scope}`: {_SCOPES[scope]}" for scope in KeyScope)
        + ". A key of the setting `FULLHOUSE_API_KEYS` has every scope.",
    },
    "roomToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Who a person is in a room. Where a platform key is taken too, the token "
        "must allow its bearer to buy, and is good for its own account only.",
    },
}

_TEXT: Json = {"type": "string"}

_TEXTS: Mapping[type, tuple[str, Json]] = {
    str: ("text/plain", _TEXT),
    Html: ("text/html", _TEXT),
    Stylesheet: ("text/css", _TEXT),
    JsonDocument: ("application/json", {"type": "object"}),
}
"""The media type and the schema of each kind of text that is a body."""

_NAME: Json = {"type": "string", "pattern": f"^{ID_PATTERN}$"}

_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names the purchase: the same key again gets the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def openapi_document(calls: Iterable[Call], root_path: str = "") -> Json:
    """The OpenAPI 3.1 document for `calls`.

    Args:
        calls: The calls to describe.
        root_path: The prefix of each path, as clients see it.
    """
    calls = tuple(calls)
    schemas, components = schemas_of(_bodies(calls))
    paths: defaultdict[str, Json] = defaultdict(dict)
    for call in calls:
        paths[call.path][call.method.lower()] = _operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fullhouse",
            "version": version("fullhouse"),
            "summary": "Exact seats, live upgrades and a waiting room for live events.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": root_path or "/"}],
        "paths": dict(paths),
        "components": {"schemas": components, "securitySchemes": _SECURITY_SCHEMES},
    }


def _bodies(calls: Sequence[Call]) -> set[type]:
    """The types of all bodies that are sent or answered as JSON."""
    sent = {_body_of(call) for call in calls}
    answered = {body for call in calls for body in call.answers.values()}
    return {body for body in {ProblemObject, *sent, *answered} if body and body not in _TEXTS}


def _body_of(call: Call) -> type[msgspec.Struct] | None:
    return None if call.takes_query or call.takes in (Nothing, Raw) else call.takes


def _operation(call: Call, schemas: Mapping[type, Json]) -> Json:
    operation: Json = {
        "operationId": call.handle.__name__,
        "summary": (getdoc(call.handle) or "").replace("\n", " "),
        "security": _security(call),
        "parameters": [*_in_path(call), *_in_query(call), *_in_header(call)],
        "responses": {**_answers(call, schemas), **_refusals(call, schemas)},
    }
    body = _body_of(call)
    if body is not None:
        operation["requestBody"] = {
            "required": bool(fields_of(body).get("required")),
            "content": {"application/json": {"schema": schemas[body]}},
        }
    return operation


def _security(call: Call) -> list[Json]:
    """The credentials that a call accepts, with the scope that a key needs.

    Source: OpenAPI 3.1, "Security Requirement Object": for a scheme that is neither OAuth 2 nor
    OpenID, the list has the roles that are needed.
    """
    key = {"platformKey": [] if call.scope is None else [call.scope.value]}
    token: Json = {"roomToken": []}
    by_who = {
        Who.PLATFORM: [key],
        Who.BUYER: [key, token],
        Who.HOST: [key, token],
        Who.PERSON: [token],
    }
    return by_who.get(call.who, [])


def _in_path(call: Call) -> list[Json]:
    names = re.findall(r"{(\w+)}", call.path)
    schemas = [_NAME if name in NAMES else {"type": "string"} for name in names]
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in zip(names, schemas, strict=True)
    ]


def _in_query(call: Call) -> list[Json]:
    if not call.takes_query or call.takes is None:
        return []
    fields = fields_of(call.takes)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in fields["required"],
            "schema": schema,
        }
        for name, schema in fields["properties"].items()
    ]


def _in_header(call: Call) -> list[Json]:
    return [_IDEMPOTENCY_KEY] if IdempotencyKeyMissing in call.refuses else []


def _answers(call: Call, schemas: Mapping[type, Json]) -> Json:
    answers: Json = {}
    for status, body in call.answers.items():
        answers[str(status)] = {"description": HTTPStatus(status).phrase}
        if body is not None:
            media_type, schema = _TEXTS.get(body) or ("application/json", schemas[body])
            answers[str(status)]["content"] = {media_type: {"schema": schema}}
        if call.is_page_too:
            answers[str(status)]["content"]["text/html"] = {"schema": _TEXT}
    return answers


def _refusals(call: Call, schemas: Mapping[type, Json]) -> Json:
    by_status: defaultdict[int, list[type[CallerError]]] = defaultdict(list)
    for refusal in call.refusals:
        by_status[PROBLEMS[refusal].status].append(refusal)
    return {str(status): _refusal(by_status[status], schemas) for status in sorted(by_status)}


def _refusal(refusals: Sequence[type[CallerError]], schemas: Mapping[type, Json]) -> Json:
    codes = sorted(refusal.code for refusal in refusals)
    schema = {
        "allOf": [
            schemas[ProblemObject],
            {"properties": {"code": {"type": "string", "enum": codes}}},
        ]
    }
    refusal: Json = {
        "description": "; ".join(sorted(PROBLEMS[refusal].title for refusal in refusals)),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    headers = {name: {"schema": schema} for each in refusals for name, schema in _headers(each)}
    return {**refusal, "headers": headers} if headers else refusal


def _headers(refusal: type[CallerError]) -> list[tuple[str, Json]]:
    if issubclass(refusal, Unavailable | RateLimited):
        return [("Retry-After", {"type": "integer", "description": "In seconds."})]
    if issubclass(refusal, Unauthenticated):
        return [("WWW-Authenticate", {"type": "string"})]
    return []
