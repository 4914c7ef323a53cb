"""Stores and reads the refunds and disputes that the gateway reports."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.payments import ChargeRef, PaymentNews, Unknown
from fullhouse.domain.reversals import NOTHING_REVERSED, Reversal, entry_of, with_news
from fullhouse.service.payments import ReversalSource
from fullhouse.service.ports import ReversalStore

log = logging.getLogger(__name__)

AnswerT = TypeVar("AnswerT")

Reversed = Callable[[], None]


class ReversalService:
    """Stores refunds and disputes. They change no seat and no entry of the ledger.

    Args:
        store: Stores the reversals of each charge.
        source: Asked for the current state. None: the gateway reports no reversals.
        changed: Called each time that new reversals of a charge are stored.
    """

    def __init__(
        self,
        store: ReversalStore,
        source: ReversalSource | None = None,
        *,
        changed: Reversed = lambda: None,
    ) -> None:
        self._store = store
        self._source = source
        self._changed = changed

    async def find(self, account_id: str, entry: str) -> Reversal:
        """The known reversals of one charge."""
        return await self._store.find_reversal(account_id, entry)

    async def all(self, account_id: str) -> Mapping[str, Reversal]:
        """The known reversals of the account, by the id of the charge."""
        return await self._store.read_reversals(account_id)

    async def note(self, news: PaymentNews) -> ChargeRef | None:
        """Store the reversals in a message, together with the gateway's current answer.

        Returns:
            The charge of the message. None: it is not of this installation.

        Raises:
            Unavailable: the gateway or the store does not answer. The gateway must send the
                message again.
        """
        charge = news.charge or await self._charge_of(news.reference)
        if charge is None:
            return None
        entry = entry_of(charge.charge)
        while True:
            known = await self._store.find_reversal(charge.account, entry)
            asked = await self._asked(news.reference)
            reversal = with_news(known, news.reversal or NOTHING_REVERSED, asked)
            if reversal == known:
                return charge
            kept = await self._store.save_reversal(charge.account, entry, reversal, seen=known)
            if kept is None:  # the account was deleted
                return charge
            if kept:
                self._tell(charge, reversal)
                return charge

    async def _charge_of(self, reference: str | None) -> ChargeRef | None:
        if reference is None or self._source is None:
            return None
        return _answered(await self._source.charge_of(reference))

    async def _asked(self, reference: str | None) -> Reversal | None:
        if reference is None or self._source is None:
            return None
        return _answered(await self._source.reversal_of(reference))

    def _tell(self, charge: ChargeRef, reversal: Reversal) -> None:
        refunded = reversal.refunded.amount if reversal.refunded else 0
        disputes = [dispute.status for dispute in reversal.disputes]
        extra = {"account": charge.account, "charge": charge.charge}
        log.warning(
            "payment.reversed", extra={**extra, "refunded": refunded, "disputes": disputes}
        )
        self._changed()


def _answered(answer: AnswerT | Unknown) -> AnswerT:
    if isinstance(answer, Unknown):
        raise Unavailable("The payment gateway does not answer.")
    return answer
