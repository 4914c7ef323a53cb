"""This machine: its cores, and the CPU time and memory of its processes."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_PARTS = ("uvicorn", "uvloop", "starlette", "websockets", "redis", "hiredis")
_KIB = 1024


class TooFewCores(Exception):
    def __init__(self) -> None:
        super().__init__("The benchmark needs two cores: one for the server, one for its clients.")


@dataclass(frozen=True, slots=True)
class Cores:
    """The core of the measured server, and the core of everything else."""

    server: int
    load: int

    @classmethod
    def of_this_machine(cls) -> Cores:
        """The first two cores that this process may use.

        Raises:
            TooFewCores: there is only one core.
        """
        allowed = sorted(os.sched_getaffinity(0))
        if len(allowed) < 2:
            raise TooFewCores
        return cls(server=allowed[0], load=allowed[1])


@contextmanager
def pinned_to(core: int) -> Iterator[None]:
    """Run this thread, and the processes that it starts, on `core` while the block is open."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def rss_bytes(pid: int) -> int:
    """The resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def cpu_ns(pid: int) -> int:
    """The CPU time of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def facts() -> dict[str, str]:
    """Facts about the machine that a reader needs for comparisons."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{_memory_gib():.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _PARTS},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory_gib() -> float:
    return os.sysconf("SC_PAGESIZE") * os.sysconf("SC_PHYS_PAGES") / _KIB**3
