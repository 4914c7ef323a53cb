"""Who makes a call of the HTTP API, as one value for rules, logs and records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fullhouse.domain.rooms import Role

CallerKind = Literal["anyone", "key", "person"]


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller. It has no credential in it, and may be logged and stored.

    Attributes:
        kind: `anyone`: the call needs no credential. `key`: the caller sent a platform key.
            `person`: the caller sent a room token.
        key: The name of the key. None: the caller is no `key`.
        participant: The person, as named in the token (`sub`). None: the caller is no `person`.
        role: The role in the token. None: the caller is no `person`.
        account: The only account that the caller may touch: that of the token, or that of a key
            for one account. None: a key for all accounts, or `anyone`.
        room: The room of the token. None: the caller is no `person`.
    """

    kind: CallerKind
    key: str | None = None
    participant: str | None = None
    role: Role | None = None
    account: str | None = None
    room: str | None = None


ANYONE = Caller("anyone")
