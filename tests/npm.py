"""What Node gives the tests: a type checker, a WebSocket, and the parser of AsyncAPI."""

from __future__ import annotations

import shutil
import subprocess
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "node_modules"
_LOCK = ROOT / "package-lock.json"
_INSTALL_S = 240  # 140 packages, some of them large


@cache
def node_modules() -> Path:
    """The packages that `package-lock.json` pins, installed where they are not yet.

    Where Node or npm is missing the test is skipped; `.ci/programs` says so too.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    with _LOCK.open() as lock:
        flock(lock, LOCK_EX)  # tests on other cores may ask at the same moment
        installed = MODULES / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < _LOCK.stat().st_mtime:
            subprocess.run(["npm", "ci", "--silent"], cwd=ROOT, check=True, timeout=_INSTALL_S)
    return MODULES
