from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from fullhouse.store.data_dir import (
    MAX_SOCKET_PATH_BYTES,
    DataDirInUse,
    DataDirNotUsable,
    socket_path,
    taken,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """Too deep for a socket."""
    directory = tmp_path / ("d" * MAX_SOCKET_PATH_BYTES)
    directory.mkdir()
    return directory


def test_a_directory_is_free_again_when_its_server_is_done(tmp_path: Path) -> None:
    with taken(tmp_path / "data"):
        pass

    with taken(tmp_path / "data") as directory:
        assert directory.is_absolute()


def test_a_refused_server_does_not_free_the_directory(tmp_path: Path) -> None:
    with taken(tmp_path):
        for _ in range(2):
            with pytest.raises(DataDirInUse), taken(tmp_path):
                pass


def test_a_full_disk_is_named_before_the_store_ends_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(DataDirNotUsable, match="No space left on device"), taken(tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_child_does_not_inherit_the_directory(tmp_path: Path) -> None:
    """Else a child that outlives its server would keep the next server out."""
    with taken(tmp_path):
        fds = [int(fd) for fd in os.listdir("/proc/self/fd")]  # noqa: PTH208  # plain names wanted
        held = [fd for fd in fds if target_of(fd) == str(tmp_path / "lock")]

        assert held
        assert not any(map(os.get_inheritable, held))


def target_of(fd: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115  # plain names wanted
    except OSError:
        return ""


def test_a_socket_lies_in_the_directory_where_it_fits(tmp_path: Path) -> None:
    room = MAX_SOCKET_PATH_BYTES - len(os.fsencode(tmp_path)) - len("//store.sock")
    longest, too_long = tmp_path / ("d" * room), tmp_path / ("d" * (room + 1))
    longest.mkdir()
    too_long.mkdir()

    with socket_path(longest) as inside, socket_path(too_long) as outside:
        assert inside.parent == longest
        assert len(os.fsencode(inside)) == MAX_SOCKET_PATH_BYTES
        assert outside.parent != too_long


def test_the_place_of_a_crashed_server_is_found_again(deep: Path) -> None:
    """What it left there may still be listening."""
    with socket_path(deep) as crashed:
        crashed.touch()
    assert crashed.exists()

    with socket_path(deep) as again:
        assert again == crashed
        again.unlink()


def test_a_place_that_others_may_enter_is_not_used_again(deep: Path) -> None:
    with socket_path(deep) as crashed:
        crashed.touch()
    crashed.parent.chmod(0o755)

    with socket_path(deep) as again:
        assert again.parent != crashed.parent

    crashed.unlink()
    crashed.parent.rmdir()


def test_a_place_that_was_cleared_away_is_made_anew(deep: Path) -> None:
    with socket_path(deep) as crashed:
        crashed.touch()
    crashed.unlink()
    crashed.parent.rmdir()

    with socket_path(deep) as again:
        assert again.parent.is_dir()
