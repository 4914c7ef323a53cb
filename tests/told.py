"""Messages of a server, of which a test says only what matters to it."""

from __future__ import annotations

from typing import Any

import msgspec

from fullhouse.edge.ws.examples import EXAMPLES
from fullhouse.edge.ws.messages import ServerMessage

_EXAMPLES = {type(each).__struct_config__.tag: each for each in EXAMPLES.values()}
_PLAIN = {"called": False, "claim_s": None, "reason": "full"}


def told(kind: str, epoch: int = 0, rev: int = 0, **fields: Any) -> Any:  # noqa: ANN401  # the message of that kind
    """The example of that kind with these fields."""
    example = _EXAMPLES[kind]
    named = {"epoch": epoch, "rev": rev, **(_PLAIN if kind == "waiting" else {}), **fields}
    known = set(example.__struct_fields__)
    return msgspec.structs.replace(example, **{k: v for k, v in named.items() if k in known})


def frame(kind: str, **fields: Any) -> str:  # noqa: ANN401  # fields of JSON
    """As `told`, as the server sends it."""
    message: ServerMessage = told(kind, **fields)
    return msgspec.json.encode(message).decode()
