"""The names that a Lua file defines for others, uses, and declares for itself.

This is no parser: it relies on the form that the files have. A part's names are defined at the
start of a line, and no file declares one of them again (test_lua_includes.py). So a word is a use
unless it names a field.
"""

from __future__ import annotations

import re

_noise = re.compile(r"#!lua.*|--.*|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_offer = re.compile(r"^local (?:function (\w+)|([\w, ]+) =)", re.MULTILINE)
_word = re.compile(r"(?<![\w.:])([A-Za-z_]\w*)(?!\w)(?!\s*=[^=])")
_declared = re.compile(
    r"local function (\w+)|local ([\w, ]+)|function \w*\(([\w, ]*)\)|for ([\w, ]+?) (?:in|=)"
)


def code_of(text: str) -> str:
    """Without comments and the contents of texts."""
    return _noise.sub("''", text)


def offered(text: str) -> list[str]:
    """Names that a part defines for those who include it, in their order."""
    return [name for match in _offer.finditer(code_of(text)) for name in _listed(match.groups())]


def used(text: str) -> set[str]:
    """All names that are read, the file's own and the language's among them."""
    return set(_word.findall(code_of(text)))


def declared(text: str) -> list[str]:
    """Every name declared anywhere: locals, functions, their parameters, those of loops."""
    return [
        name for match in _declared.finditer(code_of(text)) for name in _listed(match.groups())
    ]


def _listed(groups: tuple[str | None, ...]) -> list[str]:
    return [name.strip() for group in groups if group for name in group.split(",") if name.strip()]
