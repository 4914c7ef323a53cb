"""Lists the purchases of an account, settled or not, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from fullhouse.domain.instants import unix_ms
from fullhouse.domain.pages import Moment, Page, PageRequest, cursor_of, moment_of, page_of
from fullhouse.domain.purchases import Purchase

if TYPE_CHECKING:
    from fullhouse.service.accounts import AccountService


class Purchases(Protocol):
    """The stored purchases."""

    async def page(
        self, account_id: str, *, after: tuple[int, str] | None, count: int
    ) -> list[Purchase]:
        """Newest first, after the purchase `after`: the Unix ms of its beginning, and its id."""
        ...

    async def under_way(self, account_id: str) -> list[Purchase]:
        """The purchase that is not settled yet, if there is one."""
        ...


class PurchaseHistory:
    """Lists purchases. An account makes one purchase at a time, so at most one is pending."""

    def __init__(self, accounts: AccountService, store: Purchases) -> None:
        self._accounts = accounts
        self._store = store

    async def page(
        self, account_id: str, request: PageRequest, *, only_pending: bool
    ) -> Page[Purchase]:
        """Purchases of the account, newest first.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: the cursor is not of this list.
        """
        await self._accounts.current(account_id)
        after = moment_of(request.cursor)
        if only_pending:
            found = await self._store.under_way(account_id)
            return Page(tuple(each for each in found if not each.is_settled), None)
        rows = await self._store.page(account_id, after=after, count=request.limit + 1)
        return page_of(rows, request.limit, lambda row: cursor_of(_moment(row)))


def _moment(purchase: Purchase) -> Moment:
    return Moment(unix_ms(purchase.started_at), purchase.id)
