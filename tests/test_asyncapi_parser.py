"""What the official parser of AsyncAPI, in Node, makes of the document of the WebSocket."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from fullhouse.edge.ws.asyncapi import asyncapi_document
from tests.npm import ROOT, node_modules

ERROR, WARNING = 0, 1
SCRIPT = ROOT / "tests" / "node" / "parse_asyncapi.mjs"


def parsed(document: dict[str, Any]) -> Any:  # noqa: ANN401  # JSON
    node_modules()
    answer = subprocess.run(
        ["node", SCRIPT], input=json.dumps(document), capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("root_path", ["", "/seats"])
def test_the_parser_has_no_error_and_no_warning(root_path: str) -> None:
    found = parsed(asyncapi_document(root_path))

    assert [each for each in found["diagnostics"] if each["severity"] <= WARNING] == []


def test_the_parser_reads_every_operation_with_its_messages() -> None:
    document = asyncapi_document()

    assert parsed(document)["operations"] == {
        name: [message["$ref"].rpartition("/")[2] for message in operation["messages"]]
        for name, operation in document["operations"].items()
    }


def test_the_parser_finds_an_error_where_there_is_one() -> None:
    document = asyncapi_document()
    unknown = {"$ref": "#/channels/connection/messages/dance"}
    document["operations"]["send_to_host"]["messages"].append(unknown)

    assert ERROR in {each["severity"] for each in parsed(document)["diagnostics"]}
