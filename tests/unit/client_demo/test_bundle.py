"""The bundles: what pages and platforms load of them, and when a server uses them."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import zipfile
from io import StringIO
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
from rich.console import Console
from starlette.applications import Starlette

from fullhouse.edge.problems import EXCEPTION_HANDLERS
from fullhouse_demo import client_files, demo, page_files
from fullhouse_demo.browser_files import BROWSER_FILES, BUNDLE, PAGES, digest_of, present_bundle
from fullhouse_demo.demo import _tell_of_bundle
from fullhouse_demo.routes import demo_routes
from tests.compose import ROOT
from tests.fakes import FakeClock
from tests.unit.client_demo.test_routes import DEMO, SECRET, VERSION, ask

if TYPE_CHECKING:
    from pathlib import Path

PATHS = {"/": "index", "/host": "host", "/attend": "attendee", "/account": "account"}
_SCRIPT = re.compile(r'<script type="module"[^>]* src="([^"]+)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_PRELOADED = re.compile(r'<link rel="modulepreload" href="([^"]+)">')
_IMPORTED = re.compile(r'^(?:im|ex)port .*"(\..+)";$', re.MULTILINE)
_KEPT = "public, max-age=31536000, immutable"


def demo_app(clock: FakeClock) -> Starlette:
    routes = demo_routes(DEMO, secret=SECRET, clock=clock)
    return Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)


@pytest.fixture
def bundled(bundle: Path, clock: FakeClock) -> Starlette:
    assert bundle == BUNDLE
    return demo_app(clock)


@pytest.fixture
def unbundled(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> Starlette:
    """What a node shows that was started without bundles, or with those of other files."""
    for module in (page_files, client_files):
        monkeypatch.setattr(module, "present_bundle", lambda: None)
    return demo_app(clock)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_is_one_style_sheet_and_one_script(bundled: Starlette, path: str) -> None:
    html = (await ask(bundled, "GET", path)).body.decode()

    names = [name for name in _SCRIPT.findall(html) if not name.endswith("/early.js")]
    named = [*names, *_STYLE.findall(html)]
    assert [name.split("/", 2)[2] for name in named] == [
        f"bundle/{PATHS[path]}.js",
        f"bundle/{PATHS[path]}.css",
    ]
    for name in named:
        answer = await ask(bundled, "GET", f"/{name}")
        assert (answer.status, answer.headers["cache-control"]) == (200, _KEPT)
        assert "content-security-policy" in answer.headers


async def test_a_bundle_comes_as_small_as_the_browser_can_read_it(bundled: Starlette) -> None:
    html = (await ask(bundled, "GET", "/attend")).body.decode()
    address = f"/{_SCRIPT.findall(html)[-1]}"
    plain = await ask(bundled, "GET", address)

    for accepted, coding, unpacked in (
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, br;q=0.5", "br", brotli.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("gzip", "gzip", gzip.decompress),
    ):
        packed = await ask(bundled, "GET", address, sent_headers={"accept-encoding": accepted})
        assert packed.headers["content-encoding"] == coding, accepted
        assert unpacked(packed.body) == plain.body
        assert packed.headers["content-type"].startswith("text/javascript")
        assert packed.headers["vary"] == "accept-encoding"
        assert len(packed.body) < len(plain.body) / 2
    assert "content-encoding" not in plain.headers


async def test_a_page_of_another_version_gets_a_bundle_that_is_not_kept(
    bundled: Starlette,
) -> None:
    answer = await ask(bundled, "GET", "/client/0123456789ab/bundle/attendee.js")

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")
    again = await ask(
        bundled,
        "GET",
        "/client/0123456789ab/bundle/attendee.js",
        sent_headers={"if-none-match": answer.headers["etag"]},
    )
    assert (again.status, again.body) == (304, b"")


async def test_what_a_platform_replaces_stays_a_file_that_the_page_lists(
    bundled: Starlette,
) -> None:
    for path in PATHS:
        html = (await ask(bundled, "GET", path)).body.decode()
        listed = [name.split("/", 2)[2] for name in _PRELOADED.findall(html)]
        assert listed == (["pages/payer.js"] if path in ("/host", "/account") else []), path

    for page in ("host", "account"):
        assert '"../pages/payer.js"' in (BUNDLE / f"{page}.js").read_text()
    served = await ask(bundled, "GET", "/client/0123456789ab/pages/payer.js")
    assert served.body == (PAGES / "payer.js").read_bytes()


@pytest.mark.parametrize("path", ["/fullhouse.js", f"/fullhouse/{VERSION}/fullhouse.js"])
async def test_the_library_is_one_file_with_the_exports_of_the_modules(
    bundled: Starlette, path: str
) -> None:
    answer = await ask(bundled, "GET", path)

    source = (BROWSER_FILES / "library" / "index.js").read_text()
    names = re.findall(r"^export \{([^}]+)\}", source, re.MULTILINE)
    wanted = {name.strip() for each in names for name in each.split(",")}
    exports = re.findall(r"export\{([^}]+)\}", answer.body.decode())
    given = {each.split(" as ")[-1] for found in exports for each in found.split(",")}
    assert given == wanted
    assert not re.findall(r'from\s*"', answer.body.decode())
    assert answer.headers["access-control-allow-origin"] == "*"
    module = await ask(bundled, "GET", path.replace("fullhouse.js", "library/place.js"))
    assert module.body == (BROWSER_FILES / "library" / "place.js").read_bytes()


async def test_without_bundles_a_page_lists_each_module_that_it_needs(
    unbundled: Starlette,
) -> None:
    for path, page in PATHS.items():
        html = (await ask(unbundled, "GET", path)).body.decode()

        scripts = [*_SCRIPT.findall(html), *_PRELOADED.findall(html)]
        listed = {(BROWSER_FILES / name.split("/", 2)[2]).resolve() for name in scripts}
        assert (PAGES / f"{page}.js").resolve() in listed
        for module in listed:
            for name in _IMPORTED.findall(module.read_text()):
                assert (module.parent / name).resolve() in listed, f"{module} needs {name}"
    library = await ask(unbundled, "GET", "/fullhouse.js")
    assert library.body == (BROWSER_FILES / "fullhouse.js").read_bytes()


def test_a_bundle_of_other_files_is_not_used(tmp_path: Path) -> None:
    source, made = tmp_path / "a.js", tmp_path / "bundle"
    source.write_text("1")
    made.mkdir()
    assert present_bundle(made, [source]) is None

    (made / "made-from.json").write_text(json.dumps(digest_of(source)))
    assert present_bundle(made, [source]) == made

    source.write_text("2")
    assert present_bundle(made, [source]) is None


def test_the_demo_says_when_there_is_no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=StringIO(), width=200)
    for bundle in (BUNDLE, None):
        monkeypatch.setattr(demo, "present_bundle", lambda bundle=bundle: bundle)
        with console.capture() as said:
            _tell_of_bundle(console)
        assert ("make run" in said.get()) is (bundle is None)


def test_a_wheel_has_the_bundles_of_its_own_files(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)

    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path)
    demo = tmp_path / "fullhouse_demo"
    sources = [demo / "pages", demo / "library", demo / "fullhouse.js"]
    bundle = present_bundle(demo / "bundle", sources)
    assert bundle == demo / "bundle"
    for page in PATHS.values():
        assert (bundle / f"{page}.js.br").exists()
        assert (bundle / f"{page}.css.br").exists()
    assert not (demo / "make_bundle.py").exists()
