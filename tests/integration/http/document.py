"""Every answer that a test gets is checked against the OpenAPI document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from fullhouse.edge.http.openapi import openapi_document
from fullhouse.edge.http.routes import CALLS

if TYPE_CHECKING:
    from tests.integration.http.answers import Answer, Json

DOCUMENT = openapi_document(CALLS)


def check_against_document(method: str, path: str, answer: Answer) -> None:
    """The status is listed for the call, and the body has the shape that the document gives it."""
    operation = _operation(method, path)
    if operation is None:
        assert answer.status in {200, 400, 404, 405}  # no call, but an unknown path or a preflight
        return
    assert str(answer.status) in operation["responses"], (operation["operationId"], answer)
    response = operation["responses"][str(answer.status)]
    assert {name.lower() for name in response.get("headers", {})} <= answer.headers.keys()
    _check_body(response.get("content", {}), answer)


def _operation(method: str, path: str) -> Json:
    method = "get" if method == "HEAD" else method.lower()
    for template, operations in DOCUMENT["paths"].items():
        if method in operations and re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return operations[method]
    return None


def _check_body(content: Json, answer: Answer) -> None:
    if not content:
        assert answer.status == 204
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in content
    if media_type.endswith("json"):
        schema = {**content[media_type]["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(answer.json)
