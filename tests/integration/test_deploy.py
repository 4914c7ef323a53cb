"""What stands in `deploy/`, checked by the programs that read it, or against what a node takes."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from fullhouse.app import CLOSE_S
from fullhouse.edge.http.routes import CALLS
from fullhouse.setting_row import variable_of
from fullhouse.settings import Settings, rows
from tests.compose import ROOT
from tests.nginx import DEPLOY, check

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"FULLHOUSE_API_KEYS": "k" * 16, "FULLHOUSE_TOKEN_SECRET": "s" * 32}


def deployment() -> dict[str, Any]:
    """The pod of the Deployment."""
    text = (ROOT / "deploy" / "kubernetes" / "fullhouse.yaml").read_text()
    first = next(yaml.safe_load_all(text))
    return cast("dict[str, Any]", first["spec"]["template"]["spec"])


def environment() -> dict[str, str]:
    entries = deployment()["containers"][0]["env"]
    given = {entry["name"]: entry.get("value") for entry in entries}
    secrets = {**KEYS, "FULLHOUSE_REDIS_URL": "redis://redis.example:6379/0"}
    return {name: value or secrets[name] for name, value in given.items()}


@pytest.mark.parametrize("name", [site.name for site in DEPLOY.glob("*.conf")])
def test_nginx_takes_each_site(name: str, tmp_path: Path) -> None:
    assert "test is successful" in check((DEPLOY / name).read_text(), tmp_path)


def test_caddy_takes_its_file() -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not installed")  # one check is not worth 40 MB on every machine
    file = ROOT / "deploy" / "caddy" / "Caddyfile"
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", str(file)]

    checked = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "Valid configuration" in checked.stderr + checked.stdout


def test_a_pod_starts_and_has_time_to_stop() -> None:
    known = {variable_of(name): name for name in rows()}
    settings = Settings.parse({known[name]: value for name, value in environment().items()})
    settings.require_credentials()

    takes_s = settings.shutdown_delay_s + settings.drain_s + 2 * CLOSE_S
    assert deployment()["terminationGracePeriodSeconds"] >= takes_s


def test_probes_of_a_pod_ask_what_a_node_answers() -> None:
    """Liveness must not ask for readiness: a store that is away would restart all nodes."""
    container = deployment()["containers"][0]
    asked = {
        name: container[f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "readiness", "liveness")
    }

    live, ready = "/health/live", "/health/ready"
    assert asked == {"startup": live, "readiness": ready, "liveness": live}
    assert {live, ready} <= {call.path for call in CALLS}
