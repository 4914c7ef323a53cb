"""Fingerprints of requests: the same for the same values, however they were written down."""

from __future__ import annotations

from hashlib import sha256

import msgspec


def fingerprint(request: object) -> str:
    """A digest of the request's values; the order of its fields does not matter."""
    return sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()
