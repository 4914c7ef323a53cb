"""Messages about money that went back: kept once, asked for again where somebody was faster."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from fullhouse.domain.errors import Unavailable
from fullhouse.domain.money import Money
from fullhouse.domain.payments import ChargeRef, PaymentNews, Unknown
from fullhouse.domain.reversals import NOTHING_REVERSED, Reversal
from fullhouse.service.reversals import ReversalService

ACME = ChargeRef("acme", "u1")


def refunded(amount: int) -> Reversal:
    return Reversal(Money(amount, "EUR"))


@dataclass
class FakeReversalStore:
    """Keeps what it is given. `rival`, if set, is saved first, once."""

    kept: dict[str, Reversal] = field(default_factory=dict)
    rival: Reversal | None = None
    has_account: bool = True

    async def find_reversal(self, account_id: str, entry: str) -> Reversal:
        return self.kept.get(entry, NOTHING_REVERSED)

    async def read_reversals(self, account_id: str) -> dict[str, Reversal]:
        return self.kept

    async def save_reversal(
        self, account_id: str, entry: str, reversal: Reversal, *, seen: Reversal
    ) -> bool | None:
        if not self.has_account:
            return None
        if self.rival:
            self.kept[entry], self.rival = self.rival, None
        if self.kept.get(entry, NOTHING_REVERSED) != seen:
            return False
        self.kept[entry] = reversal
        return True


@dataclass
class FakeSource:
    """Answers as it is told to; the last answer about a payment stands."""

    charge: ChargeRef | Unknown | None = ACME
    answers: list[Reversal | Unknown] = field(default_factory=lambda: [NOTHING_REVERSED])

    async def charge_of(self, reference: str) -> ChargeRef | Unknown | None:
        return self.charge

    async def reversal_of(self, reference: str) -> Reversal | Unknown:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


NEWS = PaymentNews(None, "pi_1", NOTHING_REVERSED)


async def test_the_gateway_is_asked_and_what_it_says_is_kept_and_counted_once() -> None:
    store, changes = FakeReversalStore(), list[int]()
    source = FakeSource(answers=[refunded(500)])
    reversals = ReversalService(store, source, changed=lambda: changes.append(1))

    assert [await reversals.note(NEWS) for _ in range(3)] == [ACME] * 3

    assert await reversals.all("acme") == {"u1": refunded(500)}
    assert changes == [1]


async def test_where_somebody_was_faster_the_gateway_is_asked_again() -> None:
    """Else the older answer of a slow node would replace the newer one."""
    store = FakeReversalStore(rival=refunded(900))
    reversals = ReversalService(store, FakeSource(answers=[refunded(500), refunded(900)]))

    await reversals.note(NEWS)

    assert await reversals.find("acme", "u1") == refunded(900)


@pytest.mark.parametrize(
    "source",
    [FakeSource(charge=Unknown("timeout")), FakeSource(answers=[Unknown("timeout")])],
)
async def test_a_message_comes_again_where_the_gateway_does_not_answer(
    source: FakeSource,
) -> None:
    store = FakeReversalStore()

    with pytest.raises(Unavailable):
        await ReversalService(store, source).note(NEWS)

    assert store.kept == {}


async def test_a_payment_of_somebody_else_is_no_concern() -> None:
    assert await ReversalService(FakeReversalStore(), FakeSource(charge=None)).note(NEWS) is None


async def test_an_account_that_was_deleted_is_left_alone() -> None:
    store = FakeReversalStore(has_account=False)

    assert await ReversalService(store, FakeSource(answers=[refunded(5)])).note(NEWS) == ACME
    assert store.kept == {}


async def test_where_nobody_can_be_asked_the_message_counts() -> None:
    store = FakeReversalStore()
    reversals = ReversalService(store)

    assert await reversals.note(PaymentNews(None, "pi_1", refunded(5))) is None
    assert await reversals.note(PaymentNews(ACME, "pi_1", refunded(5))) == ACME

    assert store.kept == {"u1": refunded(5)}
