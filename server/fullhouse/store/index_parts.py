"""Calls for the parts of an index: one key for all, or in a cluster a key for each part.

A part whose master is away must not stop the others.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

KeysT = TypeVar("KeysT")
RowT = TypeVar("RowT")
TakenT = TypeVar("TakenT")

AT_ONCE = 8  # parts that are asked at the same time


def grouped(rows: Iterable[tuple[KeysT, RowT]]) -> dict[KeysT, list[RowT]]:
    """The rows of each key."""
    groups: defaultdict[KeysT, list[RowT]] = defaultdict(list)
    for key, row in rows:
        groups[key].append(row)
    return groups


async def all_done(calls: Iterable[Awaitable[object]]) -> None:
    """Wait for all calls, whatever becomes of the others.

    Raises:
        Exception: the error of the first that failed.
    """
    for result in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def taken_from(
    parts: Sequence[KeysT], limit: int, take: Callable[[KeysT, int], Awaitable[Sequence[TakenT]]]
) -> list[TakenT]:
    """Take entries from the parts, in random order, until there are `limit` or a few more.

    Args:
        parts: What `take` is called with.
        limit: How many entries are wanted.
        take: Takes at most so many entries from a part.

    Raises:
        Exception: all parts failed; the error of one of them.
    """
    taken: list[TakenT] = []
    failures: list[BaseException] = []
    order = random.sample(parts, len(parts))  # so that no part is always the last
    while order and (left := limit - len(taken)) > 0:
        some, order = order[:AT_ONCE], order[AT_ONCE:]
        calls = (take(part, left) for part in some)
        for result in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(result, BaseException):
                failures.append(result)
            else:
                taken += result
    if len(failures) == len(parts):
        raise failures[0]
    return taken
