"""Reads the public keys of room tokens from a JWKS file. Each has a name and one algorithm.

Sources: RFC 7517 (JWK), RFC 7518 sections 3 and 6 (RS256, ES256), RFC 8037 (EdDSA).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import jwt

ALGORITHMS: Mapping[tuple[str, str | None], str] = {
    ("RSA", None): "RS256",
    ("EC", "P-256"): "ES256",
    ("OKP", "Ed25519"): "EdDSA",
}
"""Key type and curve -> the only algorithm for such a key."""

MIN_RSA_BITS = 2048  # Source: RFC 7518, section 3.3
_PRIVATE = frozenset({"d", "k"})  # members with secrets that must not leave the signer


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that verifies tokens with one `kid`, with this algorithm only."""

    algorithm: str
    key: Any  # an object of the library `cryptography`


PublicKeys: TypeAlias = Mapping[str, PublicKey]
"""Keys by their `kid`."""


class InvalidJwks(Exception):
    """The file cannot be used. The text never quotes a key."""


class NoUsableKey(InvalidJwks):
    """The file is a JWKS, but has no key that can be used."""


class Jwks(NamedTuple):
    """The usable keys of a file, and one line for each key that was skipped."""

    keys: PublicKeys
    skipped: Sequence[str]


class _NotUsable(Exception):
    """One key is skipped. The text says why."""


def read_jwks(path: Path) -> Jwks:
    """The public keys of a JWKS file. Keys of other kinds are skipped.

    Raises:
        InvalidJwks: the file cannot be read, is not a JWKS, holds a private key, uses a `kid`
            twice.
        NoUsableKey: it has no key that can be used.
    """
    keys: dict[str, PublicKey] = {}
    skipped = []
    for number, row in enumerate(_rows(path), start=1):
        name = f"key {number} ({row.get('kid')!r})"
        if not _PRIVATE.isdisjoint(row):
            raise InvalidJwks(f"{path}: {name} is private; write only its public part")
        try:
            kid, key = _key(row)
        except _NotUsable as error:
            skipped.append(f"{name} {error}")
            continue
        if kid in keys:
            raise InvalidJwks(f"{path}: two keys have the kid {kid!r}")
        keys[kid] = key
    if not keys:
        raise NoUsableKey("; ".join([f"{path}: has no key that can be used", *skipped]))
    return Jwks(keys, skipped)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidJwks(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidJwks(f"{path} is no JSON") from error
    rows = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidJwks(f'{path} is no JWKS: an object with a list of objects, "keys"')
    yield from rows


def _key(row: Mapping[str, Any]) -> tuple[str, PublicKey]:
    kid = row.get("kid")
    if not isinstance(kid, str) or not kid:
        raise _NotUsable("has no kid")
    if row.get("use", "sig") != "sig":
        raise _NotUsable("is not for signatures")
    algorithm = _algorithm(row)
    try:
        key = jwt.PyJWK.from_dict(dict(row), algorithm).key
    except jwt.PyJWTError as error:
        raise _NotUsable("is not well formed") from error
    if algorithm == "RS256" and key.key_size < MIN_RSA_BITS:
        raise _NotUsable(f"has fewer than {MIN_RSA_BITS} bits")
    return kid, PublicKey(algorithm, key)


def _algorithm(row: Mapping[str, Any]) -> str:
    curve = None if row.get("kty") == "RSA" else row.get("crv")
    algorithm = ALGORITHMS.get((str(row.get("kty")), curve if curve is None else str(curve)))
    if algorithm is None or row.get("alg", algorithm) != algorithm:
        raise _NotUsable(f"is not for one of {', '.join(ALGORITHMS.values())}")
    return algorithm
