"""Several workers at one address: one room, one set of metrics, one end."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.clients import room_token
from tests.days import business_day
from tests.node_process import NodeCommand, NodeProcess
from tests.nodes import KEY, SECRET, START_S, STOP_S, Platform, running_nodes
from tests.servers import short_directory
from tests.signing_keys import public
from tests.waiting import wait_until
from tests.workers import Workers, get, is_running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.clients import WsClient

pytestmark = [pytest.mark.faults]

ONE, OTHER = 1, 2
BACK_S = 15
GONE_S = 15  # the lease and a sweep, on a machine that others use too

SILENT = "workers: this worker did not answer within 1 s (worker 2)"

_accounts = count(1)


@contextmanager
def two_workers(directory: Path) -> Iterator[Workers]:
    """A `serve` with two workers on its embedded store.

    Its file of keys is not usable any more when they have started.
    """
    jwks = directory / "jwks.json"
    no_key = {"kid": "old", "kty": "oct"}
    jwks.write_text(json.dumps({"keys": [no_key, public("EdDSA")]}))
    with running_nodes("embedded", 1, workers=2, data_dir=directory / "data", token_jwks=jwks) as (
        node,
    ):
        workers = Workers(node)
        until_all_serve(workers)
        jwks.unlink()
        yield workers


def until_all_serve(workers: Workers) -> None:
    """The first worker is ready before the others have been started."""
    deadline_s = time.monotonic() + START_S
    while '"event": "workers.started"' not in workers.node.log.read_text():
        assert time.monotonic() < deadline_s, workers.node.log.read_text()
        time.sleep(0.02)


@pytest.fixture(scope="module")
def shared() -> Iterator[Workers]:
    with short_directory() as directory, two_workers(directory) as workers:
        yield workers


class Room:
    """A room of an account that no other test uses."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.account = f"acme-{next(_accounts)}"
        self.platform = Platform(workers.node)
        self.path = f"/v1/accounts/{self.account}/rooms/hall"

    async def open(self, seats: int) -> Room:
        body = business_day().account("live-25")
        await self.platform.must("PUT", f"/v1/accounts/{self.account}", body)
        await self.platform.must("PUT", self.path, {"title": "Hall"})
        await self.platform.must("PATCH", self.path, {"seats": seats})
        return self

    async def enter(self, number: int, name: str, role: str = "attendee") -> WsClient:
        return await self.workers.enter(number, room_token(self.account, name, role))

    async def holders(self) -> set[str]:
        audit = await self.platform.must("GET", f"{self.path}/audit")
        assert audit["drift"] == []
        return {holder["participant"] for holder in audit["holders"]}


async def test_two_workers_have_one_room_with_one_capacity(shared: Workers) -> None:
    room = await Room(shared).open(seats=1)

    ada = await room.enter(ONE, "ada")
    await ada.expect("seated")
    bob = await room.enter(OTHER, "bob")
    await bob.expect("waiting", ahead=0, called=False)
    await room.platform.must("PATCH", room.path, {"seats": 2})
    await bob.expect("refresh_required", reason="capacity_changed")

    for client in (ada, bob):
        client.check()
        await client.close()


async def test_any_worker_answers_with_the_metrics_of_all(shared: Workers) -> None:
    room = await Room(shared).open(seats=9)
    before = shared.node.figure('fullhouse_admissions_total{outcome="seated"}')
    clients = [await room.enter(ONE, "ada")]
    clients += [await room.enter(OTHER, name) for name in ("bob", "cleo")]
    for client in clients:
        await client.expect("seated")

    await wait_until(lambda: shared.node.figure('fullhouse_connections{role="attendee"}') == 3)
    figures = {  # each on a connection of its own, so from either worker
        (
            shared.node.figure('fullhouse_admissions_total{outcome="seated"}') - before,
            shared.node.figure('fullhouse_connections{role="attendee"}'),
            shared.node.figure('fullhouse_people{place="seated"}'),
            shared.node.figure("fullhouse_rooms"),  # on each of the workers
            shared.node.figure("fullhouse_workers"),
        )
        for _ in range(12)
    }

    assert figures == {(3, 3, 3, 2, 2)}
    await wait_until(lambda: shared.node.figure("fullhouse_event_lag_seconds_count") > 0)
    assert shared.node.figure('fullhouse_round_delay_seconds_count{loop="sweeps"}') > 0
    for number in (ONE, OTHER):
        label = f'{{worker="{number}"}}'
        assert shared.node.figure(f"fullhouse_process_resident_memory_bytes{label}") > 1e6
    for client in clients:
        await client.close()


