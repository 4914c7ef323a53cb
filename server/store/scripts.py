"""The Lua scripts, ready to call: each file of `lua/` joined with the prelude they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from redis.commands.core import AsyncScript

if TYPE_CHECKING:
    from redis.asyncio import Redis

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


Observe = Callable[[str, float], None]
"""Told the name of a script and how many seconds a call of it took."""


def unobserved(_name: str, _seconds: float) -> None:
    """Nobody wants to know."""


class ObservedScript(AsyncScript):
    """A script that says how long each call took, whatever became of it."""

    def __init__(self, redis: Redis, name: str, observe: Observe) -> None:
        super().__init__(redis, source_of(name))
        self._name = name
        self._observe = observe

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as it was
        begun_s = perf_counter()
        try:
            return await super().__call__(*args, **kwargs)
        finally:
            self._observe(self._name, perf_counter() - begun_s)


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
    renew_account: AsyncScript
    save_account: AsyncScript
    set_room: AsyncScript
    snapshot: AsyncScript
    sweep_room: AsyncScript

    @classmethod
    def register(cls, redis: Redis, observe: Observe = unobserved) -> Self:
        names = [field.name for field in fields(cls)]
        return cls(**{name: ObservedScript(redis, name, observe) for name in names})


Arguments = Sequence[str | int]
