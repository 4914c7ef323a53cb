"""The types that the client library and the pages state in their comments."""

from __future__ import annotations

import subprocess

from tests.npm import ROOT, node_modules


def test_the_library_and_the_pages_are_what_their_types_say() -> None:
    compiler = node_modules() / ".bin" / "tsc"

    checked = subprocess.run(
        [compiler, "--project", ROOT / "client_demo" / "tsconfig.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout
