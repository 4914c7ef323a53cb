"""What the pages name is there: settings, log events, figures, files and sections."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from examples.seat_gate.environment import SHARED
from fullhouse.edge.metrics import Metrics
from fullhouse.setting_names import CONFIG
from fullhouse.setting_row import PREFIX, variable_of
from fullhouse.settings import rows
from tests.compose import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"
EXAMPLES = [*(ROOT / "examples").rglob("*.md")]
PAGES = [
    *(ROOT / "docs").rglob("*.md"),
    *EXAMPLES,
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
]
DEPLOY = ROOT / "deploy"
DEPLOYED = [path for path in DEPLOY.rglob("*") if path.is_file()]
NAMES = [ROOT / "docker-compose.yml", *PAGES, *DEPLOYED]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`]*`")
_EVENT = re.compile(r"^[a-z_]+\.[a-z_]+$")
_CALL = r"(?:\b_log|\.(?:debug|info|warning|error|exception))\(\s*"
_LOGGED = re.compile(rf"(?:{_CALL}|CountedLog\(log, )" + r'"([a-z_]+\.[a-z_]+)"')


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def logged() -> frozenset[str]:
    """Every event that the server logs."""
    files = (ROOT / "server").rglob("*.py")
    return frozenset(event for file in files for event in _LOGGED.findall(file.read_text()))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The sections of a page, as a browser is sent to them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return frozenset(heading.replace(" ", "-") for heading in plain)


def problem_with(link: str, page: Path) -> str | None:
    target, _, anchor = link.partition("#")
    file = (page.parent / target).resolve() if target else page
    if not file.exists():
        return f"{link}: there is no such file"
    if anchor and file.suffix == ".md" and anchor not in anchors(file):
        return f"{link}: {file.name} has no such section"
    return None


def settings_in(page: Path) -> set[str]:
    return set(re.findall(rf"\b{PREFIX}[A-Z_\d]*[A-Z\d]\b", page.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=of)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(_CODE.sub("", page.read_text())) if ":" not in link]

    assert [said for link in links if (said := problem_with(link, page))] == []


@pytest.mark.parametrize("page", NAMES, ids=of)
def test_the_settings_that_a_page_names_are_there(page: Path) -> None:
    known = {variable_of(name) for name in (CONFIG, *rows())}
    if page in EXAMPLES:
        known |= SHARED.keys()

    assert settings_in(page) <= known


def test_the_operators_page_has_every_setting() -> None:
    assert {variable_of(name) for name in rows()} - settings_in(OPERATIONS) == set()


def test_the_log_events_of_the_operators_page_are_logged() -> None:
    section = OPERATIONS.read_text().partition("## Log lines")[2].partition("\n## ")[0]
    table = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    named = {event for cell in table for event in re.findall(r"`([^`]+)`", cell)}

    assert len(named) > 20
    assert {event for event in named if not _EVENT.match(event)} == set()
    assert named - logged() == set()


def test_the_operators_page_has_every_metric_and_no_other() -> None:
    section = OPERATIONS.read_text().partition("## Metrics")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {f"fullhouse_{name}" for row in rows for name in re.findall(r"`…(\w+)", row)}

    there = {name for name in declared() if not name.startswith("fullhouse_process_")}
    assert named - {"fullhouse_process_"} == there


def metrics_in(expression: str) -> set[str]:
    """Without what Prometheus adds to the name of a histogram."""
    names = re.findall(r"fullhouse_\w+", expression)
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}


def test_every_alert_rule_is_about_metrics_that_there_are_and_says_what_to_do() -> None:
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "fullhouse.rules.yml").read_text())[
        "groups"
    ]

    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"]) > 10
    for rule in group["rules"]:
        assert rule["annotations"].keys() == {"summary", "action"}, rule
        assert metrics_in(rule["expr"]) <= declared(), rule
        assert rule["expr"] == 'up{job="fullhouse"} == 0' or metrics_in(rule["expr"]), rule


def test_every_panel_of_the_dashboard_is_about_metrics_that_there_are() -> None:
    panels = json.loads((DEPLOY / "grafana" / "fullhouse.json").read_text())["panels"]

    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    for panel in panels:
        assert panel["title"]
        assert panel["description"].endswith(".")
        for target in panel["targets"]:
            assert metrics_in(target["expr"]), target
            assert metrics_in(target["expr"]) <= declared(), target


def declared() -> set[str]:
    """The metrics of a node, by the names that Prometheus gives them."""
    names = re.findall(r"^# TYPE (\S+)", Metrics().text().decode(), re.MULTILINE)
    return {name for name in names if not name.endswith("_created")}
