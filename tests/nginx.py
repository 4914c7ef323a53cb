"""Debian's nginx in front of nodes, with a file of `deploy/nginx` or with its defaults."""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fullhouse.child_process import end
from tests.nodes import Node
from tests.priority import prioritize
from tests.servers import free_port, on_path, required
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEPLOY = Path(__file__).parents[1] / "deploy" / "nginx"
NODE_PORTS = ("8000", "8001")
"""Of the two nodes, as the files of `deploy/nginx` have them."""

TAKES_THE_PATH_OFF, KEEPS_THE_PATH = (
    "proxy_pass http://fullhouse/;",
    "proxy_pass http://fullhouse;",
)
"""What `sub-path.conf` says, and what its comment offers in place of it."""

DEFAULTS = """
upstream fullhouse {
    server 127.0.0.1:8000;
    server 127.0.0.1:8001;
}
server {
    listen 443 ssl;
    location / {
        proxy_pass http://fullhouse;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
    }
}
"""
"""What people write who know of nginx only that WebSockets need three lines."""

_MAIN = """
worker_processes 1;
error_log {directory}/error.log notice;
pid {directory}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    include {directory}/site.conf;
}}
"""
_STOP_S = 10


@contextmanager
def running_nginx(site: str, ports: Sequence[int]) -> Iterator[Node]:
    """nginx with that site, without TLS on a free port, in front of the two nodes on these ports.

    Yields:
        What clients take for a node.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fh-nginx-") as name:
        directory = Path(name)
        directory.chmod(0o755)  # the worker is another user where the tests run as root
        _write(directory, _on_ports(site, port, ports))
        with _nginx(directory) as process:
            _until_it_listens(process, port, directory)
            yield Node(port, process, directory / "error.log")


def check(site: str, directory: Path) -> str:
    """What `nginx -t` says of a site; a certificate is made for it.

    Raises:
        CalledProcessError: It is not right.
    """
    key, certificate = directory / "site.key", directory / "site.pem"
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
    made = [*making, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    site = re.sub(r"/etc/ssl/private/\S+\.key", str(key), site)
    site = re.sub(r"/etc/ssl/certs/\S+\.pem", str(certificate), site)
    _write(directory, site)
    checked = subprocess.run(
        [*_command(directory), "-t"], check=True, capture_output=True, text=True
    )
    return checked.stderr


def _on_ports(site: str, port: int, ports: Sequence[int]) -> str:
    """The site with the ports of this test in place of its own."""
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    site = re.sub(r"^\s*ssl_certificate.*$", "", site, flags=re.MULTILINE)
    for written, given in zip(NODE_PORTS, ports, strict=True):
        assert f"127.0.0.1:{written}" in site
        site = site.replace(f"127.0.0.1:{written}", f"127.0.0.1:{given}")
    return site


def _write(directory: Path, site: str) -> None:
    (directory / "site.conf").write_text(site)
    (directory / "nginx.conf").write_text(_MAIN.format(directory=directory))


def _command(directory: Path) -> list[str]:
    program = required(on_path("nginx", "/usr/sbin/nginx"), "nginx")
    places = ["-p", str(directory), "-e", str(directory / "error.log")]
    return [str(program), *places, "-c", str(directory / "nginx.conf")]


@contextmanager
def _nginx(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*_command(directory), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    prioritize(process.pid)
    try:
        yield process
    finally:
        end(process, within_s=_STOP_S)


def _until_it_listens(process: subprocess.Popen[bytes], port: int, directory: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not _listens(port):
        ended = process.poll() is not None or time.monotonic() > deadline
        assert not ended, (directory / "error.log").read_text()
        time.sleep(0.02)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
