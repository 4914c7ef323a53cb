"""Instants in Unix ms, as the scripts of the store have them, and as other parts need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime.fromtimestamp(0, UTC)

_MS = timedelta(milliseconds=1)


def unix_ms(instant: datetime) -> int:
    """`instant` in Unix ms, rounded down."""
    return (instant - EPOCH) // _MS


def instant_at(ms: int) -> datetime:
    """Unix ms as an instant in UTC."""
    return EPOCH + ms * _MS


def rfc3339(ms: int) -> str:
    """Unix ms as a text in UTC, to the millisecond: two changes may be in one second."""
    return instant_at(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
