"""Whoever follows a `Source:` in the code finds the page and the heading that it names."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUFFIXES = {".py", ".lua", ".js", ".css", ".md", ".c"}

# Words of one sentence may stand on two lines of a comment.
GAP = r"[\s#*/-]+"
named = re.compile(rf'(?:Source|Sources):\s+(docs/[\w/.-]+\.md)(?:,{GAP}"([^"]+)")?')


def sources() -> list[tuple[str, str, str]]:
    """Each file with the page and the heading that it names; '' where it names the whole page."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    found = []
    for name in listed.stdout.decode().splitlines():
        path = ROOT / name
        if path.suffix in SUFFIXES and path.is_file():
            for page, heading in named.findall(path.read_text()):
                found.append((name, page, re.sub(GAP, " ", heading)))
    return found


@cache
def headings_of(page: str) -> set[str]:
    lines = (ROOT / page).read_text().splitlines()
    return {line.lstrip("#").strip() for line in lines if line.startswith("#")}


@pytest.mark.parametrize(("file", "page", "heading"), sources())
def test_a_source_can_be_followed(file: str, page: str, heading: str) -> None:
    assert (ROOT / page).is_file()
    assert not heading or heading in headings_of(page)


def test_sources_are_found() -> None:
    assert len(sources()) > 20
