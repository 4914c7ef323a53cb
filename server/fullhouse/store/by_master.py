"""Sends the parts of one request to the masters of a cluster, all at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from fullhouse.store.cluster_slots import Address
from fullhouse.store.index_parts import grouped

ReplyT = TypeVar("ReplyT")


async def sent_by_master(
    owners: Mapping[int, Address],
    send: Callable[[Address, Sequence[int]], Awaitable[Sequence[ReplyT]]],
) -> dict[int, ReplyT]:
    """The reply to each item, by the number of the item.

    Args:
        owners: The master of each item.
        send: Sends the items with these numbers to one master. Returns their replies in order.

    Raises:
        Exception: the first error of `send`.
    """
    parts = grouped((owner, number) for number, owner in owners.items())
    replies = await asyncio.gather(*(send(owner, numbers) for owner, numbers in parts.items()))
    return {
        number: reply
        for numbers, part in zip(parts.values(), replies, strict=True)
        for number, reply in zip(numbers, part, strict=True)
    }