async def test_the_seats_of_a_killed_worker_are_free_and_its_people_come_back(
    shared: Workers,
) -> None:
    """As if a node had died; and the worker is back, with everything that it had counted."""
    room = await Room(shared).open(seats=3)
    ada, bob = await room.enter(ONE, "ada"), await room.enter(OTHER, "bob")
    cleo = await room.enter(OTHER, "cleo")
    for client in (ada, bob, cleo):
        await client.expect("seated")
    admitted = shared.node.figure('fullhouse_admissions_total{outcome="seated"}')
    restarts = shared.node.figure("fullhouse_worker_restarts_total")
    dead = shared.pid(OTHER)

    os.kill(dead, signal.SIGKILL)
    await wait_until(lambda: bob.is_closed and cleo.is_closed)
    bob_again = await room.enter(ONE, "bob")

    await bob_again.expect("seated")
    await wait_until(lambda: shared.pid(OTHER) not in (0, dead), BACK_S)
    await wait_until(lambda: is_without(room, "cleo"), GONE_S)
    dora = await room.enter(OTHER, "dora")
    await dora.expect("seated")
    assert await room.holders() == {"ada", "bob", "dora"}
    assert not ada.is_closed
    assert shared.node.figure('fullhouse_admissions_total{outcome="seated"}') == admitted + 2
    await wait_until(lambda: shared.node.figure('fullhouse_connections{role="attendee"}') == 3)
    assert shared.node.figure("fullhouse_worker_restarts_total") == restarts + 1
    for client in (ada, bob_again, dora):
        client.check()
        await client.close()


async def is_without(room: Room, name: str) -> bool:
    return name not in await room.holders()


async def test_a_worker_says_that_another_does_not_answer(shared: Workers) -> None:
    """A balancer sees one address: the answer must not depend on the worker that it meets."""
    await wait_until(shared.node.is_ready, BACK_S)
    connection, frozen = shared.call(ONE), shared.pid(OTHER)

    os.kill(frozen, signal.SIGSTOP)
    try:
        reasons = []
        while SILENT not in reasons:  # each answer of the other is kept for a moment
            reasons = get(connection, "/health/ready")["reasons"]
    finally:
        os.kill(frozen, signal.SIGCONT)

    connection.close()
    await wait_until(shared.node.is_ready, BACK_S)


async def test_one_signal_drains_all_workers_at_once(tmp_path: Path) -> None:
    with two_workers(tmp_path) as workers:
        room = await Room(workers).open(seats=2)
        clients = [await room.enter(number, f"p{number}") for number in (ONE, OTHER)]
        children = workers.children()

        workers.node.terminate()

        for client in clients:
            await client.expect("retry")
            await client.expect_close(4101)
        assert workers.node.ended() == 0
        assert not any(map(is_running, children))
        keys_are_gone = '"event": "token_keys.kept"'  # see `two_workers`
        assert [line for line in workers.node.complaints() if keys_are_gone not in line] == []
        assert workers.node.log.read_text().count('"event": "store.starting"') == 1


async def test_workers_and_store_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with two_workers(tmp_path) as workers:
        room = await Room(workers).open(seats=2)
        client = await room.enter(ONE, "ada")
        await client.expect("seated")
        children = workers.children()

        workers.node.kill()

        await client.expect("retry")
        await client.expect_close(4101)
        await wait_until(lambda: not any(map(is_running, children)), BACK_S)


async def test_a_wrong_catalogue_is_said_in_one_line(tmp_path: Path, redis_url: str) -> None:
    plans = tmp_path / "plans.toml"
    plans.write_text('currency = "EUR"\n')
    log = tmp_path / "log"
    log.touch()
    environment = {
        "FULLHOUSE_API_KEYS": KEY,
        "FULLHOUSE_TOKEN_SECRET": SECRET,
        "FULLHOUSE_REDIS_URL": redis_url,
    }
    arguments = ("serve", "--port", "0", "--workers", "3", "--plans", str(plans))

    code = NodeProcess(NodeCommand(arguments, environment, log, None)).wait(STOP_S)

    assert code == 1
    errors = [line for line in log.read_text().splitlines() if not line.startswith("{")]
    assert errors == [
        "Error: FULLHOUSE_PLANS: the catalogue: Object missing required field `plan`"
    ]


async def test_warnings_about_the_start_are_logged_once(shared: Workers) -> None:
    """Also when workers were started again."""
    lines = [
        json.loads(line) for line in shared.node.log.read_text().splitlines() if line[0] == "{"
    ]

    (warning,) = [line for line in lines if line["event"] == "token_key.skipped"]
    assert warning["worker"] == 1
    assert {line.get("worker") for line in lines} == {None, ONE, OTHER}
