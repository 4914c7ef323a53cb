"""Jitsi Meet: a JWT that ends with the lease.

Source: https://github.com/jitsi/lib-jitsi-meet/blob/master/doc/tokens.md (tokens of Prosody).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt

from examples.seat_gate.gate import Entitlement


@dataclass(frozen=True, slots=True)
class Jitsi:
    """A Jitsi Meet server with token authentication.

    Attributes:
        domain: Its host, which is also the XMPP domain of the token.
        app_id: `app_id` of Prosody.
        secret: `app_secret` of Prosody.
    """

    domain: str
    app_id: str
    secret: str = field(repr=False)

    async def admit(self, entitlement: Entitlement) -> dict[str, str]:
        """For `roomName` and `jwt` of Jitsi's iframe API. Jitsi compares rooms in lower case."""
        room = entitlement.room.lower()
        user = {
            "id": entitlement.participant,
            "name": entitlement.participant,
            "moderator": entitlement.holding == "hosting",
        }
        now = datetime.now(UTC)
        claims = {
            "aud": self.app_id,
            "iss": self.app_id,
            "sub": self.domain,
            "room": room,
            "iat": now,
            "exp": now + timedelta(seconds=entitlement.lease_s),
            "context": {"user": user},
        }
        token = jwt.encode(claims, self.secret, algorithm="HS256")
        return {"domain": self.domain, "room": room, "jwt": token}

    async def remove(self, room: str, participant: str) -> None:
        """A plain Jitsi has no call to remove one person. The page takes the meeting down."""

    async def end(self, room: str) -> None:
        """A plain Jitsi has no call to end a conference. It ends when the last person has gone."""
