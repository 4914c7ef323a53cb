"""The OpenAPI document: whole, true to the calls, and of use to a generator of clients."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fullhouse.domain.api_keys import KeyScope
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.openapi import openapi_document
from fullhouse.edge.http.routes import CALLS

DOCUMENT = openapi_document(CALLS)
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]


def operation(method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][path][method]
    return found


def test_every_call_is_in_the_document_and_nothing_else() -> None:
    described = {
        (method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods
    }

    assert described == {(call.method, call.path) for call in CALLS}
    assert len(CALLS) == len(described)


def test_the_document_is_json_whose_references_all_lead_somewhere() -> None:
    text = json.dumps(DOCUMENT)

    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names == DOCUMENT["components"]["schemas"].keys()


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


def test_the_document_is_one_of_openapi() -> None:
    as_sent = json.loads(json.dumps(DOCUMENT))

    import_module("openapi_spec_validator").validate(as_sent)


def test_every_answer_with_a_body_says_what_it_is() -> None:
    answers = [
        (status, answer) for each in OPERATIONS for status, answer in each["responses"].items()
    ]

    assert {status for status, answer in answers if "content" not in answer} == {"204"}
    assert operation("get", "/asyncapi.json")["responses"]["200"]["content"] == {
        "application/json": {"schema": {"type": "object"}}
    }


def test_words_are_texts() -> None:
    """A generator that is not told so makes them anything at all."""
    untyped = re.findall(r'\{[^{}]*"enum": [^{}]*\}', json.dumps(DOCUMENT))

    assert untyped
    assert [schema for schema in untyped if '"type": "string"' not in schema] == []


def test_generators_of_clients_find_nothing_that_they_refuse() -> None:
    """Several of them know no tuples, which JSON Schema writes with `prefixItems`."""
    assert "prefixItems" not in json.dumps(DOCUMENT)


def test_operations_are_named_apart_and_described() -> None:
    names = [operation["operationId"] for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert all(operation["summary"].endswith(".") for operation in OPERATIONS)


def test_a_call_without_authority_is_described_as_such_and_no_other() -> None:
    for call in CALLS:
        security = operation(call.method.lower(), call.path)["security"]

        assert (security == []) is (call.who is Who.ANYONE)


def test_a_call_for_keys_names_the_scope_that_a_key_needs() -> None:
    assert operation("post", "/v1/accounts/{account}/upgrades")["security"] == [
        {"platformKey": ["billing"]},
        {"roomToken": []},
    ]
    assert operation("put", "/v1/accounts/{account}")["security"] == [
        {"platformKey": ["platform"]}
    ]
    text = DOCUMENT["components"]["securitySchemes"]["platformKey"]["description"]
    assert all(f"`{scope}`: " in text for scope in KeyScope)


def test_a_purchase_needs_its_key() -> None:
    headers = [
        (parameter["name"], parameter["required"])
        for parameter in operation("post", "/v1/accounts/{account}/upgrades")["parameters"]
        if parameter["in"] == "header"
    ]

    assert headers == [("Idempotency-Key", True)]


def test_queries_are_described() -> None:
    offers = operation("get", "/v1/accounts/{account}/offers")["parameters"]
    rooms = operation("get", "/v1/accounts/{account}/rooms")["parameters"]

    assert [(p["name"], p["in"], p["required"]) for p in offers] == [
        ("account", "path", True),
        ("room", "query", True),
    ]
    assert [(p["name"], p["in"], p["required"]) for p in rooms] == [
        ("account", "path", True),
        ("limit", "query", False),
        ("cursor", "query", False),
        ("status", "query", False),
    ]
    deletion = operation("delete", "/v1/accounts/{account}")
    assert [p["name"] for p in deletion["parameters"]] == ["account", "ledger"]
    assert "requestBody" not in deletion


def test_a_body_is_required_where_one_of_its_fields_is() -> None:
    assert operation("put", "/v1/accounts/{account}")["requestBody"]["required"] is True
    assert operation("patch", "/v1/accounts/{account}")["requestBody"]["required"] is False
    assert "requestBody" not in operation("post", "/v1/accounts/{account}/rooms/{room}/close")
