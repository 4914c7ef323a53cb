"""What only the demo serves."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette

from fullhouse.domain.rooms import Role
from fullhouse.edge.http.invoice_page import STYLE_SOURCE
from fullhouse.edge.problems import EXCEPTION_HANDLERS
from fullhouse.edge.tokens import verify
from fullhouse_demo.browser_files import PAGES, digest_of
from fullhouse_demo.client_files import client_routes
from fullhouse_demo.routes import DemoRoom, demo_routes
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s" * 32
VERSION = version("fullhouse")
DEMO = DemoRoom(account="acme", room="launch", title="Spring launch, live")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    app: Starlette,
    method: str,
    path: str,
    sent: object = None,
    *,
    token: str = "",
    sent_headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request without a socket."""
    body = b"" if sent is None else json.dumps(sent).encode()
    requests = [{"type": "http.request", "body": body, "more_body": False}]
    messages: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if not requests:
            await asyncio.Event().wait()  # the asker stays on the line
        return requests.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/json"),
            (b"authorization", f"Bearer {token}".encode()),
            *((name.encode(), value.encode()) for name, value in (sent_headers or {}).items()),
        ],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return Answer(
        messages[0]["status"],
        headers,
        b"".join(message.get("body", b"") for message in messages[1:]),
    )


@pytest.fixture
def app(clock: FakeClock) -> Starlette:
    routes = demo_routes(DEMO, secret=SECRET, clock=clock)
    return Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)


@pytest.mark.parametrize("path", ["/", "/host", "/attend", "/account"])
async def test_each_page_comes_under_a_policy_that_runs_nothing_inline_or_foreign(
    app: Starlette, path: str
) -> None:
    answer = await ask(app, "GET", path)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    policy = dict(
        each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == ("'none'" if path == "/" else "'self'")
    assert policy.get("frame-src") == {"/": "'self'", "/attend": "https:"}.get(path)


async def test_the_page_of_an_invoice_lets_in_the_style_of_the_servers_invoices_alone(
    app: Starlette,
) -> None:
    invoice = await ask(app, "GET", "/account/invoice")
    account = await ask(app, "GET", "/account")

    framed = account.headers["content-security-policy"]
    strict = framed.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
    lets_in = strict.replace("style-src 'self'", f"style-src 'self' {STYLE_SOURCE}")
    assert invoice.headers["content-security-policy"] == lets_in
    assert lets_in != strict


async def test_every_file_of_the_pages_is_served_as_what_it_is(app: Starlette) -> None:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    files = [path for path in PAGES.rglob("*") if path.suffix in kinds]

    for file in files:
        answer = await ask(app, "GET", f"/pages/{file.relative_to(PAGES)}")
        assert answer.status == 200, file
        assert answer.headers["content-type"].startswith(kinds[file.suffix]), file
        assert "content-security-policy" in answer.headers
        assert answer.body == file.read_bytes()


async def test_a_page_comes_compressed_to_a_browser_that_can_read_it(app: Starlette) -> None:
    plain = await ask(app, "GET", "/attend")
    packed = await ask(app, "GET", "/attend", sent_headers={"accept-encoding": "gzip, br"})

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert packed.headers["content-security-policy"] == plain.headers["content-security-policy"]
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("page", ["/", "/host", "/attend", "/account", "/account/invoice"])
async def test_a_page_names_files_of_its_version_that_browsers_keep(
    app: Starlette, page: str
) -> None:
    html = (await ask(app, "GET", page)).body.decode()

    named = re.findall(r'(?:src|href)="((?:\.\./)*client/[^"]+)"', html)
    assert len(named) > 2
    for name in named:
        answer = await ask(app, "GET", f"/{name.removeprefix('../')}")
        assert (answer.status, name) == (200, name)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert not re.findall(r'(?:src|href)="(?:\.\./)*(?:pages|library)/', html)


async def test_a_page_of_another_version_gets_its_files_from_this_node_too(app: Starlette) -> None:
    for name in ("pages/host.js", "library/dom.js", "fullhouse.js"):
        answer = await ask(app, "GET", f"/client/0123456789ab/{name}")

        assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")


async def test_texts_are_compressed_for_browsers_that_can_read_them(app: Starlette) -> None:
    plain = await ask(app, "GET", "/pages/host.css")
    packed = await ask(app, "GET", "/pages/host.css", sent_headers={"accept-encoding": "br, gzip"})

    assert gzip.decompress(packed.body) == plain.body == (PAGES / "host.css").read_bytes()
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "content-encoding" not in plain.headers
    for etag in (plain.headers["etag"], packed.headers["etag"]):
        again = await ask(app, "GET", "/pages/host.css", sent_headers={"if-none-match": etag})
        assert (again.status, again.body) == (304, b"")


async def test_another_file_has_another_version(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = digest_of(tmp_path)
    (tmp_path / "a.js").write_text("2")

    assert digest_of(tmp_path) != first


async def test_nothing_outside_the_pages_is_served(app: Starlette) -> None:
    for path in ("/pages/../routes.py", "/pages/nothing.js", "/routes.py"):
        assert (await ask(app, "GET", path)).status == 404


@pytest.mark.parametrize("role", list(Role))
async def test_whoever_asks_gets_a_token_of_the_role_for_the_room_of_the_demo(
    app: Starlette, clock: FakeClock, role: Role
) -> None:
    answer = await ask(app, "POST", "/demo/token", {"role": role, "participant": "ada"})

    said = json.loads(answer.body)
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    claims = verify(SECRET, said["token"], now)
    assert answer.headers["cache-control"] == "no-store"
    assert (said["account"], said["room"], said["title"]) == ("acme", "launch", DEMO.title)
    assert (claims.account, claims.room, claims.participant, claims.role) == (
        "acme",
        "launch",
        "ada",
        role,
    )
    assert claims.expires_at_s == clock.now_ms() // 1000 + 3600


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"role": "attendee"}, "participant"),
        ({"role": "king", "participant": "ada"}, "role"),
        ({"role": "host", "participant": "a/b"}, "participant"),
        ({"role": "host", "participant": "ada", "buy": True}, "buy"),
    ],
)
async def test_a_wrong_request_for_a_token_is_refused_by_the_field(
    app: Starlette, sent: object, field: str
) -> None:
    answer = await ask(app, "POST", "/demo/token", sent)

    assert answer.status == 422
    assert json.loads(answer.body)["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [
        ("/fullhouse.js", "no-cache"),
        ("/library/waitingroom.js", "no-cache"),
        (f"/fullhouse/{VERSION}/fullhouse.js", "public, max-age=31536000, immutable"),
        (f"/fullhouse/{VERSION}/library/waitingroom.js", "public, max-age=31536000, immutable"),
    ],
)
async def test_pages_of_every_origin_may_load_the_client(path: str, cache_control: str) -> None:
    """What `fullhouse serve` has beside its calls."""
    app = Starlette(routes=client_routes())

    answer = await ask(app, "GET", path)

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == cache_control
