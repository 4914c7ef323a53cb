"""Reads the invoices of an account."""

from __future__ import annotations

from typing import NamedTuple

from fullhouse.domain.errors import NotFound
from fullhouse.domain.invoices import Invoice, invoices_of, is_complete
from fullhouse.domain.ledger import LedgerEntry
from fullhouse.domain.pages import Page, PageRequest, page_of, place_of
from fullhouse.service.accounts import AccountService
from fullhouse.service.ports import AccountStore, ReversalStore

LOOK_BACK = 50
"""The number of charges read before a page: most charges that it collects are among them."""


class _Part(NamedTuple):
    """Some charges of a ledger, and the number of charges before them."""

    before: int
    charges: list[LedgerEntry]


class InvoiceService:
    """Reads invoices from the ledger of an account. Ended periods are charged first."""

    def __init__(
        self, accounts: AccountService, store: AccountStore, reversals: ReversalStore
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._reversals = reversals

    async def page(self, account_id: str, request: PageRequest) -> Page[Invoice]:
        """A page of invoices, oldest first. The ledger grows at its end, so pages never shift.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: the cursor is not of this list.
        """
        account = await self._accounts.current(account_id)
        first = place_of(request.cursor)
        before = max(0, first - LOOK_BACK)
        ledger = await self._ledger(account_id, before, first - before + request.limit + 1)
        reversals = await self._reversals.read_reversals(account_id)
        invoices = invoices_of(account, ledger.charges, reversals, before=ledger.before)
        rows = [*enumerate(invoices, start=ledger.before + 1)][first - ledger.before :]
        page = page_of(rows, request.limit, lambda row: row[0])
        return Page(tuple(invoice for _, invoice in page.rows), page.next)

    async def _ledger(self, account_id: str, before: int, count: int) -> _Part:
        """The part of the ledger, or all before its end if it collects charges from before it."""
        charges = await self._store.read_ledger(account_id, before, count)
        if before == 0 or is_complete(charges):
            return _Part(before, charges)
        return _Part(0, await self._store.read_ledger(account_id, 0, before + count))

    async def all(self, account_id: str) -> tuple[Invoice, ...]:
        """All invoices, oldest first.

        Raises:
            NotFound: there is no such account.
        """
        account = await self._accounts.current(account_id)
        ledger = await self._store.read_ledger(account_id)
        return invoices_of(account, ledger, await self._reversals.read_reversals(account_id))

    async def find(self, account_id: str, invoice_id: str) -> Invoice:
        """The invoice for the charge with that id.

        Raises:
            NotFound: there is no such account, or the account has no such invoice.
        """
        for invoice in await self.all(account_id):
            if invoice.charge.id == invoice_id:
                return invoice
        raise NotFound("invoice", invoice_id)
