"""The plan of an account, for a comparison with the plans of the catalogue."""

from __future__ import annotations

from fullhouse.domain.accounts import Account
from fullhouse.domain.errors import NotADowngrade, NotAnUpgrade
from fullhouse.domain.plans import Plan


def comparable_plan(
    account: Account, *, sold_in: str, refusal: type[NotAnUpgrade | NotADowngrade]
) -> Plan:
    """The plan of the account, if its price is in the currency of the catalogue.

    Raises:
        NotAnUpgrade, NotADowngrade: the account pays in another currency. `refusal` says which
            of the two is raised.
    """
    bought = account.current
    if bought.currency != sold_in:
        raise refusal(f"The account pays in {bought.currency}, and plans are sold in {sold_in}.")
    return bought.plan
