"""The pages of the demo, and their modules at addresses that name the version of all files.

A page is asked for at each load, so it is never older than the node that answers. It names its
files below `client/<version>/`, and the browser keeps these for good: a reload asks only for the
page. The page lists all modules that it needs (`modulepreload`). Otherwise the browser would learn
of each module only from the module that imports it, one round trip after another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount

from fullhouse_demo.client_files import (
    BROWSER_FILES,
    ENTRY,
    LIBRARY,
    NEWEST,
    OF_ONE_VERSION,
    Files,
    library_routes,
)

if TYPE_CHECKING:
    from starlette.requests import Request

PAGES = BROWSER_FILES / "pages"
_imported = re.compile(
    r'^(?:import(?:\s[^;"]*?\sfrom)?|export\s[*{][^;"]*?\sfrom)\s"(\.[^"]+)"', re.MULTILINE
)
_link = re.compile(r'\b(src|href)="((?:\.\./)*)((?:pages/|library/|fullhouse\.js)[^"]*)"')
_script = re.compile(r'^( *)<script type="module" src="([^"]+)"></script>$', re.MULTILINE)


class PageFiles:
    """The pages as they are when this is made: a server shows changed files after a restart.

    Attributes:
        version: Changes whenever a file of the pages or of the library changes.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.version = digest_of(PAGES, LIBRARY, BROWSER_FILES / ENTRY)

    def routes(self) -> Sequence[BaseRoute]:
        """The files of this version, and the same files at the addresses of any other version.

        During an update a page of one node may ask another node for its files. Those are not kept.
        """
        kept = {**self._headers, "cache-control": OF_ONE_VERSION["cache-control"]}
        of_this_version = (Mount("/pages", Files(PAGES, kept)), *library_routes(OF_ONE_VERSION))
        newest = (Mount("/pages", Files(PAGES, self._headers)), *library_routes(NEWEST))
        return (
            Mount(f"/client/{self.version}", routes=of_this_version),
            Mount("/client/{another_version}", routes=newest),
            newest[0],
        )

    def page(self, name: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  # Starlette's type of an endpoint
        """An endpoint that answers with the page `name`, and these headers too."""
        text = self.text_of(name)
        sent = {**self._headers, **(headers or {})}

        async def answer(_request: Request) -> HTMLResponse:
            return HTMLResponse(text, headers=sent)

        return answer

    def text_of(self, name: str) -> str:
        """The page with the addresses of this version, and a link for each module it needs."""
        text = (PAGES / name).read_text()
        text = _script.sub(lambda found: _with_modules(found[0], found[1], found[2]), text)
        return _link.sub(rf'\1="\2client/{self.version}/\3"', text)


def _with_modules(tag: str, indent: str, source: str) -> str:
    """The tag of a script, and before it a link for each module that the script needs."""
    up = source[: source.index("pages/")]
    entry = PAGES / source.removeprefix(f"{up}pages/")
    needed = sorted(modules_of(entry) - {entry})
    names = (module.relative_to(BROWSER_FILES).as_posix() for module in needed)
    links = [f'{indent}<link rel="modulepreload" href="{up}{name}">' for name in names]
    return "\n".join([*links, tag])


def modules_of(entry: Path) -> set[Path]:
    """A module and all that it imports, directly or not. What it loads later is not among them."""
    found: set[Path] = set()
    to_read = [entry]
    while to_read:
        module = to_read.pop()
        if module not in found:
            found.add(module)
            imported = _imported.findall(module.read_text())
            to_read += [(module.parent / name).resolve() for name in imported]
    return found


def digest_of(*paths: Path) -> str:
    """A name for the present content of these files and directories."""
    digest = sha256()
    for file in _files(paths):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(each for each in path.rglob("*") if each.is_file()) or [path]
