"""The one pattern for ids of accounts, rooms, participants and plans.

Source: docs/protocol.md, "Ids". The pattern allows neither colons nor braces. So an id needs no
escaping in a Redis key with a hash tag.
"""

from __future__ import annotations

import re

from fullhouse.domain.errors import InvalidRequest

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}"

_is_id = re.compile(ID_PATTERN).fullmatch


def is_id(value: str) -> bool:
    return _is_id(value) is not None


def checked_id(field: str, value: str) -> str:
    """Return `value` if it is an id.

    Raises:
        InvalidRequest: it is not. The text names `field`.
    """
    if not is_id(value):
        raise InvalidRequest(
            field,
            "1 to 64 characters, a letter or digit first, then letters, digits and . _ ~ -",
        )
    return value
