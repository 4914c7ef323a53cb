"""Names use the words of the protocol and of the field: retired words do not come back."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("server", "client_demo/fullhouse_demo", "bench/fullhouse_bench", "tests")

RETIRED = {
    "allowance": "token bucket",
    "backstage": "demo control",
    "believe": "sync",
    "chore": "background task",
    "desk": "admission queue",
    "door": "upgrade handler",
    "doorman": "upgrade protocol",
    "doorstep": "pending sockets",
    "ears": "event probe",
    "entrance": "hello request",
    "house": "connection registry",
    "indoors": "in process",
    "intercom": "control socket",
    "keeper": "lease renewal",
    "mender": "resync",
    "parting": "drop request",
    "relay": "event fan-out",
    "stray": "orphaned room",
    "sweeper": "deadlines",
    "tally": "metrics, counts",
    "vouch": "report members",
    "witness": "note seen",
    "wording": "frames",
}
PLURAL = {f"{word}s": plain for word, plain in RETIRED.items()} | {"witnesses": "note seen"}
PLAIN = RETIRED | PLURAL
_words = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])").findall
_lua_name = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").findall

SCRIPTS = sorted((ROOT / "server").rglob("*.lua"))


def retired_in(name: str) -> set[str]:
    return {word for word in map(str.lower, _words(name)) if word in PLAIN}


def complaints(path: Path, names: set[str]) -> list[str]:
    """One line for each retired word of a name. Sentences that name tests are not names."""
    return [
        f"{path.relative_to(ROOT)}: {name}: say {PLAIN[word]}"
        for name in sorted({*names, path.stem})
        if not name.startswith("test_")
        for word in sorted(retired_in(name))
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_no_python_name_has_a_retired_word(source: str) -> None:
    found: list[str] = []
    for path in sorted((ROOT / source).rglob("*.py")):
        with tokenize.open(path) as file:
            tokens = tokenize.generate_tokens(file.readline)
            names = {token.string for token in tokens if token.type == tokenize.NAME}
        found += complaints(path, names)

    assert found == []


def test_no_name_of_a_script_has_a_retired_word() -> None:
    found: list[str] = []
    for path in SCRIPTS:
        code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        found += complaints(path, set(_lua_name(code)))

    assert found == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("EventRelay", {"relay"}),
        ("must_vouch", {"vouch"}),
        ("strays", {"strays"}),
        ("outdoors", set()),
        ("restored", set()),
    ],
)
def test_a_retired_word_is_found_inside_a_name(name: str, words: set[str]) -> None:
    assert retired_in(name) == words
