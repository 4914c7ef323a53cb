"""Sources of room tokens for simulated people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import jwt

from fullhouse.client import PlatformClient

_TTL_S = 3600


class TokenSource(Protocol):
    """Issues room tokens for attendees."""

    async def token(self, participant: str, name: str) -> str:
        """A token for one `hello`.

        Raises:
            NotInvited: Asking again does not help.
            TokenUnavailable: Asking later may help.
        """
        ...

    async def close(self) -> None:
        """Close what was opened for tokens. Safe to repeat."""
        ...


@dataclass(frozen=True, slots=True)
class SignedTokens:
    """Signs tokens itself with the server's secret, as a platform's backend can."""

    secret: str
    account: str
    room: str
    now_s: Callable[[], float]

    async def token(self, participant: str, name: str) -> str:
        claims = {
            "aud": "fullhouse",
            "sub": participant,
            "acct": self.account,
            "room": self.room,
            "role": "attendee",
            "name": name,
            "exp": int(self.now_s()) + _TTL_S,
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")

    async def close(self) -> None: ...


@dataclass(slots=True)
class PlatformTokens:
    """Asks the platform API for each token.

    A crowd measures the server itself, so proxies of the environment are not used.

    Args:
        base_url: `http://` or `https://`, without a path.
    """

    base_url: str
    api_key: str
    account: str
    room: str
    _platform: PlatformClient | None = None

    async def token(self, participant: str, name: str) -> str:
        if self._platform is None:
            self._platform = PlatformClient(
                self.base_url, self.api_key, patience_s=0, uses_proxy=False
            )
        room = self._platform.account(self.account).room(self.room)
        return await room.token_source(participant, name=name)()

    async def close(self) -> None:
        """Close the connections to the API. Safe to repeat."""
        if self._platform is not None:
            await self._platform.close()
