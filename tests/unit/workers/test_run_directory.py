"""The directory of the workers, and what is left of others."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from fullhouse.setting_row import SettingsError
from fullhouse.workers.run_directory import run_directory

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_is_private_and_removed(tmp_path: Path) -> None:
    with run_directory() as directory:
        assert directory.stat().st_mode & 0o777 == 0o700

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_server_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "fullhouse-workers-left"
    left.mkdir()
    (left / "counter_1.db").touch()

    with run_directory() as used, run_directory() as other:
        assert sorted(tmp_path.iterdir()) == sorted([used, other])


def test_servers_that_start_at_once_leave_each_other_alone() -> None:
    """A directory is not locked yet at the moment at which it is made."""

    def start(_: int) -> bool:
        with run_directory() as directory:
            return (directory / "x").write_text("x") == 1

    with ThreadPoolExecutor(8) as servers:
        assert all(servers.map(start, range(400)))


def test_a_path_too_long_for_a_socket_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("d" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WORKERS: .*TMPDIR$"), run_directory():
        pass

    assert list(long.iterdir()) == []


def test_no_place_for_it_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    with pytest.raises(SettingsError, match="No such file or directory"), run_directory():
        pass
