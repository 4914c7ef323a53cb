"""Writes what was measured into the pages of docs/."""

from __future__ import annotations

from pathlib import Path

from bench.results import Run


def write_pages(run: Run, docs: Path) -> None:
    print(run, docs)
