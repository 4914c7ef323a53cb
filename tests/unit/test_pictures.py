"""The pictures of the documentation are those that `make pictures` takes, and no others."""

from __future__ import annotations

import re

from tests.compose import ROOT

IMAGES = ROOT / "docs" / "images"
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]


def test_every_picture_is_taken_by_the_program_shown_on_a_page_and_there() -> None:
    program = (ROOT / "tests" / "browser" / "pictures.py").read_text()
    taken = {f"{name}.png" for name in re.findall(r'picture\("([\w/-]+)"', program)}
    text = "".join(page.read_text() for page in PAGES)
    shown = set(re.findall(r"images/([\w/-]+\.png)", text))
    there = {str(file.relative_to(IMAGES)) for file in IMAGES.rglob("*.png")}

    assert taken == shown == there
