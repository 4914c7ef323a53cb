"""Issues and verifies room tokens, which identify a person in a room.

Sources: docs/protocol.md, "Room token"; RFC 7519 (JWT). The algorithm of a token must be HS256 or
that of its public key. A token with a missing or past `exp`, or a wrong `aud`, is refused.

`secret` is the value of FULLHOUSE_TOKEN_SECRET: one secret, or several. The first one signs, and
all of them verify (`domain/token_secrets.py`). `public_keys` are the keys of FULLHOUSE_TOKEN_JWKS.
A token that names one of them is verified with this key only, with the algorithm of the key.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jwt
import msgspec
from msgspec import UNSET

from fullhouse.domain.errors import Forbidden, InvalidRequest, Unauthenticated
from fullhouse.domain.ids import checked_id
from fullhouse.domain.rooms import Role, RoomRef
from fullhouse.domain.token_secrets import TokenSecret, of_kid, token_secrets
from fullhouse.domain.waiting_people import checked_name
from fullhouse.edge.public_keys import PublicKeys

AUDIENCE = "fullhouse"
_ALGORITHM = "HS256"
NO_KEYS: PublicKeys = {}
LEEWAY_S = 30
"""How far ahead the clock of the signer may be. A client does not retry after a refused token, so
a token that is not valid yet would lock its person out."""

_REQUIRED = ["aud", "exp", "sub", "acct", "room", "role"]


class TokenClaims(NamedTuple):
    """The claims of a room token. `buy` None: the role decides."""

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
    def name_in_line(self) -> str:
        """The name that hosts see while the person is in line; '' for other roles."""
        return self.name or "" if self.role is Role.ATTENDEE else ""

    @property
    def may_buy(self) -> bool:
        """Whether the person may buy. A host may by default, a presenter only with `buy` true."""
        if self.role is Role.HOST:
            return self.buy is not False
        return self.role is Role.PRESENTER and self.buy is True


class _Payload(msgspec.Struct, frozen=True):
    sub: str
    acct: str
    room: str
    role: str
    exp: Annotated[float, msgspec.Meta(ge=0, le=2**53)]  # a NumericDate may have a fraction
    nbf: float | None = None
    name: str | None = None
    buy: bool | None = None


class _PlainPayload(_Payload, frozen=True, kw_only=True):
    """Our claims, and the registered claims that PyJWT checks."""

    aud: str
    jti: object = UNSET


_plain_decoder = msgspec.json.Decoder(_PlainPayload)


def _head(**fields: str) -> str:
    return urlsafe_b64encode(msgspec.json.encode(fields)).rstrip(b"=").decode()


@lru_cache(maxsize=1)
def _plain_heads(secret: str) -> Mapping[str, tuple[TokenSecret, ...]]:
    """The usual headers of tokens, and the secrets that may have signed a token with each header.

    The whole header is compared, which also fixes the algorithm.
    """
    secrets = token_secrets(secret)
    heads = dict.fromkeys(
        (
            _head(alg=_ALGORITHM, typ="JWT"),
            _head(typ="JWT", alg=_ALGORITHM),
            _head(alg=_ALGORITHM),
        ),
        secrets,
    )
    for named in secrets:
        if named.kid is not None:
            heads[_head(alg=_ALGORITHM, kid=named.kid, typ="JWT")] = (named,)
            heads[_head(alg=_ALGORITHM, typ="JWT", kid=named.kid)] = (named,)
    return heads


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
    first = token_secrets(secret)[0]
    headers = {"kid": first.kid} if first.kid else None
    return jwt.encode(payload, first.value, algorithm=_ALGORITHM, headers=headers)


def verify(
    secret: str, token: str, now: datetime, public_keys: PublicKeys = NO_KEYS
) -> TokenClaims:
    """The claims of a token that is valid at `now`.

    Raises:
        Unauthenticated: the token is not valid. The text says why, but never quotes the token.
        Forbidden: the token is valid, but names an unknown role.
    """
    try:
        payload = _plain_payload(secret, token) or _payload(secret, token, public_keys)
        claims = _claims(payload)
    except (jwt.PyJWTError, msgspec.ValidationError, InvalidRequest) as error:
        raise Unauthenticated(f"token: {error}", _cause(error)) from error
    if claims.expires_at_s <= now.timestamp():
        raise Unauthenticated("token: exp has passed. Ask the platform for a new one.", "expired")
    if payload.nbf is not None and payload.nbf > now.timestamp() + LEEWAY_S:
        raise Unauthenticated("token: nbf is still to come.", "not_yet_valid")
    return claims


def _plain_payload(secret: str, token: str) -> _Payload | None:
    """The payload of a token in the usual form, if it is certainly valid. None: ask PyJWT.

    This is a fast path for many arrivals: PyJWT took a fifth of the time of an arrival. The
    function never refuses a token, and accepts only tokens that PyJWT would accept.
    """
    signed, _, signature = token.rpartition(".")
    head, _, body = signed.partition(".")
    secrets = _plain_heads(secret).get(head, ())
    if not token.isascii() or not any(_has_signed(each, signed, signature) for each in secrets):
        return None
    try:
        text = b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        plain = _plain_decoder.decode(text)
    except (ValueError, msgspec.MsgspecError):
        return None
    return plain if plain.aud == AUDIENCE and plain.nbf is None and plain.jti is UNSET else None


def _has_signed(secret: TokenSecret, signed: str, signature: str) -> bool:
    mac = _keyed(secret.value).copy()
    mac.update(signed.encode())
    made = urlsafe_b64encode(mac.digest()).rstrip(b"=")
    return hmac.compare_digest(made, signature.encode())


@lru_cache(maxsize=8)
def _keyed(secret: str) -> hmac.HMAC:
    """The HMAC of a secret, to be copied for each token: key setup costs as much as a digest."""
    return hmac.new(secret.encode(), digestmod="sha256")


def _payload(secret: str, token: str, public_keys: PublicKeys = NO_KEYS) -> _Payload:
    kid: str | None = jwt.get_unverified_header(token).get("kid")
    public_key = public_keys.get(kid) if kid else None
    if public_key:
        return _decoded(token, public_key.key, public_key.algorithm)
    secrets = of_kid(token_secrets(secret), kid)
    if not secrets:
        reason = "token: its kid names no secret and no key of this server."
        raise Unauthenticated(reason, "unknown_key")
    for other in secrets[:-1]:
        with suppress(jwt.InvalidSignatureError):
            return _decoded(token, other.value, _ALGORITHM)
    return _decoded(token, secrets[-1].value, _ALGORITHM)


def _decoded(token: str, key: Any, algorithm: str) -> _Payload:  # noqa: ANN401  # as the algorithm wants it
    # PyJWT would use the wall clock. `verify` compares the instants with the injected clock.
    raw = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience=AUDIENCE,
        options={
            "require": _REQUIRED,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return msgspec.convert(raw, _Payload)


def _cause(error: Exception) -> str:
    """The cause for logs. The order matters: some of PyJWT's errors are subclasses of others."""
    if isinstance(error, jwt.InvalidSignatureError | jwt.InvalidAlgorithmError):
        return "wrong_signature"
    if isinstance(error, jwt.InvalidAudienceError):
        return "wrong_audience"
    return "malformed" if isinstance(error, jwt.DecodeError) else "invalid_claims"


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
        name=checked_name(payload.name),
        buy=payload.buy,
    )
