"""Authorization: accepts platform keys and room tokens, and refuses everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fullhouse.domain.api_keys import CONFIGURED, ApiKey, KeyScope, id_in
from fullhouse.domain.callers import ANYONE, Caller
from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role
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
    HOST = "a platform key, or the room token of a host of this room"
    PERSON = "a room token"


class Authenticated(NamedTuple):
    """A caller whose credential is valid, with the claims of its room token or its stored key."""

    caller: Caller
    claims: TokenClaims | None = None
    key: ApiKey | None = None

    @classmethod
    def by_token(cls, claims: TokenClaims) -> Authenticated:
        caller = Caller(
            "person",
            participant=claims.participant,
            role=claims.role,
            account=claims.account,
            room=claims.room,
        )
        return cls(caller, claims)


class StoredKeys(Protocol):
    """Finds the keys that `fullhouse keys` has made."""

    async def find(self, credential: str) -> ApiKey | None:
        """The valid key of this credential. None: there is none.

        Raises:
            Unauthenticated: the credential is that of a key that has ended.
            StoreUnavailable: this cannot be known now.
        """
        ...


_NO_KEY = "This call is for a person in a room: send a room token, no platform key."


@dataclass(frozen=True, slots=True)
class Keyring:
    """The digests of the configured keys. A comparison takes the same time for every guess."""

    digests: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, keys: Iterable[str]) -> Keyring:
        return cls(tuple(map(_digest, keys)))

    def name_of(self, credential: str) -> str | None:
        """The name of a key: `configured-1` for the first one. None: it is not configured."""
        given = _digest(credential)
        # A list compares every key, even after one has matched.
        matches = [compare_digest(given, known) for known in self.digests]
        return f"{CONFIGURED}{matches.index(True) + 1}" if any(matches) else None


@dataclass(frozen=True, slots=True)
class Authority:
    """Authenticates callers, and refuses those that a call does not accept.

    Only this class has the secret and the public keys of room tokens.

    Attributes:
        keys: The configured keys, which allow every call.
        public_keys: Replaced in place when their file has changed.
        stored_keys: None: only configured keys are accepted.
    """

    keys: Keyring
    clock: Clock
    token_secret: str = field(repr=False)
    public_keys: PublicKeys = field(default_factory=dict, repr=False)
    stored_keys: StoredKeys | None = None

    async def authenticated(self, who: Who, authorization: str | None) -> Authenticated:
        """The caller that sent this `Authorization` header. Whether it may call is not asked.

        Args:
            who: The callers that the call accepts.
            authorization: The header, if one was sent.

        Raises:
            Unauthenticated: there is no header, or it has neither a key nor a valid token.
            Forbidden: the call accepts no keys, or the token names an unknown role.
            StoreUnavailable: whether this is a stored key cannot be known now.
        """
        if who is Who.ANYONE:
            return Authenticated(ANYONE)
        credential = _bearer(authorization)
        if who is Who.PERSON:
            return self._person(credential)
        if name := self.keys.name_of(credential):
            return Authenticated(Caller("key", key=name))
        if key := await self._stored_key(credential):
            return Authenticated(Caller("key", key=key.name, account=key.account), key=key)
        return Authenticated.by_token(self.claims_of(credential))

    def _person(self, credential: str) -> Authenticated:
        """Check a token first: nearly all callers have one. No key is valid here."""
        try:
            return Authenticated.by_token(self.claims_of(credential))
        except Unauthenticated:
            if self.keys.name_of(credential) or id_in(credential):
                raise Forbidden(_NO_KEY) from None
            raise

    async def _stored_key(self, credential: str) -> ApiKey | None:
        return await self.stored_keys.find(credential) if self.stored_keys else None

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


def check_allowed(
    found: Authenticated,
    who: Who,
    account: str | None,
    scope: KeyScope | None,
    room: str | None = None,
) -> None:
    """Return if the caller may make the call.

    Args:
        found: The caller.
        who: The callers that the call accepts.
        account: The account in the path of the call, if there is one.
        scope: What a stored key needs for the call. None: no stored key may make it.
        room: The room in the path of the call, if there is one.

    Raises:
        Forbidden: the caller may not.
    """
    if found.key:
        _check_key(found.key, account, scope)
    elif found.claims and who is Who.HOST:
        _check_host(found.claims, account, room)
    elif found.claims and who is not Who.PERSON:
        _check_buyer(who, found.claims, account)


def _check_key(key: ApiKey, account: str | None, scope: KeyScope | None) -> None:
    if not key.is_for(account):
        raise Forbidden(f"The key is for account {key.account!r} only.", "foreign_account")
    if not key.allows(scope):
        needed = f"the scope {scope.value!r}" if scope else "a key of FULLHOUSE_API_KEYS"
        raise Forbidden(f"This call needs {needed}.", "scope")


def _check_buyer(who: Who, claims: TokenClaims, account: str | None) -> None:
    if who is Who.PLATFORM:
        raise Forbidden("This call is for the platform's backend, with its key.")
    if claims.account != account:
        raise Forbidden("The token is of another account.")
    if not claims.may_buy:
        raise Forbidden("The token does not allow its bearer to buy.")


def _check_host(claims: TokenClaims, account: str | None, room: str | None) -> None:
    """A host of the room, whether or not the host may buy."""
    if claims.account != account:
        raise Forbidden("The token is of another account.")
    if claims.room != room:
        raise Forbidden("The token is of another room.")
    if claims.role is not Role.HOST:
        raise Forbidden("This call is for hosts of the room.")
