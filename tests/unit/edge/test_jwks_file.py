"""The file of public keys is read again when it has changed, and only then believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from fullhouse.domain.errors import Unauthenticated
from fullhouse.edge.jwks_file import JwksFile
from fullhouse.edge.public_keys import InvalidJwks
from fullhouse.edge.tokens import verify
from tests.signing_keys import KEYS, public
from tests.unit.edge.test_tokens import NOW, PAYLOAD, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    write(path, public("RS256"))
    return path


@pytest.fixture
def file(path: Path) -> JwksFile:
    file = JwksFile(path, {"old"})
    file.load()
    return file


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text(json.dumps({"keys": rows}))


def replace(path: Path, *rows: dict[str, Any]) -> None:
    """Put another file in its place, which has the same size and time."""
    before = path.stat()
    other = path.with_name("new.json")
    write(other, *rows)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert other.stat().st_size == before.st_size
    other.replace(path)


def is_accepted(file: JwksFile, algorithm: str) -> bool:
    key = jwt.PyJWK.from_dict(KEYS[algorithm], algorithm).key
    token = jwt.encode(PAYLOAD, key, algorithm=algorithm, headers={"kid": algorithm})
    try:
        return verify(SECRET, token, NOW, file.keys).participant == "ada"
    except Unauthenticated:
        return False


async def test_a_key_is_replaced_without_a_token_refused(path: Path, file: JwksFile) -> None:
    assert [is_accepted(file, each) for each in ("RS256", "EdDSA")] == [True, False]

    write(path, public("RS256"), public("EdDSA"))
    await file.step()
    assert [is_accepted(file, each) for each in ("RS256", "EdDSA")] == [True, True]

    write(path, public("EdDSA"))
    await file.step()
    assert [is_accepted(file, each) for each in ("RS256", "EdDSA")] == [False, True]


async def test_a_file_that_is_replaced_by_another_of_the_same_size_and_time_is_seen(
    path: Path, file: JwksFile
) -> None:
    """As a secret that Kubernetes mounts: the name leads to another file."""
    replace(path, {**public("RS256"), "kid": "RS257"})

    await file.step()

    assert list(file.keys) == ["RS257"]


@pytest.mark.parametrize(
    "break_",
    [
        Path.unlink,
        lambda path: path.write_text(""),
        lambda path: path.write_text('{"keys": ['),
        lambda path: path.write_text("[]"),
    ],
)
async def test_a_file_that_cannot_be_read_changes_nothing(
    path: Path,
    file: JwksFile,
    break_: Callable[[Path], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    break_(path)

    for _ in range(3):
        await file.step()

    assert is_accepted(file, "RS256")
    assert caplog.messages == ["token_keys.kept"]


@pytest.mark.parametrize("row", [KEYS["EdDSA"], {**public("EdDSA"), "kid": "old"}])
async def test_a_private_key_or_one_with_the_name_of_a_secret_changes_nothing(
    path: Path, file: JwksFile, row: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    write(path, row)

    await file.step()

    assert list(file.keys) == ["RS256"]
    assert caplog.messages == ["token_keys.kept"]
    assert KEYS["EdDSA"]["d"] not in caplog.text


async def test_a_file_without_keys_is_taken_at_its_word(path: Path, file: JwksFile) -> None:
    """An operator who removes all keys after a leak wants no token to be accepted."""
    write(path)

    await file.step()

    assert not is_accepted(file, "RS256")


def test_a_start_with_a_key_that_has_the_name_of_a_secret_is_refused(path: Path) -> None:
    with pytest.raises(InvalidJwks, match="name of a secret"):
        JwksFile(path, {"RS256"}).load()
