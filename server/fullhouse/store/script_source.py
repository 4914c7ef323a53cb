"""The text of each Lua script: its file, and before it the parts that the file includes.

A line `-- include: clock, people` in the head of a file names the parts of `lua/include/` whose
names the file uses. A script gets these and the parts that they include in turn: each once, and
after those that it needs. So a call defines only functions that the script can reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from hashlib import sha1
from importlib.resources import files
from pathlib import Path

_LUA = Path(str(files(__package__))) / "lua"
_included = re.compile(r"^-- include: (.+)$", re.MULTILINE)


class IncludeError(ValueError):
    """A Lua file includes a part that does not exist, or that includes the file in turn."""


@cache  # the stores of a node, and those of each test, need the same ones
def source_of(name: str, database: int = 0) -> str:
    """One script as Redis gets it: its `#!lua` line, its fast path, the included parts, its body.

    The parts that the fast path includes come before it.

    A script cannot ask in which database it runs, so its text contains the number.
    """
    shebang, _, body = (_LUA / f"{name}.lua").read_text().partition("\n")
    fast_path = fast_path_of(name)
    early = parts_of(fast_path)
    late = [part for part in parts_of(body) if part not in early]
    return "\n".join(
        [shebang, *_texts(early), fast_path, f"local DATABASE = {database}", *_texts(late), body]
    )


@cache
def digest_of(source: str) -> str:
    """The name that Redis gives to a script."""
    return sha1(source.encode()).hexdigest()  # noqa: S324  # Redis names it so


def fast_path_of(name: str) -> str:
    """What a script does before the included parts are defined, where that is enough; or ''."""
    path = _LUA / "fast_path" / f"{name}.lua"
    return path.read_text() if path.is_file() else ""


def included_by(text: str) -> list[str]:
    """The parts that a file names itself, in the order of its `-- include:` lines."""
    return [part.strip() for line in _included.findall(text) for part in line.split(",")]


def parts_of(text: str, folder: Path = _LUA) -> list[str]:
    """All parts that a file needs, each once and after those that it includes.

    Raises:
        IncludeError: the message says which file has to be changed.
    """
    parts: dict[str, None] = {}
    for part in included_by(text):
        _add_with_its_own(folder, part, (), parts)
    return list(parts)


def _add_with_its_own(
    folder: Path, part: str, path: tuple[str, ...], parts: dict[str, None]
) -> None:
    """Add the part to `parts`, after all that it includes. `path`: the parts that led to it."""
    if part in path:
        circle = " -> ".join([*path[path.index(part) :], part])
        raise IncludeError(f"Parts include each other: {circle}. Move what both need to a third.")
    if part in parts:
        return
    for needed in included_by(_part(folder, part)):
        _add_with_its_own(folder, needed, (*path, part), parts)
    parts[part] = None


def _texts(parts: Iterable[str]) -> list[str]:
    return [_part(_LUA, part) for part in parts]


@cache  # most parts are in many scripts, and a node reads all scripts before it is ready
def _part(folder: Path, part: str) -> str:
    path = folder / "include" / f"{part}.lua"
    if not path.is_file():
        raise IncludeError(f"There is no part '{part}' to include: {path} is missing.")
    return path.read_text()
