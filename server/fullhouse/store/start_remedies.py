"""Advice for operators about a store that does not accept a node."""

from __future__ import annotations

from fullhouse.store.sentinels import NO_MASTER

# Error texts of Redis 7.0, Valkey 8.1 and redis-py, and the remedy.
_REMEDIES = (
    (
        ("HELLO must be called with", "Authentication required", "NOAUTH"),
        "It wants a password: put it into FULLHOUSE_REDIS_URL, as redis://:password@host",
    ),
    (
        ("invalid username-password pair", "WRONGPASS"),
        "It does not take the user and password of FULLHOUSE_REDIS_URL; "
        "special characters in them must be percent-encoded",
    ),
    (
        ("cluster support disabled",),
        "It is a single store: begin FULLHOUSE_REDIS_URL with redis:// in place of redis+cluster://",
    ),
    (
        ("cluster|slots",),
        "In a cluster its user also needs +cluster|slots",
    ),
    (
        ("max number of clients",),
        "It has no connection left: raise its maxclients, or stop clients that are not needed",
    ),
)


def remedy_for(reason: str) -> str | None:
    """A sentence without its full stop. None: there is no advice for this error text."""
    if reason.startswith(NO_MASTER):
        return None  # it names the remedy for each Sentinel
    for words, remedy in _REMEDIES:
        if any(each in reason for each in words):
            return remedy
    return None
