"""Where this process may listen, and how many sockets of people it may hold."""

from __future__ import annotations

import os
import resource
import socket

KEPT_BACK = 160
"""For the connections to the store (100 at most), health, metrics, and the platform's calls:
they still work when no more people fit."""


def most_sockets() -> int:
    """Raises the limit of open files as far as the operator allows; returns what people get."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        limit = most
    return limit - KEPT_BACK


def check_address(host: str, port: int) -> None:
    """Ask before anything is started; uvicorn would find out last, and only log it.

    Raises:
        OSError: nobody can listen there; a `socket.gaierror` where the host is unknown.
    """
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            socket.create_server(address[:2], family=family).close()
        except OSError as error:
            raise _plain(error) from error


def _plain(error: OSError) -> OSError:
    """The error as the system words it; Python adds what was attempted, and where."""
    return OSError(error.errno, os.strerror(error.errno)) if error.errno else error
