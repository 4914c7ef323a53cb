"""What the shared backend needs from a media server."""

from __future__ import annotations

from typing import Protocol

from examples.seat_gate.gate import Entitlement


class MediaServer(Protocol):
    """Admits people by credentials that only this backend can make."""

    async def admit(self, entitlement: Entitlement) -> dict[str, str]:
        """What the page needs to join. It opens the door for no longer than the lease."""
        ...

    async def remove(self, room: str, participant: str) -> None:
        """Send a person out. Nothing happens if they are not there."""
        ...

    async def end(self, room: str) -> None:
        """End the meeting for everybody. Nothing happens if there is none."""
        ...
