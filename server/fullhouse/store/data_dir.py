"""The data directory of the embedded store: locked by one server, with a place for the socket."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fullhouse.store.connect import StoreNotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SOCKET_PATH_BYTES = 107  # sun_path holds 108 with the closing zero. Source: unix(7)

_TRIAL_BYTES = 64 * 1024  # more than the store needs to create its file
_SOCKET = "store.sock"
_SOCKET_LINK = "socket-dir"


class DataDirInUse(StoreNotUsable):
    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"Data directory {data_dir} is in use by another server.")


class DataDirNotUsable(StoreNotUsable):
    def __init__(self, data_dir: Path, reason: str) -> None:
        super().__init__(f"Data directory {data_dir} cannot be used: {reason}.")


@contextmanager
def taken(data_dir: Path) -> Iterator[Path]:
    """Create the directory and lock it for this process. Yields its absolute path.

    The lock ends with the process in every case. Child processes do not inherit it.

    Raises:
        DataDirInUse: Another server has locked the directory.
        DataDirNotUsable: The directory cannot be created or written to.
    """
    data_dir = data_dir.absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _try_to_write(data_dir)
        lock = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataDirNotUsable(data_dir, error.strerror or str(error)) from error
    try:
        _flock(lock, data_dir)
        yield data_dir
    finally:
        os.close(lock)


def _try_to_write(data_dir: Path) -> None:
    """Write a trial file, because the store ends without a message if the disk is full.

    Raises:
        OSError: the directory cannot be written to.
    """
    with tempfile.TemporaryFile(dir=data_dir) as trial:
        trial.write(bytes(_TRIAL_BYTES))
        trial.flush()
        os.fsync(trial.fileno())


def _flock(lock: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataDirInUse(data_dir) from error


@contextmanager
def socket_path(data_dir: Path) -> Iterator[Path]:
    """Yields the path of the store's socket in the directory.

    If that path is too long, the socket is in a private temporary directory. The path is the same
    after a crash, so that a store that outlived its server is found.
    """
    direct = data_dir / _SOCKET
    if len(os.fsencode(direct)) <= MAX_SOCKET_PATH_BYTES:
        yield direct
        return
    link = data_dir / _SOCKET_LINK
    private = _linked(link) or _new_private(link)
    try:
        yield private / _SOCKET
    finally:
        with suppress(OSError):  # if it is not empty, the next start finds it by the link
            private.rmdir()
            link.unlink()


def running_socket(data_dir: Path) -> Path:
    """The path of the socket of a store that runs in the directory, for another process."""
    direct = data_dir.absolute() / _SOCKET
    if len(os.fsencode(direct)) <= MAX_SOCKET_PATH_BYTES:
        return direct
    return (_linked(data_dir.absolute() / _SOCKET_LINK) or data_dir) / _SOCKET


def _linked(link: Path) -> Path | None:
    """The private directory of an earlier run, if it still exists and belongs to this user."""
    try:
        target = link.readlink()
        found = target.lstat()
    except OSError:
        return None
    # Other users may write to the temporary directory. Their directories, and links, are refused.
    is_ours = found.st_uid == os.getuid() and found.st_mode == _PRIVATE_DIRECTORY
    return target if is_ours else None


_PRIVATE_DIRECTORY = 0o040700


def _new_private(link: Path) -> Path:
    private = Path(tempfile.mkdtemp(prefix="fullhouse-"))
    link.unlink(missing_ok=True)
    link.symlink_to(private)
    return private
