"""Where the files of the browser are: what is read, and the bundles that are made of it.

Imports the standard library only: `client_demo/make_bundle.py` uses it where nothing is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

ENTRY = "fullhouse.js"
_PACKAGE = Path(__file__).parent
# A wheel has the browser's files inside the package. In the repository they are next to it.
BROWSER_FILES = _PACKAGE if (_PACKAGE / ENTRY).exists() else _PACKAGE.parent
LIBRARY = BROWSER_FILES / "library"
PAGES = BROWSER_FILES / "pages"
SOURCES = (PAGES, LIBRARY, BROWSER_FILES / ENTRY)

BUNDLE = BROWSER_FILES / "bundle"
MADE_FROM = "made-from.json"
# A platform serves modules of its own in place of these, so they stay files of their own.
REPLACEABLE = ("payer.js",)
# Runs before the rest of its page has come, and is shared with it: a bundle of its own.
EARLY = ("early.js",)


def present_bundle(bundle: Path = BUNDLE, sources: Sequence[Path] = SOURCES) -> Path | None:
    """The directory of the bundles, or None if there are none of the files as they are now."""
    try:
        made_from = json.loads((bundle / MADE_FROM).read_text())
    except FileNotFoundError:
        return None
    return bundle if made_from == digest_of(*sources) else None


def digest_of(*paths: Path) -> str:
    """A name for the present content of these files and directories."""
    digest = sha256()
    for file in _files(paths):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(each for each in path.rglob("*") if each.is_file()) or [path]
