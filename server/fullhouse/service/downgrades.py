"""Downgrade requests: made by the customer, answered by customer success."""

from __future__ import annotations

import logging

from fullhouse.domain.accounts import Account, DowngradeRequest, local_date
from fullhouse.domain.current_plan import comparable_plan
from fullhouse.domain.downgrades import Answer, answered, request_of, requested
from fullhouse.domain.errors import InvalidRequest, NotADowngrade
from fullhouse.domain.pages import Page, PageRequest, page_of
from fullhouse.domain.plans import Catalogue
from fullhouse.service.accounts import AccountService
from fullhouse.service.ports import IdSource

log = logging.getLogger(__name__)


class DowngradeService:
    """Stores and answers downgrade requests, which are part of their account.

    Args:
        accounts: Reads, renews and changes accounts.
        catalogue: The plans for sale.
        new_id: Makes the ids of requests.
    """

    def __init__(
        self, accounts: AccountService, catalogue: Catalogue, *, new_id: IdSource
    ) -> None:
        self._accounts = accounts
        self._catalogue = catalogue
        self._new_id = new_id

    async def request(self, account_id: str, plan_id: str, note: str) -> DowngradeRequest:
        """Ask for a smaller plan from the next period on. Withdraws an earlier request.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: there is no such plan.
            NoDowngradeToTrial, PlanNotOnSale, NotADowngrade: the plan is no possible downgrade.
            PriceUnknown: the price of the account's plan is not stored.
            ClocksDisagree: the clocks of node and store disagree.
        """
        target = self._catalogue.named_by("plan", plan_id)
        id_ = self._new_id()
        now = await self._accounts.clock.now()

        def ask(account: Account) -> Account:
            return requested(
                account,
                current=comparable_plan(
                    account, sold_in=self._catalogue.currency, refusal=NotADowngrade
                ),
                target=target,
                id_=id_,
                note=note,
                today=local_date(account.time_zone, now),
            )

        account = await self._accounts.change(account_id, ask)
        return _logged(account, id_)

    async def answer(self, account_id: str, request_id: str, answer: Answer) -> DowngradeRequest:
        """Approve (`scheduled`), decline or withdraw a request. Safe to repeat.

        Raises:
            NotFound: there is no such account or request, or the request is closed.
        """
        account = await self._accounts.change(
            account_id, lambda account: answered(account, request_id, answer)
        )
        return _logged(account, request_id)

    async def page(self, account_id: str, request: PageRequest) -> Page[DowngradeRequest]:
        """The latest requests of the account, oldest first. An account keeps the last ten.

        Raises:
            NotFound: there is no such account.
            InvalidRequest: the cursor is not of this list, or its request is no longer kept.
        """
        requests = (await self._accounts.current(account_id)).downgrades
        ids = [each.id for each in requests]
        if request.cursor is not None and request.cursor not in ids:
            raise InvalidRequest("cursor", "must be the `next` of a recent answer of this list")
        first = 0 if request.cursor is None else ids.index(request.cursor) + 1
        return page_of(requests[first:], request.limit, lambda each: each.id)


def _logged(account: Account, request_id: str) -> DowngradeRequest:
    request = request_of(account, request_id)
    said = {"account": account.id, "downgrade": request.id, "status": request.status}
    log.info("downgrade.told", extra=said)
    return request
