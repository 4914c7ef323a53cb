"""The clock of a process. All other code takes the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time. Tests use a clock that they move themselves."""

    def now_ms(self) -> int:
        """Unix time in ms."""
        ...

    def now(self) -> datetime:
        """The same instant, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # the only read of the machine's clock
