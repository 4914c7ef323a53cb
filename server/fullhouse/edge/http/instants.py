"""Instants of answers, to the millisecond: two changes of a room may be in one second."""

from __future__ import annotations

from datetime import UTC, datetime


def instant_of(ms: int) -> str:
    """Unix ms as RFC 3339 in UTC."""
    whole_s, rest_ms = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(whole_s, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ms:03}Z"
