"""Holds frames against the AsyncAPI document, as a client that was generated from it does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from jsonschema import Draft7Validator

from fullhouse.edge.ws.asyncapi import asyncapi_document

if TYPE_CHECKING:
    from fullhouse.domain.rooms import Role

DOCUMENT = asyncapi_document()


def complaint_of(frame: dict[str, Any]) -> str | None:
    """What is wrong with a frame, by the schema of its type; None if nothing is."""
    word = frame.get("type")
    if not isinstance(word, str) or word not in DOCUMENT["components"]["messages"]:
        return f"no such message: {word}"
    error = next(_validator(word).iter_errors(frame), None)
    return f"{error.json_path}: {error.message}" if error else None


def undocumented_in(frame: dict[str, Any]) -> set[str]:
    """The fields of the data of a webhook that its document does not have."""
    schemas = DOCUMENT["components"]["schemas"]
    payload = DOCUMENT["components"]["messages"][frame["type"]]["payload"]
    data = schemas[payload["$ref"].rpartition("/")[2]]["properties"]["data"]
    known: dict[str, Any] = schemas[data["$ref"].rpartition("/")[2]]["properties"]
    return set(frame["data"]) - known.keys()


@cache
def _validator(word: str) -> Draft7Validator:
    payload = DOCUMENT["components"]["messages"][word]["payload"]
    # In this dialect nothing next to a reference is read.
    return Draft7Validator({"allOf": [payload], "components": DOCUMENT["components"]})


@cache
def words_of(direction: Literal["receive_from", "send_to"], role: Role | str) -> frozenset[str]:
    """The types of the messages that such an operation has."""
    operation = DOCUMENT["operations"][f"{direction}_{role}"]
    return frozenset(message["$ref"].rpartition("/")[2] for message in operation["messages"])
