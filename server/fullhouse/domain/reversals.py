"""Reversals: the refunds of a charge, and the disputes that the payer opened.

The gateway reports them. A reversal changes neither the ledger nor any seat.
Source: docs/money.md, "Refunds and disputes".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fullhouse.domain.money import Money

DisputeStatus = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute of the payer about a charge.

    Attributes:
        status: `open` until the bank has decided. `won`: the seller keeps the money.
        told_s: When the gateway reported this status, in Unix s of the gateway's clock.
    """

    id: str
    amount: Money
    status: DisputeStatus
    told_s: int = 0

    @property
    def is_closed(self) -> bool:
        return self.status != "open"


@dataclass(frozen=True, slots=True)
class Reversal:
    """The known reversals of one charge, in absolute values.

    Attributes:
        refunded: The sum of all refunds. None: there was no refund.
    """

    refunded: Money | None = None
    disputes: tuple[Dispute, ...] = ()

    def returns(self, amount: Money) -> bool:
        """Whether refunds and lost disputes have returned all of `amount` to the payer."""
        lost = sum(each.amount.amount for each in self.disputes if each.status == "lost")
        refunded = self.refunded.amount if self.refunded else 0
        return 0 < amount.amount <= refunded + lost


NOTHING_REVERSED = Reversal()


def entry_of(charge_id: str) -> str:
    """The ledger id of a charge at the gateway.

    A purchase has one charge with the same id. A renewal has one charge for each attempt.
    """
    _, *rest = charge_id.split(":")
    return rest[0] if rest else charge_id


def with_news(known: Reversal, told: Reversal, asked: Reversal | None) -> Reversal:
    """The known reversals after a message. Messages may come in any order and repeatedly.

    Args:
        known: The reversals known before the message.
        told: The reversals in the message.
        asked: The gateway's present answer, which takes precedence. None: the gateway cannot
            answer. For refunds and disputes that are not in the answer, the message counts.
    """
    asked = asked or NOTHING_REVERSED
    disputes = {each.id: each for each in known.disputes}
    for news in told.disputes:
        disputes[news.id] = _later(disputes.get(news.id), news)
    for news in asked.disputes:
        disputes[news.id] = replace(news, told_s=max(news.told_s, _told_s(disputes, news)))
    refunded = asked.refunded or told.refunded or known.refunded
    return Reversal(refunded, tuple(disputes[id_] for id_ in sorted(disputes)))


def _told_s(disputes: dict[str, Dispute], news: Dispute) -> int:
    return disputes[news.id].told_s if news.id in disputes else 0


def _later(known: Dispute | None, news: Dispute) -> Dispute:
    """The later of two messages about one dispute. A decision beats `open`, then time counts."""
    if known is None or known.is_closed < news.is_closed:
        return news
    if known.is_closed > news.is_closed:
        return known
    return max(known, news, key=lambda dispute: dispute.told_s)
