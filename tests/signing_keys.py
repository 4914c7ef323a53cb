"""Private keys to sign tokens with in tests, as JWKs by algorithm. Made for this, used nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEYS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text())

_PUBLIC = ("kty", "crv", "x", "y", "n", "e")


def public(algorithm: str) -> dict[str, Any]:
    """The public part; its `kid` is the name of the algorithm."""
    row = {name: value for name, value in KEYS[algorithm].items() if name in _PUBLIC}
    return {**row, "kid": algorithm, "alg": algorithm}
