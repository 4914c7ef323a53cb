"""The directory of the workers, and what is left of others."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from fullhouse.setting_row import SettingsError
from fullhouse.workers.run_directory import run_directory
from tests.servers import short_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Not tmp_path, which may be too long for a socket."""
    with short_directory() as directory:
        monkeypatch.setattr(tempfile, "tempdir", str(directory))
        yield directory


def test_it_is_private_and_removed(temporary: Path) -> None:
    with run_directory() as directory:
        assert directory.stat().st_mode & 0o777 == 0o700

    assert list(temporary.iterdir()) == []


def test_what_a_killed_server_left_is_removed(temporary: Path) -> None:
    left = temporary / "fullhouse-workers-left"
    left.mkdir()
    (left / "counter_1.db").touch()

    with run_directory() as used, run_directory() as other:
        assert sorted(temporary.iterdir()) == sorted([used, other])


def test_servers_that_start_at_once_leave_each_other_alone() -> None:
    """A directory is not locked yet at the moment at which it is made."""

    def start(_: int) -> bool:
        with run_directory() as directory:
            return (directory / "x").write_text("x") == 1

    with ThreadPoolExecutor(8) as servers:
        assert all(servers.map(start, range(400)))


def test_a_path_too_long_for_a_socket_is_refused(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = temporary / ("d" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WORKERS: .*TMPDIR$"), run_directory():
        pass

    assert list(long.iterdir()) == []


def test_no_place_for_it_is_said_in_one_line(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))

    with pytest.raises(SettingsError, match="No such file or directory"), run_directory():
        pass
