"""The secrets of room tokens: one, or several while they are being changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MIN_BYTES = 32  # HS256 wants a key as long as its hash. Source: RFC 7518, section 3.2

_named = re.compile(r"([A-Za-z0-9._-]{1,64})=(.*)", re.DOTALL).fullmatch


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """One HS256 secret. `kid` is the name in the header of its tokens; None: it has no name."""

    value: str = field(repr=False)
    kid: str | None = None


def token_secrets(text: str) -> tuple[TokenSecret, ...]:
    """What FULLHOUSE_TOKEN_SECRET holds: a secret, or `kid=secret,kid=secret`. The first signs.

    A text that is not of the second form is one secret, whatever characters it has.

    Raises:
        ValueError: a secret is too short, or two have one name. The text names no secret.
    """
    rows = [_named(part) for part in text.split(",")]
    named = [TokenSecret(row[2], row[1]) for row in rows if row]
    if len(named) < len(rows) or (len(named) == 1 and _is_short(named[0])):
        named = [TokenSecret(text)]
    _check(named)
    return tuple(named)


def of_kid(secrets: tuple[TokenSecret, ...], kid: str | None) -> tuple[TokenSecret, ...]:
    """Secrets that may have signed a token with this `kid` in its header; None: no `kid`."""
    if kid is None:
        return secrets
    return tuple(each for each in secrets if each.kid in (kid, None))


def _check(secrets: list[TokenSecret]) -> None:
    for secret in secrets:
        if _is_short(secret):
            name = f"the secret {secret.kid!r} " if secret.kid else ""
            raise ValueError(f"{name}must be at least {MIN_BYTES} bytes long")
    kids = [secret.kid for secret in secrets]
    if len(set(kids)) < len(kids):
        raise ValueError("gives two secrets the same name")


def _is_short(secret: TokenSecret) -> bool:
    return len(secret.value.encode()) < MIN_BYTES
