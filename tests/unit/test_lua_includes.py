"""Each Lua file includes what it uses, no more and no less, and takes its arguments by name."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from fullhouse.store.script_source import IncludeError, included_by, parts_of, source_of
from tests.lua_names import code_of, declared, offered, used

LUA = Path(str(files("fullhouse.store"))) / "lua"
SCRIPTS = sorted(LUA.glob("*.lua"))
PARTS = {path.stem: path.read_text() for path in sorted((LUA / "include").glob("*.lua"))}
PART_OF = {name: part for part, text in PARTS.items() for name in offered(text)}
FILES = sorted(LUA.rglob("*.lua"))


def needed_by(text: str, own: str = "") -> set[str]:
    """The parts whose names a file uses."""
    return {PART_OF[name] for name in used(text) if name in PART_OF} - {own}


def is_part(path: Path) -> bool:
    return path.parent.name == "include"


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_includes_the_parts_that_it_uses(path: Path) -> None:
    text = path.read_text()
    included = included_by(text)

    assert sorted(included) == sorted(needed_by(text, own=path.stem if is_part(path) else ""))


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("-- include: time\nreturn 1", set()),  # named and unused
        ("return wall_ms(0)", {"time"}),  # used and not named
        ("-- wall_ms says when\nreturn 'wall_ms'", set()),
        ("return { wall_ms = 1, at = room.wall_ms }", set()),
        ("return { at = wall_ms(0), sum = held == 1 }", {"time", "people"}),
    ],
)
def test_a_use_is_told_from_other_words(text: str, needed: set[str]) -> None:
    assert needed_by(text) == needed


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_name_of_a_part_means_the_same_everywhere(path: Path) -> None:
    """Otherwise a use of it would not show which parts are needed."""
    names = declared(path.read_text())
    own = offered(PARTS[path.stem]) if is_part(path) else []

    assert [name for name in names if name in PART_OF] == own
    assert all(PART_OF[name] == path.stem for name in own)


def test_every_part_is_used_by_a_script() -> None:
    assert set(PARTS) == {part for path in SCRIPTS for part in parts_of(path.read_text())}


def test_a_script_gets_each_part_once_and_after_what_it_needs() -> None:
    parts = parts_of((LUA / "admit.lua").read_text())

    assert len(parts) == len(set(parts))
    for place, part in enumerate(parts):
        assert set(included_by(PARTS[part])) <= set(parts[:place])


def test_a_script_gets_no_part_that_it_cannot_reach() -> None:
    assert "local function keep_attendee" in source_of("admit")
    assert "local function keep_attendee" not in source_of("sweep_room")


def folder_of(tmp_path: Path, **parts: str) -> Path:
    (tmp_path / "include").mkdir()
    for part, text in parts.items():
        (tmp_path / "include" / f"{part}.lua").write_text(text)
    return tmp_path


def test_parts_may_share_what_they_include(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a="", b="-- include: a\n", c="-- include: a, b\n")

    assert parts_of("-- include: c\n-- include: b\n", folder) == ["a", "b", "c"]


def test_an_unknown_part_is_refused_by_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a="-- include: clok\n")

    with pytest.raises(IncludeError, match="There is no part 'clok' to include"):
        parts_of("-- include: a\n", folder)


def test_a_circle_is_refused_by_its_parts(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a="-- include: b\n", b="-- include: c\n", c="-- include: b\n")

    with pytest.raises(IncludeError, match="include each other: b -> c -> b"):
        parts_of("-- include: a\n", folder)


NUMBERED = re.compile(r"\b(?:KEYS|ARGV)\[\d|= *\d+, *#(?:KEYS|ARGV)")
UNPACKED = re.compile(r"unpack\((?:KEYS|ARGV)")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_keys_and_arguments_have_names(path: Path) -> None:
    """Their numbers stand in the lines that unpack them, which come first."""
    code = code_of(path.read_text())
    statements = [line.strip() for line in code.splitlines() if line.strip(" '")]
    head = next(
        (n for n, line in enumerate(statements) if not re.match(r"local (?!function)|do$", line)),
        len(statements),
    )

    assert not NUMBERED.search(code)
    assert not any(UNPACKED.search(line) for line in statements[head:])


@pytest.mark.parametrize(
    "text", ["redis.call('GET', KEYS[1])", "x = ARGV[12]", "for i = 4, #ARGV, 2 do"]
)
def test_a_number_in_place_of_a_name_is_noticed(text: str) -> None:
    assert NUMBERED.search(text)
