"""Room tokens: who a person is in which room, signed by the platform.

Source: docs/protocol.md, "Room token"; JWT is RFC 7519. Other algorithms than HS256, a
missing or past `exp` and a wrong `aud` are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
import msgspec

from server.domain.errors import Forbidden, InvalidRequest, Unauthenticated
from server.domain.ids import checked_id
from server.domain.rooms import Role, RoomRef

AUDIENCE = "fullhouse"
_ALGORITHM = "HS256"
_REQUIRED = ["aud", "exp", "sub", "acct", "room", "role"]


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a room token says. `buy` is None where the token leaves it to the role."""

    account: str
    room: str
    participant: str
    role: Role
    expires_at_s: int
    name: str | None = None
    buy: bool | None = None

    @property
    def ref(self) -> RoomRef:
        return RoomRef(self.account, self.room)

    @property
    def may_buy(self) -> bool:
        """A host buys unless the token forbids it, a presenter only if it allows it."""
        if self.role is Role.HOST:
            return self.buy is not False
        return self.role is Role.PRESENTER and self.buy is True


class _Payload(msgspec.Struct, frozen=True):
    sub: str
    acct: str
    room: str
    role: str
    exp: Annotated[float, msgspec.Meta(ge=0, le=2**53)]  # a NumericDate may have a fraction
    name: str | None = None
    buy: bool | None = None


def issue(secret: str, claims: TokenClaims, now_s: int) -> str:
    """Sign a room token, issued at `now_s` (Unix seconds)."""
    payload: dict[str, Any] = {
        "aud": AUDIENCE,
        "iat": now_s,
        "exp": claims.expires_at_s,
        "sub": claims.participant,
        "acct": claims.account,
        "room": claims.room,
        "role": claims.role.value,
    }
    optional = {"name": claims.name, "buy": claims.buy}
    payload |= {key: value for key, value in optional.items() if value is not None}
    return jwt.encode(payload, secret, algorithm=_ALGORITHM)


def verify(secret: str, token: str, now: datetime) -> TokenClaims:
    """What the token says, if it is one of ours and has not expired at `now`.

    Raises:
        Unauthenticated: it is not; the text says what is wrong, never what the token is.
        Forbidden: it is, and names a role that nobody can have.
    """
    try:
        # PyJWT asks the wall clock for `exp`; ours is injected, so `exp` is compared below.
        raw = jwt.decode(
            token,
            secret,
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
        )
        claims = _claims(msgspec.convert(raw, _Payload))
    except (jwt.PyJWTError, msgspec.ValidationError, InvalidRequest) as error:
        raise Unauthenticated(f"token: {error}") from error
    if claims.expires_at_s <= now.astimezone(UTC).timestamp():
        raise Unauthenticated("token: exp has passed. Ask the platform for a new one.")
    return claims


def _role(word: str) -> Role:
    try:
        return Role(word)
    except ValueError:
        raise Forbidden(f"token: role must be one of {', '.join(Role)}.") from None


def _claims(payload: _Payload) -> TokenClaims:
    return TokenClaims(
        account=checked_id("acct", payload.acct),
        room=checked_id("room", payload.room),
        participant=checked_id("sub", payload.sub),
        role=_role(payload.role),
        expires_at_s=int(payload.exp),
        name=payload.name,
        buy=payload.buy,
    )
