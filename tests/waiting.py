"""Awaiting a condition instead of sleeping."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

POLL_S = 0.005
PATIENCE_S = 30.0
"""With anything that ends, on a machine that others use too: no test ends sooner because of it."""


async def wait_until(
    predicate: Callable[[], object | Awaitable[object]], timeout_s: float = PATIENCE_S
) -> None:
    """Return once `predicate` holds; it may be a coroutine function.

    Raises:
        TimeoutError: It did not within `timeout_s`.
    """
    async with asyncio.timeout(timeout_s):
        while not await _holds(predicate):  # noqa: ASYNC110  # what is awaited raises no Event
            await asyncio.sleep(POLL_S)  # noqa: TID251  # what tests use instead of sleeping


async def _holds(predicate: Callable[[], object | Awaitable[object]]) -> bool:
    value = predicate()
    return bool(await value if inspect.isawaitable(value) else value)
