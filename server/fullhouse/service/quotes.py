"""Quotes and offers: the price of a larger plan for an account today.

Reads the account, the day and the limits, and stores the quote. The rules are in
`domain/quotes.py`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fullhouse.domain.accounts import Account, local_date
from fullhouse.domain.current_plan import comparable_plan
from fullhouse.domain.errors import NotAnUpgrade
from fullhouse.domain.offers import Offer, offers_for
from fullhouse.domain.plans import Catalogue, Plan
from fullhouse.domain.quotes import Quote, Terms, check_payable, quote_of, upgrade_terms
from fullhouse.domain.upgrades import check_upgrade
from fullhouse.service.accounts import AccountService
from fullhouse.service.ports import AccountStore, IdSource

# A late buyer gets the error `quote_expired` for this long, and then `not_found`.
REMEMBERED_S = 24 * 3600


class QuoteService:
    """Prices upgrades.

    Args:
        accounts: Reads accounts and renews them.
        store: Stores quotes.
        catalogue: The plans for sale.
        new_id: Makes the ids of quotes.
        quote_ttl_s: How long the price of a quote is valid.
    """

    def __init__(
        self,
        accounts: AccountService,
        store: AccountStore,
        catalogue: Catalogue,
        *,
        new_id: IdSource,
        quote_ttl_s: float,
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._catalogue = catalogue
        self._new_id = new_id
        self._quote_ttl_s = quote_ttl_s

    async def quote(self, account_id: str, plan_id: str, *, asked_by: str | None = None) -> Quote:
        """A quote for `plan_id`, valid until it expires or the account changes.

        Args:
            account_id: The account that would be upgraded.
            plan_id: The plan.
            asked_by: The person who asks. None: the platform.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: there is no such plan.
            PlanNotOnSale, NotAnUpgrade: the plan cannot be bought, or is no upgrade.
            RateLimited: the person or the account has too many open quotes.
            PastDue: the account owes a renewal.
            PriceUnknown: the price of the account's plan is not stored.
            ClocksDisagree: the clocks of node and store disagree.
        """
        account = await self._accounts.current(account_id)
        now = await self._accounts.clock.now()
        quote = self._priced(account, self._catalogue.named_by("plan", plan_id), now)
        await self._store.save_quote(
            quote, asked_by=asked_by, valid_s=self._quote_ttl_s, remembered_s=REMEMBERED_S
        )
        return quote

    async def offers(self, account_id: str, *, people: int) -> tuple[Offer, ...]:
        """A price for every larger plan on sale, cheapest first. One of them is recommended.

        Empty while the clocks of node and store disagree, because a price depends on the day.

        Args:
            account_id: The account of the room.
            people: The number of people inside and waiting in the room.

        Raises:
            NotFound: there is no such account.
        """
        account = await self._accounts.current(account_id)
        if not await self._accounts.clock.agrees():
            return ()
        today = local_date(account.time_zone, self._accounts.clock.unchecked())
        limits = self._accounts.limits_in(self._catalogue.currency)
        return offers_for(account, self._catalogue, people=people, today=today, limits=limits)

    def _priced(self, account: Account, target: Plan, now: datetime) -> Quote:
        current = comparable_plan(account, sold_in=self._catalogue.currency, refusal=NotAnUpgrade)
        check_upgrade(account, current=current, target=target)
        check_payable(account)
        today = local_date(account.time_zone, now)
        terms = self._terms(account, current, target, today)
        return quote_of(
            account,
            id_=self._new_id(),
            current=current,
            target=target,
            terms=terms,
            expires_at=now + timedelta(seconds=self._quote_ttl_s),
        )

    def _terms(self, account: Account, current: Plan, target: Plan, today: date) -> Terms:
        currency = self._catalogue.currency
        limits = self._accounts.limits_in(currency)
        return upgrade_terms(
            account, current, target, currency=currency, today=today, limits=limits
        )
