"""Fingerprints of requests: equal values have equal fingerprints, in any spelling of the JSON."""

from __future__ import annotations

from hashlib import sha256

import msgspec


def fingerprint(request: object) -> str:
    """A digest of the request's values. The order of its fields does not matter."""
    return sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()
