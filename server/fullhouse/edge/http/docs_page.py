"""Renders the two documents for machines as one page for people, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from fullhouse.domain.rooms import Role
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, Stylesheet

if TYPE_CHECKING:
    from fullhouse.edge.http.bodies import Nothing
    from fullhouse.edge.schemas import Json

_PACKAGE = "fullhouse.edge.http"
_STYLE = (files(_PACKAGE) / "templates" / "docs.css").read_text(encoding="utf-8")

# No script, no inline style, nothing from other hosts, and no page may frame this one.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def docs_html(openapi: Json, asyncapi: Json) -> str:
    """The whole page. A schema that both documents have is shown once, next to its message."""
    messages = asyncapi["components"]["messages"]
    schemas = {**openapi["components"]["schemas"], **asyncapi["components"]["schemas"]}
    of_messages = {_last_part(message["payload"]["$ref"]) for message in messages.values()}
    channel, webhooks = (asyncapi["channels"][name] for name in ("connection", "webhooks"))
    return _templates.get_template("docs.html").render(
        openapi=openapi,
        channel=channel,
        messages={word: messages[word] for word in channel["messages"]},
        webhooks={"channel": webhooks, "messages": {n: messages[n] for n in webhooks["messages"]}},
        roles=_roles(asyncapi["operations"]),
        schemas=schemas,
        objects=sorted(schemas.keys() - of_messages),
    )


def docs_response(html: str) -> Response:
    return HTMLResponse(html, headers=_HEADERS)


async def get_docs_style(_: Asked[Nothing]) -> Response:
    """The style of the page of the documents."""
    return Response(_STYLE, headers=_HEADERS, media_type="text/css")


def _roles(operations: Json) -> Json:
    return {
        role: {
            "sends": _words(operations[f"receive_from_{role}"]),
            "gets": _words(operations[f"send_to_{role}"]),
        }
        for role in map(str, Role)
    }


def _words(operation: Json) -> list[str]:
    return [_last_part(message["$ref"]) for message in operation["messages"]]


def _last_part(reference: str) -> str:
    return reference.rpartition("/")[2]


def _prose(text: str) -> Markup:
    """`text` as HTML. What is in backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped


def _wrappable(path: str) -> Markup:
    """`path` as HTML whose lines may end after each slash."""
    return Markup(str(escape(path)).replace("/", "/<wbr>"))  # noqa: S704  # escaped


def _codes(answer: Mapping[str, Json]) -> list[str]:
    """The codes of a problem document that the answer may have."""
    for body in answer.get("content", {}).values():
        for part in body["schema"].get("allOf", []):
            codes: list[str] = part.get("properties", {}).get("code", {}).get("enum", [])
            if codes:
                return codes
    return []


def _indented(example: Json) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)


_templates = Environment(
    loader=PackageLoader(_PACKAGE),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {
    "codes": _codes,
    "json": _indented,
    "last_part": _last_part,
    "prose": _prose,
    "wrappable": _wrappable,
}

CALLS = (
    Call(
        method="GET",
        path="/docs/style.css",
        who=Who.ANYONE,
        handle=get_docs_style,
        takes=None,
        answers={200: Stylesheet},
    ),
)
