"""The pages of the demo, and their files at addresses that name the version of all files.

A page is asked for at each load, so it is never older than the node that answers. It names its
files below `client/<version>/`, and the browser keeps these for good: a reload asks only for the
page. With bundles a page needs one script and one style sheet. Without them it lists all modules
that it needs (`modulepreload`). Otherwise the browser would learn of each module only from the
module that imports it, one round trip after another.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Mount

from fullhouse_demo.browser_files import (
    BROWSER_FILES,
    PAGES,
    SOURCES,
    digest_of,
    present_bundle,
)
from fullhouse_demo.client_files import (
    NEWEST,
    OF_ONE_VERSION,
    Files,
    codings,
    library_routes,
)

if TYPE_CHECKING:
    from starlette.requests import Request

_imported = re.compile(
    r'^(?:import(?:\s[^;"]*?\sfrom)?|export\s[*{][^;"]*?\sfrom)\s"(\.[^"]+)"', re.MULTILINE
)
_left_apart = re.compile(r'from"\.\./(pages/[^"]+)"')
_link = re.compile(r'\b(src|href)="((?:\.\./)*)((?:pages/|library/|bundle/|fullhouse\.js)[^"]*)"')
_script = re.compile(
    r'^(?P<indent> *)<script type="module"[^>]*'
    r' src="(?P<up>(?:\.\./)*)pages/(?P<name>[^"]+)"></script>$',
    re.MULTILINE,
)
_styles = re.compile(
    r'(?:^( *)<link rel="stylesheet" href="((?:\.\./)*)pages/[^"]+">\n)+', re.MULTILINE
)


class PageFiles:
    """The pages as they are when this is made: a server shows changed files after a restart.

    Attributes:
        version: Changes whenever a file of the pages or of the library changes.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._bundle = present_bundle()
        self.version = digest_of(*SOURCES, *([self._bundle] if self._bundle else []))

    def routes(self) -> Sequence[BaseRoute]:
        """The files of this version, and the same files at the addresses of any other version.

        During an update a page of one node may ask another node for its files. Those are not kept.
        """
        kept = {**self._headers, "cache-control": OF_ONE_VERSION["cache-control"]}
        of_this_version = (*self._own(kept), *library_routes(OF_ONE_VERSION))
        newest = (*self._own(self._headers), *library_routes(NEWEST))
        return (
            Mount(f"/client/{self.version}", routes=of_this_version),
            Mount("/client/{another_version}", routes=newest),
            newest[0],
        )

    def _own(self, headers: Mapping[str, str]) -> Sequence[BaseRoute]:
        pages = Mount("/pages", Files(PAGES, headers))
        return (
            (pages, Mount("/bundle", Files(self._bundle, headers))) if self._bundle else (pages,)
        )

    def page(self, name: str, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401  # Starlette's type of an endpoint
        """An endpoint that answers with the page `name`, and these headers too."""
        plain = self.text_of(name).encode()
        packed = gzip.compress(plain, mtime=0)
        sent = {**self._headers, **(headers or {}), "vary": "accept-encoding"}

        async def answer(request: Request) -> HTMLResponse:
            if "gzip" in codings(request.headers.get("accept-encoding", "")):
                return HTMLResponse(packed, headers=sent | {"content-encoding": "gzip"})
            return HTMLResponse(plain, headers=sent)

        return answer

    def text_of(self, name: str) -> str:
        """The page with the addresses of this version, and a link for each module it needs."""
        text = (PAGES / name).read_text()
        text = _with_modules(text) if self._bundle is None else _bundled(text, name, self._bundle)
        return _link.sub(rf'\1="\2client/{self.version}/\3"', text)


def _bundled(text: str, page: str, bundle: Path) -> str:
    """The page with one style sheet and one script, and a link for each module left apart."""
    style = rf'\1<link rel="stylesheet" href="\2bundle/{Path(page).stem}.css">\n'

    def script(tag: re.Match[str]) -> str:
        return _script_tag(
            tag, "bundle", set(_left_apart.findall((bundle / tag["name"]).read_text()))
        )

    return _script.sub(script, _styles.sub(style, text))


def _with_modules(text: str) -> str:
    """The page with a link for each module that its script needs."""

    def script(tag: re.Match[str]) -> str:
        entry = PAGES / tag["name"]
        needed = modules_of(entry) - {entry}
        return _script_tag(
            tag, "pages", {path.relative_to(BROWSER_FILES).as_posix() for path in needed}
        )

    return _script.sub(script, text)


def _script_tag(tag: re.Match[str], folder: str, needed: Collection[str]) -> str:
    """The tag with its script in that folder, and before it a link for each module it needs."""
    indent, up = tag["indent"], tag["up"]
    links = [f'{indent}<link rel="modulepreload" href="{up}{name}">' for name in sorted(needed)]
    return "\n".join([*links, tag[0].replace(f'"{up}pages/', f'"{up}{folder}/')])


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
