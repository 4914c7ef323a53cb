"""Calls for one account: its terms, its purchases and its rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from fullhouse.client.addresses import in_path
from fullhouse.client.event_room import RoomCalls
from fullhouse.client.http_calls import IDEMPOTENCY_KEY, HttpCalls, given, new_idempotency_key
from fullhouse.domain.offers import Offer
from fullhouse.domain.plans import BillingPeriod
from fullhouse.domain.trail import EventKind
from fullhouse.edge.account_objects import (
    AccountChangesBody,
    AccountObject,
    ErasureObject,
    NewAccountBody,
    PaymentBody,
    PromoCodeBody,
)
from fullhouse.edge.invoice_objects import InvoiceObject, InvoicesObject
from fullhouse.edge.objects import RoomObject
from fullhouse.edge.purchase_objects import (
    DowngradeBody,
    DowngradeObject,
    DowngradesObject,
    OffersObject,
    QuoteBody,
    QuoteObject,
    UpgradeBody,
    UpgradeObject,
    UpgradesObject,
)
from fullhouse.edge.room_objects import RoomsObject
from fullhouse.edge.trail_objects import EventObject, EventsObject


class AccountCalls:
    """One account. Every call may raise `CallFailed`."""

    def __init__(self, calls: HttpCalls, account: str) -> None:
        self._calls = calls
        self.id = account
        self._path = f"/v1/accounts/{in_path('account', account)}"

    def room(self, room: str) -> RoomCalls:
        """The calls for one room of the account. Asks nothing yet."""
        return RoomCalls(self._calls, f"{self._path}/rooms/{in_path('room', room)}")

    async def open(
        self,
        plan: str,
        billing_period: BillingPeriod,
        *,
        period_start: date,
        time_zone: str,
        parallel_events: int = 0,
        promo_codes: Sequence[PromoCodeBody] = (),
        payment: PaymentBody | None = None,
    ) -> AccountObject:
        """Open the account. The same again is no error.

        Args:
            plan: Any plan of the catalogue.
            billing_period: 30 or 365 days.
            period_start: The first day of a period that counts as paid. Today is in that
                period, or in the one after it.
            time_zone: A name of IANA. Days begin and end in it.
            parallel_events: Further rooms at the same time.
            promo_codes: Codes that lower the prices.
            payment: The ids of the payer, for the payment gateway.
        """
        body = NewAccountBody(
            plan=plan,
            billing_period=billing_period,
            period_start=period_start,
            time_zone=time_zone,
            parallel_events=parallel_events,
            promo_codes=tuple(promo_codes),
            payment=payment,
        )
        return await self._calls.answer(AccountObject, "PUT", self._path, given(body))

    async def get(self) -> AccountObject:
        """The account in its current period."""
        return await self._calls.answer(AccountObject, "GET", self._path)

    async def change(
        self,
        *,
        parallel_events: int | UnsetType = UNSET,
        promo_codes: Sequence[PromoCodeBody] | UnsetType = UNSET,
        payment: PaymentBody | UnsetType = UNSET,
    ) -> AccountObject:
        """Change add-ons, promo codes or the payer. Nothing is charged."""
        codes = UNSET if isinstance(promo_codes, UnsetType) else tuple(promo_codes)
        body = AccountChangesBody(parallel_events, codes, payment)
        return await self._calls.answer(AccountObject, "PATCH", self._path, body)

    async def collect(self) -> AccountObject:
        """Try at once to collect renewals that could not be collected."""
        return await self._calls.answer(AccountObject, "POST", f"{self._path}/collect")

    async def delete(self, *, ledger: bool = False) -> None:
        """Delete the account and all about its people; with `ledger` its charges too."""
        query = {"ledger": "true"} if ledger else {}
        await self._calls.delete(self._path, query=query)

    async def rooms(
        self, *, status: Literal["open", "closed"] = "open"
    ) -> AsyncIterator[RoomObject]:
        """The open rooms by name, or the closed ones, newest first."""
        async for page in self._pages(RoomsObject, "rooms", status=status):
            for room in page.rooms:
                yield room

    async def events(
        self,
        *,
        room: str | None = None,
        participant: str | None = None,
        kind: EventKind | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[EventObject]:
        """Who did what, and why somebody waited or was not let in, newest first.

        Args:
            room: Only events of this room.
            participant: Only events about this person, or requests that the person made.
            kind: Only events of this kind.
            since: The first instant, with a time zone.
            until: The last instant, with a time zone.
        """
        instants = {
            name: instant.isoformat()
            for name, instant in (("since", since), ("until", until))
            if instant is not None
        }
        asked = {"room": room, "participant": participant, "kind": kind, **instants}
        async for page in self._pages(EventsObject, "events", **asked):
            for event in page.events:
                yield event

    async def delete_participant(self, participant: str) -> ErasureObject:
        """Delete everything about a person, in all rooms of the account.

        Returns:
            How much was found. A call that is repeated, because its first answer was lost, counts
            only what the first one has left.
        """
        path = f"{self._path}/participants/{in_path('participant', participant)}"
        return await self._calls.answer(ErasureObject, "DELETE", path)

    async def offers(self, room: str) -> tuple[Offer, ...]:
        """A price for every larger plan on sale, cheapest first. Only a quote is binding."""
        path = f"{self._path}/offers"
        return (await self._calls.answer(OffersObject, "GET", path, query={"room": room})).offers

    async def quote(self, plan: str) -> QuoteObject:
        """The price of a larger plan, valid until the quote expires."""
        path = f"{self._path}/upgrade-quotes"
        return await self._calls.answer(QuoteObject, "POST", path, QuoteBody(plan))

    async def upgrade(self, quote: str, *, idempotency_key: str | None = None) -> UpgradeObject:
        """Buy the plan of a quote, once, however often this call has to be repeated.

        Args:
            quote: The id of the quote.
            idempotency_key: Give your own one if you may call this again after a failure, for
                example after a restart. By default each call is another purchase.
        """
        key = idempotency_key or new_idempotency_key()
        return await self._calls.answer(
            UpgradeObject,
            "POST",
            f"{self._path}/upgrades",
            UpgradeBody(quote),
            headers={IDEMPOTENCY_KEY: key},
        )

    async def get_upgrade(self, upgrade: str) -> UpgradeObject:
        """The current state of an upgrade."""
        path = f"{self._path}/upgrades/{in_path('upgrade', upgrade)}"
        return await self._calls.answer(UpgradeObject, "GET", path)

    async def withdraw_upgrade(self, upgrade: str) -> UpgradeObject:
        """Withdraw an upgrade that is not paid yet."""
        path = f"{self._path}/upgrades/{in_path('upgrade', upgrade)}"
        return await self._calls.answer(UpgradeObject, "DELETE", path)

    async def upgrades(
        self, *, status: Literal["pending"] | None = None
    ) -> AsyncIterator[UpgradeObject]:
        """All upgrades of the account, newest first. `pending`: only what is not settled yet."""
        async for page in self._pages(UpgradesObject, "upgrades", status=status):
            for upgrade in page.upgrades:
                yield upgrade

    async def request_downgrade(self, plan: str, note: str = "") -> DowngradeObject:
        """Ask customer success for a smaller plan from the next period on."""
        path = f"{self._path}/downgrade-requests"
        return await self._calls.answer(DowngradeObject, "POST", path, DowngradeBody(plan, note))

    async def downgrade_requests(self) -> tuple[DowngradeObject, ...]:
        """The latest requests of the account, oldest first."""
        path = f"{self._path}/downgrade-requests"
        return (await self._calls.answer(DowngradesObject, "GET", path)).downgrade_requests

    async def approve_downgrade(self, downgrade: str) -> DowngradeObject:
        """Approve a request for customer success."""
        return await self._downgrade("POST", downgrade, "/approve")

    async def decline_downgrade(self, downgrade: str) -> DowngradeObject:
        """Decline a request for customer success."""
        return await self._downgrade("POST", downgrade, "/decline")

    async def withdraw_downgrade(self, downgrade: str) -> DowngradeObject:
        """Withdraw a request for the customer."""
        return await self._downgrade("DELETE", downgrade, "")

    async def invoices(self) -> AsyncIterator[InvoiceObject]:
        """All charges of the account, oldest first."""
        async for page in self._pages(InvoicesObject, "invoices"):
            for invoice in page.invoices:
                yield invoice

    async def get_invoice(self, invoice: str) -> InvoiceObject:
        """One charge of the account."""
        path = f"{self._path}/invoices/{in_path('invoice', invoice)}"
        return await self._calls.answer(InvoiceObject, "GET", path)

    async def _downgrade(self, method: str, downgrade: str, answer: str) -> DowngradeObject:
        path = f"{self._path}/downgrade-requests/{in_path('downgrade', downgrade)}{answer}"
        return await self._calls.answer(DowngradeObject, method, path)

    async def _pages(self, type_: Any, name: str, **asked: str | None) -> AsyncIterator[Any]:  # noqa: ANN401  # a list's page
        query = {name: value for name, value in asked.items() if value is not None}
        while True:
            page = await self._calls.answer(type_, "GET", f"{self._path}/{name}", query=query)
            yield page
            if page.next is None:
                return
            query = {**query, "cursor": page.next}
