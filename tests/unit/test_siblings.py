"""What several workers say of their readiness with one voice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fullhouse.edge.http.services import Readiness
from fullhouse.siblings import Siblings, combined

if TYPE_CHECKING:
    from pathlib import Path

READY = Readiness()
LATE = Readiness(reasons=("sweeps: 5 s late",))
EVICTS = Readiness(warnings=("store: it evicts",))


def nothing() -> None:
    """There are no gauges."""


def test_all_are_ready_only_combined() -> None:
    assert combined({1: READY, 2: READY}).is_ready
    assert not combined({1: READY, 2: LATE}).is_ready
    assert not combined({1: LATE, 2: READY}).is_ready


def test_a_text_names_its_worker_unless_it_is_true_of_all() -> None:
    one = Readiness(("store: away", "sweeps: 5 s late"), ("store: it evicts",))
    other = Readiness(("store: away",), ("store: it evicts",))

    assert combined({1: other, 2: one}) == Readiness(
        ("store: away", "sweeps: 5 s late (worker 2)"), ("store: it evicts",)
    )
    assert combined({1: EVICTS, 2: READY}).warnings == ("store: it evicts (worker 1)",)


async def test_each_is_told_what_the_others_are(tmp_path: Path) -> None:
    one, two = Siblings(tmp_path, 1, 3), Siblings(tmp_path, 2, 3)

    async def late() -> Readiness:
        return LATE

    async with two.answering(late, nothing):
        told = await one.readiness(READY)

    assert told.reasons == ("sweeps: 5 s late (worker 2)",)
    assert told.warnings == ("workers: this worker is being started (worker 3)",)


async def test_a_worker_that_died_in_its_answer_is_being_started(tmp_path: Path) -> None:
    async def die(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'{"reas')
        writer.close()

    async with await asyncio.start_unix_server(die, tmp_path / "worker-2.sock"):
        told = await Siblings(tmp_path, 1, 2).readiness(READY)

    assert told.is_ready
    assert told.warnings == ("workers: this worker is being started (worker 2)",)


async def test_the_socket_of_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """Its file is still there."""
    (tmp_path / "worker-2.sock").touch()

    async def ready() -> Readiness:
        return READY

    async with Siblings(tmp_path, 2, 2).answering(ready, nothing):
        assert await Siblings(tmp_path, 1, 2).readiness(READY) == READY


async def test_health_checks_that_come_often_ask_seldom(tmp_path: Path) -> None:
    asked = 0

    async def count() -> Readiness:
        nonlocal asked
        asked += 1
        return READY

    one = Siblings(tmp_path, 1, 2)
    async with Siblings(tmp_path, 2, 2).answering(count, nothing):
        for _ in range(20):
            await one.readiness(READY)

    assert asked < 20


async def test_all_others_update_their_gauges_before_they_are_read(tmp_path: Path) -> None:
    updated: list[int] = []

    async def ready() -> Readiness:
        return READY

    async with (
        Siblings(tmp_path, 2, 4).answering(ready, lambda: updated.append(2)),
        Siblings(tmp_path, 3, 4).answering(ready, lambda: updated.append(3)),
    ):
        await Siblings(tmp_path, 1, 4).update_gauges()  # worker 4 is not there

    assert sorted(updated) == [2, 3]
