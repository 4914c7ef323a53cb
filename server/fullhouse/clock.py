"""Where the time of a process comes from; everything else takes it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time. Tests bring one that moves only when told to."""

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
        return datetime.now(UTC)  # noqa: TID251  # the one place that asks the machine
