"""Makes the reports of events for the platform."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.reports import Report, report_of

if TYPE_CHECKING:
    from fullhouse.domain.accounts import Account
    from fullhouse.domain.plans import Catalogue, Plan
    from fullhouse.domain.reports import Counted
    from fullhouse.domain.rooms import RoomRef
    from fullhouse.service.room_ports import Accounts


class ReportStore(Protocol):
    """Keeps what was counted of events."""

    async def report(self, ref: RoomRef) -> Counted: ...


class ReportService:
    """The report of a room, of an account that exists.

    Args:
        store: Keeps what was counted.
        accounts: Reads accounts and renews them.
        catalogue: The plans for sale.
    """

    def __init__(self, store: ReportStore, accounts: Accounts, catalogue: Catalogue) -> None:
        self._store = store
        self._accounts = accounts
        self._catalogue = catalogue

    async def of(self, ref: RoomRef) -> Report:
        """The report since the last opening of the room, open or closed.

        Raises:
            NotFound: there is no such account or room.
        """
        account = await self._accounts.current(ref.account)
        return report_of(await self._store.report(ref), self._sold_to(account))

    def _sold_to(self, account: Account) -> Iterable[Plan]:
        """The plans on sale. None to an account in another currency than the catalogue's."""
        if account.bought is None or account.bought.currency != self._catalogue.currency:
            return ()
        return (plan for plan in self._catalogue.plans if plan.on_sale and not plan.trial)
