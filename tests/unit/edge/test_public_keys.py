"""Tokens that a public key verifies: by its one algorithm, and only where they name it."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fullhouse.domain.errors import Unauthenticated
from fullhouse.edge.public_keys import InvalidJwks, read_jwks
from fullhouse.edge.tokens import verify
from tests.signing_keys import KEYS, public
from tests.unit.edge.test_tokens import NOW, PAYLOAD, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from fullhouse.edge.public_keys import PublicKeys


def written(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": rows}))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> PublicKeys:
    """One of each algorithm; its `kid` is the algorithm's name."""
    return read_jwks(written(tmp_path, *map(public, KEYS))).keys


def signed(algorithm: str, kid: str | None, **changes: Any) -> str:  # noqa: ANN401  # claims
    key = jwt.PyJWK.from_dict(KEYS[algorithm], algorithm).key
    headers = {"kid": kid} if kid else {}
    return jwt.encode({**PAYLOAD, **changes}, key, algorithm=algorithm, headers=headers)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_token_of_a_public_key_is_verified_with_it(algorithm: str, keys: PublicKeys) -> None:
    assert verify(SECRET, signed(algorithm, algorithm), NOW, keys).participant == "ada"


@pytest.mark.parametrize(
    ("algorithm", "kid"),
    [
        ("RS256", "ES256"),
        ("ES256", "EdDSA"),
        ("EdDSA", "RS256"),
        ("RS256", "else"),
        ("RS256", None),
    ],
)
def test_a_token_that_names_another_key_or_none_is_refused(
    algorithm: str, kid: str | None, keys: PublicKeys
) -> None:
    with pytest.raises(Unauthenticated):
        verify(SECRET, signed(algorithm, kid), NOW, keys)


def test_a_key_is_good_for_its_one_algorithm(keys: PublicKeys) -> None:
    """The same RSA key could sign by RS512 as well."""
    key = jwt.PyJWK.from_dict(KEYS["RS256"], "RS256").key
    other = jwt.encode(PAYLOAD, key, algorithm="RS512", headers={"kid": "RS256"})

    with pytest.raises(Unauthenticated):
        verify(SECRET, other, NOW, keys)


def test_a_public_key_is_no_secret(keys: PublicKeys) -> None:
    """The old attack: HS256 with the bytes of the public key, which anybody has."""
    forged = jwt.encode(PAYLOAD, public("RS256")["n"], algorithm="HS256", headers={"kid": "RS256"})

    with pytest.raises(Unauthenticated):
        verify(SECRET, forged, NOW, keys)


@pytest.mark.parametrize("header", [{"kid": "RS256"}, {}])
@pytest.mark.parametrize("algorithm", ["HS256", "HS512", "none", "None"])
@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_no_header_turns_a_public_key_into_a_secret(
    form: Encoding, algorithm: str, header: dict[str, str], keys: PublicKeys
) -> None:
    """Written by hand, because the library refuses to sign with these bytes."""
    encoded = keys["RS256"].key.public_bytes(form, PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, **header}, PAYLOAD)]
    text = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    digest = "sha512" if algorithm == "HS512" else "sha256"
    mac = b"" if algorithm.lower() == "none" else hmac.digest(encoded, text, digest)
    forged = b".".join([text, urlsafe_b64encode(mac).rstrip(b"=")]).decode()

    with pytest.raises(Unauthenticated) as refused:
        verify(SECRET, forged, NOW, keys)
    assert refused.value.cause == "wrong_signature"


def test_the_secret_of_the_server_signs_nothing_in_the_name_of_a_key(keys: PublicKeys) -> None:
    theirs = jwt.encode(PAYLOAD, SECRET, algorithm="HS256", headers={"kid": "RS256"})

    with pytest.raises(Unauthenticated):
        verify(SECRET, theirs, NOW, keys)


def test_tokens_of_the_secret_stay_good_beside_keys(keys: PublicKeys) -> None:
    assert verify(SECRET, jwt.encode(PAYLOAD, SECRET), NOW, keys).participant == "ada"


def test_what_holds_for_every_token_holds_for_these(keys: PublicKeys) -> None:
    for changes in ({"aud": "else"}, {"exp": 1}, {"nbf": PAYLOAD["exp"]}, {"sub": "a b"}):
        with pytest.raises(Unauthenticated):
            verify(SECRET, signed("ES256", "ES256", **changes), NOW, keys)


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"kid": None}, "has no kid"),
        ({"use": "enc"}, "not for signatures"),
        ({"alg": "RS512"}, "not for one of"),
        ({"kty": "oct"}, "not for one of"),
        ({"kty": "EC", "crv": "P-384"}, "not for one of"),
        ({"n": "_" * 170 + "8"}, "bits"),
        ({"n": 7}, "not well formed"),
    ],
)
def test_a_key_of_another_kind_is_left_out_and_named(
    tmp_path: Path, odd: dict[str, Any], reason: str
) -> None:
    row = {**public("RS256"), "kid": "odd", **odd}

    keys, (line,) = read_jwks(written(tmp_path, row, public("ES256")))

    assert set(keys) == {"ES256"}
    assert line.startswith("key 1 (")
    assert reason in line
    with pytest.raises(InvalidJwks, match=reason):
        read_jwks(written(tmp_path, row))


def test_a_private_key_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = written(tmp_path, {**KEYS["ES256"], "kid": "ours"})

    with pytest.raises(InvalidJwks, match="is private") as refused:
        read_jwks(path)

    assert KEYS["ES256"]["d"] not in str(refused.value)


def test_two_keys_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidJwks, match="two keys have the kid 'ES256'"):
        read_jwks(written(tmp_path, public("ES256"), public("ES256")))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": {}}', '{"keys": [1]}', "\udcff"])
def test_a_file_that_is_no_jwks_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(InvalidJwks, match=str(path)):
        read_jwks(path)
