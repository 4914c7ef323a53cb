"""The host's word to everybody in the line of a room."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.errors import RateLimited
from fullhouse.domain.host_message import checked_text

if TYPE_CHECKING:
    from fullhouse.domain.host_message import HostMessage
    from fullhouse.domain.rooms import RoomRef, Snapshot
    from fullhouse.service.ports import IdSource
    from fullhouse.service.room_ports import Accounts

log = logging.getLogger(__name__)


class MessageStore(Protocol):
    """Keeps the message of a room."""

    async def set_message(self, ref: RoomRef, change: str, text: str | None) -> Snapshot: ...


class MessageRates(Protocol):
    """Counts the messages of a person, for all nodes together."""

    async def limit_rate(self, ref: RoomRef, participant: str, count: int) -> float:
        """Count `count` messages. Returns 0, or the seconds that the person should wait."""
        ...


class HostMessageService:
    """Gives a room a message to everybody in line, or withdraws it.

    Args:
        store: Keeps the message.
        rates: Limits the messages of one person.
        accounts: Reads accounts and renews them.
        new_change: Makes the ids of changes.
    """

    def __init__(
        self, store: MessageStore, rates: MessageRates, accounts: Accounts, *, new_change: IdSource
    ) -> None:
        self._store = store
        self._rates = rates
        self._accounts = accounts
        self._new_change = new_change

    async def set(
        self, ref: RoomRef, text: str | None, *, sender: str | None
    ) -> HostMessage | None:
        """Replace the message, or withdraw it with None. Returns None if the room never had one.

        Args:
            ref: The room.
            text: The message.
            sender: The person who sends it, whose messages are limited. None: the platform.

        Raises:
            InvalidRequest: the text may not be shown.
            NotFound: there is no such account or room.
            RoomClosed: the room is closed.
            RateLimited: the person has sent too many.
        """
        text = None if text is None else checked_text(text)
        await self._accounts.current(ref.account)
        if sender is not None:
            await self._check_rate(ref, sender)
        snapshot = await self._store.set_message(ref, self._new_change(), text)
        log.info("host_message.set", extra={"account": ref.account, "room": ref.room})
        return snapshot.state.host_message

    async def _check_rate(self, ref: RoomRef, sender: str) -> None:
        wait_s = await self._rates.limit_rate(ref, sender, 1)
        if wait_s:
            raise RateLimited("host_messages", math.ceil(wait_s))
