"""The secrets of room tokens: one, or several during a change of secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MIN_BYTES = 32  # HS256 requires a key as long as its hash. Source: RFC 7518, section 3.2

_named = re.compile(r"([A-Za-z0-9._-]{1,64})=(.*)", re.DOTALL).fullmatch


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """One HS256 secret. `kid` is its name in the header of tokens. None: it has no name."""

    value: str = field(repr=False)
    kid: str | None = None


def token_secrets(text: str) -> tuple[TokenSecret, ...]:
    """Parse FULLHOUSE_TOKEN_SECRET: a secret, or `kid=secret,kid=secret`. The first one signs.

    A text that does not have the second form is one secret, with any characters.

    Raises:
        ValueError: a secret is too short, or two have the same name. The text quotes no secret.
    """
    rows = [_named(part.lstrip()) for part in text.split(",")]
    named = [TokenSecret(row[2], row[1]) for row in rows if row]
    if len(named) < len(rows) or (len(named) == 1 and _is_short(named[0])):
        named = [TokenSecret(text)]
    _check(named)
    return tuple(named)


def of_kid(secrets: tuple[TokenSecret, ...], kid: str | None) -> tuple[TokenSecret, ...]:
    """The secrets that may have signed a token with this `kid`. None: the token has no `kid`."""
    if kid is None:
        return secrets
    return tuple(each for each in secrets if each.kid in (kid, None))


def _check(secrets: list[TokenSecret]) -> None:
    for secret in secrets:
        if _is_short(secret):
            name = f"the secret {secret.kid!r} " if secret.kid else ""
            raise ValueError(
                f"{name}must be at least {MIN_BYTES} bytes long; "
                "make one with: openssl rand -hex 32"
            )
    kids = [secret.kid for secret in secrets]
    if len(set(kids)) < len(kids):
        raise ValueError("gives two secrets the same name; write new=SECRET,old=SECRET")


def _is_short(secret: TokenSecret) -> bool:
    return len(secret.value.encode()) < MIN_BYTES
