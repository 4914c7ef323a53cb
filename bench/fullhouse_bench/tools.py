"""Builds and installs the tools of the benchmark once, in its cache directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent

_INSTALL_S = 600
_CFLAGS = ("-O2", "-std=c11", "-Wall", "-Wextra")


class Missing(Exception):
    """A tool is missing on this machine. The text is one line that says what to install."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Finds the tools that cases need, and builds or installs missing ones.

    Attributes:
        cache: The directory in which tools are kept between runs.
        may_install: Whether peers may be installed from PyPI and npm, and, as root, by apt.
    """

    cache: Path
    may_install: bool

    def compiled(self, name: str) -> Path:
        """The C program `load/NAME.c`.

        Raises:
            Missing: there is no compiler, or the compilation fails.
        """
        source = HERE / "load" / f"{name}.c"
        program = self.cache / f"{name}-{_digest(source)}"
        if not program.exists():
            compiler = _found("cc", "gcc", "clang", what="a C compiler: cc, gcc or clang")
            self._run([compiler, *_CFLAGS, "-o", program, source])
        return program

    def python_of_peers(self) -> Path:
        """A Python with the peers' packages.

        Raises:
            Missing: the packages cannot be installed.
        """
        wanted = HERE / "peers" / "requirements.txt"
        home = self._folder("venv", wanted)
        if self._is_fresh(home):
            self._run([sys.executable, "-m", "venv", home])
            self._run([home / "bin" / "python", "-m", "pip", "install", "-q", "-r", wanted])
            self._seal(home)
        return home / "bin" / "python"

    def node_with_peers(self) -> tuple[Path, Path]:
        """Node.js, and the folder with the peers' packages.

        Raises:
            Missing: there is no Node.js, or the packages cannot be installed.
        """
        node = _found("node", what="Node.js with npm")
        wanted = HERE / "peers" / "package.json"
        home = self._folder("npm", wanted)
        if self._is_fresh(home):
            npm = _found("npm", what="Node.js with npm")
            home.mkdir(parents=True, exist_ok=True)
            shutil.copy(wanted, home)
            self._run([npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", home])
            self._seal(home)
        return node, home

    def nginx_with_nchan(self) -> Path:
        """Debian's nginx with the module nchan.

        Raises:
            Missing: it is not installed, and this user may not install it.
        """
        if not NCHAN.exists():
            if not self.may_install or os.geteuid() != 0 or shutil.which("apt-get") is None:
                raise Missing("Debian's nginx-light and libnginx-mod-nchan")
            # RUNLEVEL=1 prevents the package from starting its service.
            quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "install"]
            names = ["nginx-light", "libnginx-mod-nchan"]
            self._run([*quiet, "-y", "-qq", "--no-install-recommends", *names])
        return Path(shutil.which("nginx", path="/usr/sbin:/usr/bin") or "/usr/sbin/nginx")

    def redis_benchmark(self) -> Path:
        """The benchmark tool that comes with Redis.

        Raises:
            Missing: it is not installed.
        """
        return _found("redis-benchmark", "valkey-benchmark", what="Debian's redis-tools")

    def source_root(self) -> Path:
        """A folder that contains only this package, for the Python of the peers."""
        root = self.cache / "src"
        root.mkdir(parents=True, exist_ok=True)
        link = root / "fullhouse_bench"
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(HERE)
        return root

    def _folder(self, kind: str, wanted: Path) -> Path:
        return self.cache / f"{kind}-{_digest(wanted)}"

    def _is_fresh(self, home: Path) -> bool:
        if (home / ".complete").exists():
            return False
        if not self.may_install:
            raise Missing("the peers' packages: fullhouse bench --all installs them")
        shutil.rmtree(home, ignore_errors=True)
        return True

    def _seal(self, home: Path) -> None:
        (home / ".complete").touch()

    def _run(self, command: Sequence[str | Path]) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                command, check=True, capture_output=True, timeout=_INSTALL_S, cwd=self.cache
            )
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or b""
            raise Missing(f"{command[0]} failed: {error} {said.decode()[-300:]}") from error


NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")


def _found(*names: str, what: str) -> Path:
    for name in names:
        path = shutil.which(name)
        if path:
            return Path(path)
    raise Missing(what)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]
