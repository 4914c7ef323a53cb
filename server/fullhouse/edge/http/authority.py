"""Authorization: accepts platform keys and room tokens, and refuses everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, TypeAlias

from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.edge.public_keys import PublicKeys
from fullhouse.edge.tokens import TokenClaims, issue, verify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fullhouse.clock import Clock


class Who(Enum):
    """The callers that a call accepts."""

    ANYONE = "anyone"
    PLATFORM = "a platform key"
    BUYER = "a platform key, or a room token that may buy, for its own account"
    PERSON = "a room token"


@dataclass(frozen=True, slots=True)
class Platform:
    """The backend of the event platform, which sent one of its keys."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A caller of a call that needs no credential."""


_NO_KEY = "This call is for a person in a room: send a room token, no platform key."

Caller: TypeAlias = Platform | Stranger | TokenClaims


@dataclass(frozen=True, slots=True)
class Keyring:
    """The digests of the platform's keys. A comparison takes the same time for every guess."""

    digests: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, keys: Iterable[str]) -> Keyring:
        return cls(tuple(map(_digest, keys)))

    def opens(self, credential: str) -> bool:
        given = _digest(credential)
        # A sum compares every key, even after one has matched.
        return sum(compare_digest(given, known) for known in self.digests) > 0


@dataclass(frozen=True, slots=True)
class Authority:
    """Authenticates callers, and refuses those that a call does not accept.

    Only this class has the secret and the public keys of room tokens.
    """

    keys: Keyring
    clock: Clock
    token_secret: str = field(repr=False)
    public_keys: PublicKeys = field(default_factory=dict, repr=False)

    def caller(self, who: Who, authorization: str | None, account: str | None) -> Caller:
        """The caller that sent this `Authorization` header, if the call accepts that caller.

        Args:
            who: The callers that the call accepts.
            authorization: The header, if one was sent.
            account: The account in the path of the call, if there is one.

        Raises:
            Unauthenticated: there is no header, or it has neither a key nor a valid token.
            Forbidden: the credential is valid, but the call does not accept it.
        """
        if who is Who.ANYONE:
            return Stranger()
        credential = _bearer(authorization)
        if who is Who.PERSON:
            return self._person(credential)
        if self.keys.opens(credential):
            return Platform()
        return _buyer(who, self.claims_of(credential), account)

    def _person(self, credential: str) -> TokenClaims:
        """Check a token first and a key last: nearly all callers have a token."""
        try:
            return self.claims_of(credential)
        except Unauthenticated:
            if self.keys.opens(credential):
                raise Forbidden(_NO_KEY) from None
            raise

    def claims_of(self, token: str) -> TokenClaims:
        """The claims of a room token that is valid now.

        Raises:
            Unauthenticated: the token is not valid.
            Forbidden: the token names an unknown role.
        """
        return verify(self.token_secret, token, self.clock.now(), self.public_keys)

    def token_of(self, claims: TokenClaims) -> str:
        """A room token, signed now."""
        return issue(self.token_secret, claims, self.clock.now_ms() // 1000)


def _digest(credential: str) -> bytes:
    return sha256(credential.encode(errors="replace")).digest()


def _bearer(authorization: str | None) -> str:
    scheme, _, credential = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        reason = "Send a header Authorization: Bearer <platform key or room token>."
        raise Unauthenticated(reason, "no_credential")
    return credential.strip()


def _buyer(who: Who, claims: TokenClaims, account: str | None) -> TokenClaims:
    if who is Who.PLATFORM:
        raise Forbidden("This call is for the platform's backend, with its key.")
    if claims.account != account:
        raise Forbidden("The token is of another account.")
    if not claims.may_buy:
        raise Forbidden("The token does not allow its bearer to buy.")
    return claims
