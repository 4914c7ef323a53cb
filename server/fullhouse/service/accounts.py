"""Opens, changes and reads accounts for the platform, always in their current period."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fullhouse.clock import Clock
from fullhouse.domain.account_messages import messages_of_change, messages_of_renewal
from fullhouse.domain.accounts import (
    Account,
    AccountChanges,
    NewAccount,
    changed,
    has_ended,
    local_date,
    opened,
)
from fullhouse.domain.bought import with_bought
from fullhouse.domain.charge_limits import NO_LIMITS, ChargeLimits, LimitsOf, any_amount
from fullhouse.domain.dues import tried_now
from fullhouse.domain.errors import AlreadyExists, NotFound
from fullhouse.domain.plans import BoughtPlan, Catalogue
from fullhouse.domain.quotes import NextPeriod
from fullhouse.domain.renewals import next_period, renewed
from fullhouse.service.business_clock import BusinessClock
from fullhouse.service.fingerprints import fingerprint
from fullhouse.service.ports import AccountStore

log = logging.getLogger(__name__)


class AccountService:
    """Opens, changes and reads accounts. Every call first renews a period that has ended.

    Args:
        store: Reads and writes accounts.
        catalogue: The plans that an account may have.
        clock: The clock of this node. The account's time zone turns an instant into a day.
        limits_of: Returns the limits of the gateway in a currency.
    """

    def __init__(
        self,
        store: AccountStore,
        catalogue: Catalogue,
        clock: Clock,
        *,
        limits_of: LimitsOf = any_amount,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._limits_of = limits_of
        self._price_unknown: set[str] = set()
        self.clock = BusinessClock(clock, store)

    async def put(self, account_id: str, request: NewAccount) -> tuple[Account, bool]:
        """Open the account. Safe to repeat with the same request.

        Returns:
            The account, and whether it is new.

        Raises:
            InvalidRequest: the plan is not in the catalogue, or a value is out of bounds.
            AlreadyExists: the account was opened by a different request.
            ClocksDisagree: the clocks of node and store disagree.
        """
        first_request = fingerprint(request)
        known = await self._store.find_account(account_id)
        if known is None:
            return await self._open(account_id, request, first_request)
        return await self._met_again(known, first_request), False

    async def patch(self, account_id: str, changes: AccountChanges) -> Account:
        """Change add-ons, promo codes or payer. The call charges nothing and closes no room.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: a value is out of bounds.
        """
        return await self.change(account_id, lambda account: changed(account, changes))

    async def collect_now(self, account_id: str) -> Account:
        """Let the next attempt to collect failed renewals follow at once, on any node.

        Nothing changes within a minute of the last attempt.

        Raises:
            NotFound: there is no such account.
        """
        now = await self.clock.now()
        return await self.change(account_id, lambda account: tried_now(account, now=now))

    async def change(self, account_id: str, change: Callable[[Account], Account]) -> Account:
        """Apply `change` to the current account. Concurrent changes are not lost.

        Args:
            account_id: The account.
            change: Returns the changed account. Called again if another change came first. If it
                returns the same object, nothing is written.

        Raises:
            NotFound: there is no such account.
        """
        while True:
            account = await self.current(account_id)
            wanted = change(account)
            if wanted is account:
                return account
            messages = messages_of_change(account, wanted)
            if await self._store.save_account(
                wanted, seen_version=account.version, messages=messages
            ):
                return wanted

    async def current(self, account_id: str) -> Account:
        """The account in its current period, with the plan that it bought.

        The account stays in its stored period in two cases: the price of its plan is not known, or
        the clocks of node and store disagree.

        Raises:
            NotFound: there is no such account.
        """
        while True:
            account = await self._store.find_account(account_id)
            if account is None:
                raise NotFound("account", account_id)
            if account.bought is None:
                account = await self.completed(account)
            renewal = await self._renew(account) if account.bought else account
            if renewal is not None:
                return renewal

    def limits_in(self, currency: str) -> ChargeLimits:
        """The limits of the gateway in `currency`."""
        return self._limits_of(currency) or NO_LIMITS

    def next_period(self, account: Account) -> NextPeriod:
        """The price of the next period, if the account does not change before.

        Raises:
            PriceUnknown: the price of the plan is not stored.
        """
        return next_period(account, limits=self.limits_in(account.current.currency))

    async def _open(
        self, account_id: str, request: NewAccount, first_request: str
    ) -> tuple[Account, bool]:
        plan = self._catalogue.named_by("plan", request.plan)
        bought = BoughtPlan(plan, self._catalogue.currency)
        now = await self.clock.now()
        wanted = opened(
            account_id,
            request,
            bought,
            now=now,
            fingerprint=first_request,
            first_version=await self._store.deleted_version(account_id) + 1,
        )
        kept, is_new = await self._store.put_account(wanted)
        return await self._met_again(kept, first_request), is_new

    async def _met_again(self, account: Account, first_request: str) -> Account:
        if account.first_request != first_request:
            raise AlreadyExists(
                f"Account {account.id!r} exists and was opened with other values. "
                "PATCH changes what may be changed."
            )
        return await self.current(account.id)

    async def completed(self, account: Account) -> Account:
        """An account of an earlier version, with its bought plan. The result is also stored.

        Unchanged if the price of its plan is not known.
        """
        ledger = await self._store.read_ledger(account.id)
        completed = with_bought(account, self._catalogue, ledger)
        if completed.bought is None:
            self._tell_price_unknown(account)
            return account
        # The version stays the same, because no input of a quote has changed. If another change
        # came first, that change is kept, and the next reader completes the account.
        await self._store.save_account(completed, seen_version=account.version)
        return completed

    def _tell_price_unknown(self, account: Account) -> None:
        """Log once for each account, because accounts are read again and again."""
        if account.id not in self._price_unknown:
            self._price_unknown.add(account.id)
            extra = {"account": account.id, "plan": account.plan}
            log.error("account.price_unknown", extra=extra)

    async def _renew(self, account: Account) -> Account | None:
        """The account with its ended periods renewed. None: another change came first."""
        now = self.clock.unchecked()
        if not has_ended(account, now=now) or not await self.clock.agrees():
            return account
        today = local_date(account.time_zone, now)
        limits = self.limits_in(account.current.currency)
        renewal, charges = renewed(account, today=today, limits=limits)
        if not await self._store.renew_account(
            renewal,
            seen_version=account.version,
            charges=charges,
            messages=messages_of_renewal(account, renewal, charges),
        ):
            return None
        periods = renewal.period.start - account.period.start
        extra = {"account": account.id, "charges": len(charges), "days": periods.days}
        log.info("account.renewed", extra=extra)
        if renewal.plan != account.plan:
            log.info("account.downgraded", extra={"account": account.id, "plan": renewal.plan})
        return renewal
