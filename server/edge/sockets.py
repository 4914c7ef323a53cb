"""How many sockets of people this process may hold, short of the limit of open files."""

from __future__ import annotations

import resource

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
