"""The Lua scripts, ready to call: each file of `lua/` joined with the prelude they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

_LUA = files(__package__) / "lua"

PRELUDE = (
    "room",
    "clock",
    "epoch",
    "people",
    "call",
    "sweep",
    "place",
    "admission",
    "renewal",
    "notice",
    "capacity",
    "settle",
    "plan",
    "script",
    "account",
)
"""Parts of the prelude in the order in which they need one another."""


def source_of(name: str) -> str:
    """One script as Redis gets it: its `#!lua` line, the prelude, its body."""
    shebang, _, body = (_LUA / f"{name}.lua").read_text().partition("\n")
    prelude = [(_LUA / "prelude" / f"{part}.lua").read_text() for part in PRELUDE]
    return "\n".join([shebang, *prelude, body])


@dataclass(frozen=True, slots=True)
class Scripts:
    """One field a Lua file. A script that Redis has forgotten is loaded again on the fly."""

    admit: AsyncScript
    apply_plan: AsyncScript
    audit: AsyncScript
    close_room: AsyncScript
    dismiss_notice: AsyncScript
    drop: AsyncScript
    leave: AsyncScript
    open_room: AsyncScript
    poll: AsyncScript
    positions: AsyncScript
    put_account: AsyncScript
    recall_sale: AsyncScript
    remove_participant: AsyncScript
    renew: AsyncScript
    save_account: AsyncScript
    set_room: AsyncScript
    snapshot: AsyncScript
    sweep_room: AsyncScript

    @classmethod
    def register(cls, redis: Redis) -> Self:
        return cls(**{f.name: redis.register_script(source_of(f.name)) for f in fields(cls)})


Arguments = Sequence[str | int]
