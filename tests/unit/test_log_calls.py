"""A line about a room names its account too: a room's name alone is that of many rooms."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.realtime.local_room import named
from tests.compose import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = sorted((ROOT / "server").rglob("*.py"))


class Unreadable(Exception):
    """A line whose names cannot be told from the source; write them as a dictionary."""


def names_in(extra: ast.expr, function: ast.AST) -> set[str]:
    """The names that a dictionary of the source has."""
    if (
        isinstance(extra, ast.Call)
        and isinstance(extra.func, ast.Name)
        and extra.func.id == "named"
    ):
        return set(named(RoomRef("a", "b")))
    if isinstance(extra, ast.Name):
        if extra.id == passed_on(function):
            return set()  # whoever calls it is a call like any other
        return names_in(_assigned(extra.id, function), function)
    if not isinstance(extra, ast.Dict):
        raise Unreadable(ast.unparse(extra))
    pairs = zip(extra.keys, extra.values, strict=True)
    parts = (
        names_in(value, function) if key is None else {str(ast.literal_eval(key))}
        for key, value in pairs
    )
    return set().union(*parts)


def passed_on(function: ast.AST) -> str | None:
    """Its parameter that takes whatever names are given."""
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    return function.args.kwarg.arg if function.args.kwarg else None


def _assigned(name: str, function: ast.AST) -> ast.expr:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [name]:
            return node.value
    raise Unreadable(name)


def lines_of(source: str) -> Iterator[tuple[int, set[str]]]:
    """Where something is logged, and the names that the line has."""
    tree = ast.parse(source)
    functions = [
        each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                given = {word.arg: word.value for word in node.keywords if word.arg}
                if "extra" in given:
                    yield node.lineno, names_in(given["extra"], function)
                elif isinstance(node.func, ast.Attribute) and node.func.attr == "note":
                    yield node.lineno, set(given)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_who_logs_a_room_logs_its_account(file: Path) -> None:
    alone = [
        line
        for line, names in lines_of(file.read_text())
        if "room" in names and "account" not in names
    ]

    assert alone == []


def test_a_line_that_forgets_the_account_is_found() -> None:
    source = """
def f(ref, refused):
    log.info("a", extra={"room": ref.room})
    about = {"room": ref.room}
    log.info("b", extra={**about, "rev": 1})
    refused.note("c", room=ref.room)
    log.info("d", extra={**named(ref), "rev": 1})
    log.info("e", extra={"account": ref.account, "room": ref.room})
"""
    found = [line for line, names in lines_of(source) if "account" not in names]

    assert found == [3, 5, 6]
