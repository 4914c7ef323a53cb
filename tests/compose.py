"""docker-compose.yml as Compose reads it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"FULLHOUSE_API_KEYS": "one,two", "FULLHOUSE_TOKEN_SECRET": "s" * 32}
"""What the operator has set."""


@cache
def compose() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def nodes() -> dict[str, Any]:
    """The services that run our own command."""
    services: dict[str, Any] = compose()["services"]
    return {name: node for name, node in services.items() if node["command"][0] == "fullhouse"}


def environment_of(node: dict[str, Any]) -> dict[str, str]:
    """`${NAME:-default}` filled in, and `${NAME:?message}` with what must be there."""
    return {
        key: re.sub(r"\$\{(\w+):([-?])([^}]*)\}", _filled_in, value)
        for key, value in node["environment"].items()
    }


def _filled_in(match: re.Match[str]) -> str:
    name, kind, rest = match.groups()
    assert kind == "-" or name in ENVIRONMENT, f"{name}: {rest}"
    return ENVIRONMENT.get(name) or rest
