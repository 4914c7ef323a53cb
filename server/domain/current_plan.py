"""The plan of an account, for a comparison with the plans of the catalogue."""

from __future__ import annotations

from server.domain.accounts import Account
from server.domain.errors import NotADowngrade, NotAnUpgrade
from server.domain.plans import Plan


def comparable_plan(
    account: Account, *, sold_in: str, refusal: type[NotAnUpgrade | NotADowngrade]
) -> Plan:
    """What the account has, if its price is in the currency of the catalogue.

    Raises:
        NotAnUpgrade, NotADowngrade: as `refusal` says; the account pays in another currency.
    """
    bought = account.current
    if bought.currency != sold_in:
        raise refusal(f"The account pays in {bought.currency}, and plans are sold in {sold_in}.")
    return bought.plan
