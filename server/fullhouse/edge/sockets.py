"""Checks the address to listen on, and sets how many sockets clients may use."""

from __future__ import annotations

import os
import resource
import socket
from contextlib import ExitStack

KEPT_BACK = 160
"""Sockets reserved for the store (at most 100), health probes, metrics and the platform's calls.
These still work when the node has no socket left for clients."""


def most_sockets() -> int:
    """Raise the limit of open files to the operator's maximum. Returns the sockets for clients."""
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        limit = most
    return limit - KEPT_BACK


def check_address(host: str, port: int) -> None:
    """Check the address before the start. uvicorn would fail late and only log the error.

    Raises:
        OSError: the address cannot be used. A `socket.gaierror`: the host is unknown.
    """
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            socket.create_server(address[:2], family=family).close()
        except OSError as error:
            raise _plain(error) from error


def bound_sockets(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of `host`. They are bound, and do not listen yet.

    More sockets of this user may be bound to the same address. The kernel spreads connections
    evenly over those that listen. Source: socket(7), SO_REUSEPORT.

    Args:
        port: 0 takes a free one, the same for all addresses.

    Raises:
        OSError: an address cannot be used. No socket stays open.
    """
    sockets: list[socket.socket] = []
    with ExitStack() as on_error:
        for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            each = on_error.enter_context(socket.socket(family))
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:  # otherwise it would take the address of IPv4 too
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind((address[0], port))
            port = each.getsockname()[1]
            sockets.append(each)
        on_error.pop_all()
    return sockets


def _plain(error: OSError) -> OSError:
    """The error with the text of the system only. Python adds the address to it."""
    return OSError(error.errno, os.strerror(error.errno)) if error.errno else error
