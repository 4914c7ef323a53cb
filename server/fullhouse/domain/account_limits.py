"""How much of an account's growth this installation keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLimits:
    """Limits of each account. 0: no limit.

    Attributes:
        person_quotes: Open quotes of one person. A quote is open until its price expires.
        account_quotes: Open quotes of the account, whoever asked for them.
        purchases_per_day: Purchases that the account may begin in 24 hours.
        closed_rooms: Closed rooms with which no further name can be opened.
    """

    person_quotes: int = 0
    account_quotes: int = 0
    purchases_per_day: int = 0
    closed_rooms: int = 0


NO_LIMITS = AccountLimits()
