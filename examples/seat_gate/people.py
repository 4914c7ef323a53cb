"""Who asks: a session cookie, and the room token that Fullhouse wants to see.

The sign-in believes every name, so that the example can be tried. Use the sessions of your own
platform instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

COOKIE = "session"


@dataclass(frozen=True, slots=True)
class People:
    """The people of the platform, and their roles.

    Attributes:
        account: The account in Fullhouse.
        token_secret: FULLHOUSE_TOKEN_SECRET.
        session_secret: Signs the cookies. Another secret, so that no cookie is a room token.
        hosts, presenters: Their names. Everybody else is an attendee.
    """

    account: str
    token_secret: str = field(repr=False)
    session_secret: str = field(repr=False)
    hosts: frozenset[str] = frozenset()
    presenters: frozenset[str] = frozenset()

    def role_of(self, participant: str) -> str:
        if participant in self.hosts:
            return "host"
        return "presenter" if participant in self.presenters else "attendee"

    def is_host(self, participant: str) -> bool:
        return participant in self.hosts

    def cookie_of(self, participant: str) -> str:
        return self._signed({"sub": participant}, self.session_secret, timedelta(hours=12))

    def person_in(self, cookie: str | None) -> str | None:
        """The person of a session. None: nobody has signed in."""
        try:
            claims = jwt.decode(cookie or "", self.session_secret, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return None
        return str(claims["sub"])

    def room_token(self, room: str, participant: str) -> str:
        """A room token of Fullhouse (docs/protocol.md, "Room token")."""
        claims = {
            "aud": "fullhouse",
            "acct": self.account,
            "room": room,
            "sub": participant,
            "role": self.role_of(participant),
        }
        return self._signed(claims, self.token_secret, timedelta(minutes=5))

    def _signed(self, claims: dict[str, Any], secret: str, lasts: timedelta) -> str:
        ends = {"exp": datetime.now(UTC) + lasts}
        return jwt.encode({**claims, **ends}, secret, algorithm="HS256")
