"""What an operator can do about a store that does not let a node in."""

from __future__ import annotations

# What Redis 7.0, Valkey 8.1 and redis-py say of it, and what helps.
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
        ("max number of clients",),
        "It has no connection left: raise its maxclients, or stop clients that are not needed",
    ),
)


def remedy_for(reason: str) -> str | None:
    """A sentence without its full stop; None where the store's own words have to do."""
    for words, remedy in _REMEDIES:
        if any(each in reason for each in words):
            return remedy
    return None
