"""Invoices, as the customer reads them."""

from __future__ import annotations

from server.domain.errors import NotFound
from server.domain.invoices import Invoice, invoices_of
from server.service.accounts import AccountService
from server.service.ports import AccountStore, ReversalStore


class InvoiceService:
    """Reads the ledger of an account, whose ended periods are charged first."""

    def __init__(
        self, accounts: AccountService, store: AccountStore, reversals: ReversalStore
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._reversals = reversals

    async def all(self, account_id: str) -> tuple[Invoice, ...]:
        """Every invoice, oldest first.

        Raises:
            NotFound: there is no such account.
        """
        account = await self._accounts.current(account_id)
        ledger = await self._store.read_ledger(account_id)
        return invoices_of(account, ledger, await self._reversals.read_reversals(account_id))

    async def find(self, account_id: str, invoice_id: str) -> Invoice:
        """The invoice for the charge of that id.

        Raises:
            NotFound: there is no such account, or it has no such invoice.
        """
        for invoice in await self.all(account_id):
            if invoice.charge.id == invoice_id:
                return invoice
        raise NotFound("invoice", invoice_id)
