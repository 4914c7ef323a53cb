from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

import click
import pytest
from jsonschema import Draft202012Validator

from fullhouse.__main__ import cli
from fullhouse.app import CLOSE_S
from fullhouse.setting_row import variable_of
from fullhouse.settings import Settings, rows
from tests.compose import ROOT, compose, environment_of, nodes


@cache
def schema() -> dict[str, Any]:
    text = (ROOT / "tests" / "schemas" / "compose-spec.json").read_text()
    return cast("dict[str, Any]", json.loads(text))


def test_the_file_is_true_to_the_compose_schema() -> None:
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema()).iter_errors(compose())
    ]

    assert errors == []


def test_the_schema_would_notice_a_misspelt_key() -> None:
    broken = {"services": {"node": {"comand": ["fullhouse"]}}}

    assert list(Draft202012Validator(schema()).iter_errors(broken))


def test_there_are_two_nodes_on_two_ports_of_this_machine() -> None:
    ports = [port for node in nodes().values() for port in node["ports"]]

    assert ports == ["127.0.0.1:8000:8000", "127.0.0.1:8001:8000"]


@pytest.mark.parametrize("name", nodes())
def test_our_own_command_line_takes_the_command_of_each_node(name: str) -> None:
    _, verb, *arguments = nodes()[name]["command"]
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None

    given = command.make_context(verb, [*arguments]).params

    inside = nodes()[name]["ports"][0].rpartition(":")[2]
    assert (given["host"], given["port"]) == ("0.0.0.0", inside)  # noqa: S104  # in a container
    assert f":{inside}/health/ready" in nodes()[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", nodes())
def test_the_environment_of_each_node_makes_a_server_that_may_start(name: str) -> None:
    known = {variable_of(setting): setting for setting in rows()}
    given = environment_of(nodes()[name])

    assert set(given) <= set(known)
    settings = Settings.parse({known[key]: value for key, value in given.items()})
    settings.require_credentials()
    assert settings.redis_url == "redis://valkey:6379/0"


@pytest.mark.parametrize("name", nodes())
def test_a_node_is_given_time_to_drain(name: str) -> None:
    node = nodes()[name]

    grace_s = float(node["stop_grace_period"].removesuffix("s"))
    assert grace_s > float(node["environment"]["FULLHOUSE_DRAIN_S"]) + 2 * CLOSE_S


@pytest.mark.parametrize("name", ["FULLHOUSE_API_KEYS", "FULLHOUSE_TOKEN_SECRET"])
def test_no_secret_stands_in_the_file(name: str) -> None:
    for node in nodes().values():
        assert node["environment"][name].startswith(f"${{{name}:?")


def test_what_the_image_copies_is_there_and_holds_the_program() -> None:
    dockerfile = nodes()["node-a"]["build"]["dockerfile_inline"]

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    folders = {Path(path).parts[0] for path in packed}
    copied = re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]

    assert {"pyproject.toml", *folders} <= set(sources)
    assert all((ROOT / source).exists() for source in sources)


def test_the_store_keeps_what_it_is_told() -> None:
    command = compose()["services"]["valkey"]["command"]

    given = dict(zip(command[1::2], command[2::2], strict=True))
    assert given["--appendonly"] == "yes"
    assert given["--maxmemory-policy"] == "noeviction"
