"""A private directory for the sockets and metrics of the workers of one `serve`."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fullhouse.setting_row import SettingsError
from fullhouse.store.data_dir import MAX_SOCKET_PATH_BYTES

_PREFIX = "fullhouse-workers-"
_LONGEST_NAME = "worker-64.sock"


@contextmanager
def run_directory() -> Iterator[Path]:
    """Create the directory, and remove it when the block ends.

    Directories of servers that were killed are removed as well.

    Raises:
        SettingsError: there is no place for it.
    """
    try:
        _remove_abandoned()
        directory, lock = _new_directory()
    except OSError as error:
        raise _no_place(error.strerror or str(error)) from error
    try:
        if len(os.fsencode(directory / _LONGEST_NAME)) > MAX_SOCKET_PATH_BYTES:
            raise _no_place(f"{directory} is too long for the path of a socket")
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        os.close(lock)


def _new_directory() -> tuple[Path, int]:
    """A new directory, locked. Another server may take it for abandoned before it is locked."""
    while True:
        directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):
            lock = _locked(directory)
            if lock is not None and directory.exists():
                return directory, lock
            if lock is not None:
                os.close(lock)


def _no_place(reason: str) -> SettingsError:
    return SettingsError(
        "workers",
        f"more than 1 needs a directory for temporary files ({reason}); name one with TMPDIR",
    )


def _remove_abandoned() -> None:
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # of another user, or removed meanwhile
            if directory.lstat().st_uid == os.getuid() and (lock := _locked(directory)):
                shutil.rmtree(directory, ignore_errors=True)
                os.close(lock)


def _locked(directory: Path) -> int | None:
    """Lock the directory for this process and its children. None: others have locked it."""
    lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
