"""The line of a room for its hosts: who waits, who is called next, who is removed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.pages import Moment, Page, PageRequest, cursor_of, moment_of, page_of
from fullhouse.domain.waiting_people import (
    SECTIONS,
    CallNext,
    ChosenPerson,
    LinePosition,
    WaitingPerson,
    checked_reason,
)

if TYPE_CHECKING:
    from fullhouse.domain.rooms import RoomRef
    from fullhouse.service.ports import IdSource
    from fullhouse.service.room_ports import Accounts

log = logging.getLogger(__name__)


class LineStore(Protocol):
    """Reads and changes the line. Each method is one atomic step."""

    async def list_waiting(
        self, ref: RoomRef, after: LinePosition, count: int
    ) -> list[WaitingPerson]: ...

    async def call_next(self, change: str, choice: CallNext) -> ChosenPerson: ...

    async def remove_present(self, ref: RoomRef, participant: str) -> None: ...


class WaitingPeopleService:
    """Shows hosts the line of their room, and lets them act for one person.

    All methods raise `NotFound` if the account or the room does not exist, and `RoomClosed` if
    the room is closed.

    Args:
        store: Keeps the line.
        accounts: Reads accounts and renews them.
        new_change: Makes the ids of changes.
    """

    def __init__(self, store: LineStore, accounts: Accounts, *, new_change: IdSource) -> None:
        self._store = store
        self._accounts = accounts
        self._new_change = new_change

    async def page(self, ref: RoomRef, request: PageRequest) -> Page[WaitingPerson]:
        """People in line, in the order in which they are let in.

        The line moves while it is read: a person may be on two pages, or on none.

        Raises:
            InvalidRequest: the cursor is not of this list.
        """
        after = _position_of(request.cursor)
        await self._accounts.current(ref.account)
        rows = await self._store.list_waiting(ref, after, request.limit + 1)
        return page_of(rows, request.limit, _cursor_after)

    async def call_next(self, choice: CallNext) -> ChosenPerson:
        """Call a person before everybody else in line: now if a seat is free, else with the next.

        Safe to repeat: nothing changes for a person who is chosen, called or inside.

        Raises:
            InvalidRequest: the reason may not be shown, or too many others are before the line.
            NotFound: the person has no place in the room.
        """
        checked_reason(choice.reason)
        await self._accounts.current(choice.ref.account)
        chosen = await self._store.call_next(self._new_change(), choice)
        # Lines of the log have no ids of people, and the reason may be about one.
        by = "platform" if choice.by is None else "host"
        named = {"account": choice.ref.account, "room": choice.ref.room}
        log.info("person.called_next", extra={**named, "by": by})
        return chosen

    async def remove_present(self, ref: RoomRef, participant: str) -> None:
        """Remove a person who has a place, and refuse them until the room closes.

        For hosts: a host has no place, so no host can remove another one.

        Raises:
            NotFound: the person has no place in the room.
        """
        await self._accounts.current(ref.account)
        await self._store.remove_present(ref, participant)
        log.info("person.removed", extra={"account": ref.account, "room": ref.room, "by": "host"})


def _cursor_after(person: WaitingPerson) -> str:
    return cursor_of(Moment(person.position, person.section))


def _position_of(cursor: str | None) -> LinePosition:
    moment = moment_of(cursor)
    if moment is None:
        return LinePosition()
    for section in SECTIONS:
        if section == moment.name:
            return LinePosition(section, moment.ms)
    raise InvalidRequest("cursor", "must be the `next` of an earlier answer of this list")
