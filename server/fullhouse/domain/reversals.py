"""Reversals: money of a charge that went back to the payer, or that the payer disputes.

The gateway tells of it. It changes neither the ledger nor any seat.
Source: docs/money.md, "Refunds and disputes".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fullhouse.domain.money import Money

DisputeStatus = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One claim of the payer against a charge.

    Attributes:
        status: `open` until the bank has decided; `won`: the seller keeps the money.
        told_s: When the gateway told this, in Unix s by its own clock.
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
    """What is known of one charge, in absolute values.

    Attributes:
        refunded: All that was given back; None as long as nothing was.
    """

    refunded: Money | None = None
    disputes: tuple[Dispute, ...] = ()

    def returns(self, amount: Money) -> bool:
        """Whether all of `amount` is with the payer again, by refunds and lost disputes."""
        lost = sum(each.amount.amount for each in self.disputes if each.status == "lost")
        refunded = self.refunded.amount if self.refunded else 0
        return 0 < amount.amount <= refunded + lost


NOTHING_REVERSED = Reversal()


def entry_of(charge_id: str) -> str:
    """The id in the ledger of what a charge at the gateway is for.

    A purchase has one charge, of the same id; a renewal has one for each attempt.
    """
    _, *rest = charge_id.split(":")
    return rest[0] if rest else charge_id


def with_news(known: Reversal, told: Reversal, asked: Reversal | None) -> Reversal:
    """What is known after a message, in whatever order and however often messages come.

    Args:
        known: Before.
        told: By the message itself.
        asked: What the gateway answers now, which counts; None where it cannot say. Where it
            says nothing of refunds, or of a dispute, the message counts.
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
    """The later of two messages about one dispute: a decision stands, then the clock counts."""
    if known is None or known.is_closed < news.is_closed:
        return news
    if known.is_closed > news.is_closed:
        return known
    return max(known, news, key=lambda dispute: dispute.told_s)
