"""What the demo's host page may ask for, and who may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.applications import Starlette

from fullhouse.domain.rooms import Role
from fullhouse.edge.problems import EXCEPTION_HANDLERS
from fullhouse.edge.tokens import TokenClaims, issue
from fullhouse.settings import Settings
from fullhouse_demo.host_routes import host_routes
from fullhouse_demo.node_job import NodeJob
from fullhouse_demo.platform import platform_of
from tests.fakes import FakeClock
from tests.servers import free_port
from tests.unit.client_demo.test_routes import DEMO, SECRET, ask

KEY = "a-key-of-the-platform"
HOLD = ("PATCH", "/demo/room", {"paused": True})
LOOK = ("GET", "/demo/backstage", None)
CRASH = ("POST", "/demo/backstage", {"act": "stop_node"})
START_OVER = ("POST", "/demo/backstage", {"act": "start_over"})


def app_of(clock: FakeClock, *, control_socket: Path | None = None) -> Starlette:
    """The routes of a node behind which nobody answers."""
    job = NodeJob(
        Settings(port=free_port(), api_keys=(KEY,)), DEMO, Path("node.log"), control_socket
    )
    routes = host_routes(job, secret=SECRET, clock=clock, platform=platform_of(job))
    return Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS)


def token(clock: FakeClock, *, role: Role = Role.HOST, room: str = DEMO.room) -> str:
    now_s = clock.now_ms() // 1000
    claims = TokenClaims(DEMO.account, room, "ann", role, expires_at_s=now_s + 60)
    return issue(SECRET, claims, now_s)


@pytest.mark.parametrize(
    "asked", [HOLD, LOOK, CRASH, START_OVER], ids=["hold", "look", "crash", "start over"]
)
async def test_only_a_host_of_this_room_is_let_through(
    clock: FakeClock, asked: tuple[str, str, object]
) -> None:
    app = app_of(clock)
    method, path, body = asked
    strangers = {
        "": 401,
        KEY: 401,  # no page has the platform key, and a route for pages does not take it
        token(clock, role=Role.ATTENDEE): 403,
        token(clock, role=Role.PRESENTER): 403,
        token(clock, room="another"): 403,
    }

    for credential, status in strangers.items():
        answer = await ask(app, method, path, body, token=credential)
        assert answer.status == status, credential


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/demo/room", {"paused": "yes"}),
        ("PATCH", "/demo/room", {"seats": 5}),
        ("POST", "/demo/backstage", {"act": "look"}),
        ("POST", "/demo/backstage", {"act": "burn_down"}),
    ],
)
async def test_what_is_not_offered_cannot_be_asked_for(
    clock: FakeClock, method: str, path: str, body: object
) -> None:
    answer = await ask(app_of(clock), method, path, body, token=token(clock))

    assert answer.status == 422


async def test_without_a_demo_behind_the_node_there_is_no_backstage(clock: FakeClock) -> None:
    answer = await ask(app_of(clock), *LOOK, token=token(clock))

    assert (answer.status, answer.body) == (204, b"")


async def test_a_backend_or_a_demo_that_does_not_answer_is_said(
    clock: FakeClock, tmp_path: Path
) -> None:
    app = app_of(clock, control_socket=tmp_path / "nobody")

    for asked in (HOLD, LOOK):
        answer = await ask(app, *asked, token=token(clock))
        assert answer.status == 503
        assert json.loads(answer.body)["code"] == "unavailable"
