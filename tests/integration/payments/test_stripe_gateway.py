"""Cards: charged once, whatever is repeated; and every end of a payment told as what it is."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import stripe

from fullhouse.domain.accounts import PaymentRef
from fullhouse.domain.money import Money
from fullhouse.domain.payments import Charge, Failed, Paid, Pending, Prepared, TooSmall, Unknown
from fullhouse.payments.stripe_gateway import StripeGateway, stripe_gateway
from tests import stripes
from tests.servers import free_port
from tests.stripes import INSTALLATION, KEY
from tests.waiting import PATIENCE_S, wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from tests.stripes import Till

LONG_AGO = datetime(2023, 11, 14, tzinfo=UTC)


def charge_of(method: str | None = None, **changes: object) -> Charge:
    payer = PaymentRef(method=method) if method else None
    charge = Charge("u1", "acme", Money(1800, "EUR"), LONG_AGO, payer)
    return replace(charge, **changes)  # type: ignore[arg-type]


async def prepared(gateway: StripeGateway, charge: Charge) -> Charge:
    answer = await gateway.prepare(charge)
    assert isinstance(answer, Prepared)
    return replace(charge, reference=answer.reference)


async def test_preparing_names_the_payment_and_takes_nothing(
    gateway: StripeGateway, till: Till
) -> None:
    customer = till.customer()
    charge = charge_of(payer=PaymentRef(customer, till.card()))

    charge = await prepared(gateway, charge)

    (intent,) = till.intents("u1")
    assert (intent.id, intent.amount, intent.currency) == (charge.reference, 1800, "eur")
    assert intent.customer == customer
    assert intent.metadata.to_dict() == {
        "fullhouse_installation": INSTALLATION,
        "fullhouse_account": "acme",
        "fullhouse_charge": "u1",
    }
    assert till.taken() == []


@pytest.mark.parametrize(
    ("amount", "units"),
    [(Money(9_000, "ISK"), 900_000), (Money(900_000, "MGA"), 9_000), (Money(5_120, "KWD"), 5_120)],
)
async def test_a_charge_is_counted_as_stripe_counts_its_currency(
    gateway: StripeGateway, till: Till, amount: Money, units: int
) -> None:
    charge = await prepared(gateway, charge_of(till.card(), amount=amount))

    assert await gateway.charge(charge) == Paid(charge.reference)
    assert till.taken() == [units]


async def test_a_currency_that_stripe_does_not_know_is_not_asked_for(
    gateway: StripeGateway, till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    """The catalogue is checked at the start; this is for an account that bought before."""
    charge = charge_of(till.card(), amount=Money(5_000, "LYD"))

    assert await gateway.prepare(charge) == Failed("The payment could not be made.")
    assert await gateway.charge(charge) == Failed("The payment could not be made.")
    assert till.intents() == []
    assert "stripe.unknown_currency" in caplog.text


@pytest.mark.parametrize("amount", [Money(49, "EUR"), Money(1, "USD"), Money(17_499, "HUF")])
async def test_what_is_below_the_least_charge_is_not_asked_for(
    gateway: StripeGateway, till: Till, amount: Money
) -> None:
    charge = charge_of(till.card(), amount=amount)

    assert await gateway.prepare(charge) == TooSmall()
    assert await gateway.charge(replace(charge, unattended=True)) == TooSmall()
    assert till.intents() == []


async def test_the_least_charge_is_taken(gateway: StripeGateway, till: Till) -> None:
    charge = await prepared(gateway, charge_of(till.card(), amount=Money(50, "EUR")))

    assert await gateway.charge(charge) == Paid(charge.reference)


async def test_a_card_on_file_is_charged_at_once(gateway: StripeGateway, till: Till) -> None:
    charge = await prepared(gateway, charge_of(till.card()))

    assert await gateway.charge(charge) == Paid(charge.reference)
    assert till.taken() == [1800]


async def test_a_charge_asked_for_again_is_told_and_not_taken_again(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card()))

    answers = [await gateway.charge(charge) for _ in range(3)]

    assert answers == [Paid(charge.reference)] * 3
    assert till.taken() == [1800]


async def test_ten_nodes_that_charge_at_once_take_the_money_once(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card()))

    answers = await asyncio.gather(*(gateway.charge(charge) for _ in range(10)))

    assert set(answers) == {Paid(charge.reference)}
    assert till.taken() == [1800]


async def test_localstripe_knows_no_idempotency_keys_so_preparing_twice_leaves_one_intent_unpaid(
    gateway: StripeGateway, till: Till
) -> None:
    """The real one answers the second time with the first intent."""
    charge = charge_of(till.card())

    first, second = await prepared(gateway, charge), await prepared(gateway, charge)
    await gateway.charge(second)

    assert first.reference != second.reference
    assert till.taken() == [1800]


async def test_where_nothing_is_due_nobody_is_asked(gateway: StripeGateway, till: Till) -> None:
    charge = charge_of(till.card(), amount=Money(0, "EUR"))

    assert await gateway.prepare(charge) == Paid()
    assert await gateway.charge(charge) == Paid()
    assert await gateway.refund(charge)
    assert till.intents() == []


async def test_a_declined_card_fails_with_the_words_of_the_bank_and_stays_failed(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card(stripes.DECLINED)))

    answers = [await gateway.charge(charge) for _ in range(2)]

    assert answers == [Failed("Your card was declined.")] * 2
    (intent,) = till.intents("u1")
    assert intent.status == "canceled"
    assert till.taken() == []


async def test_without_a_card_on_file_the_payer_enters_one(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of())

    answer = await gateway.charge(charge)

    (intent,) = till.intents("u1")
    assert answer == Pending(intent.id, intent.client_secret)


async def test_a_bank_that_insists_makes_the_payer_confirm(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card(stripes.WANTS_CONFIRMATION)))
    asked = [await gateway.charge(charge) for _ in range(2)]
    assert isinstance(asked[0], Pending)
    assert asked[0].client_secret

    till.confirm(asked[0].client_secret)

    assert asked[0] == asked[1]
    assert await gateway.charge(charge) == Paid(charge.reference)
    assert till.taken() == [1800]


async def test_a_payer_who_does_not_pass_the_bank_has_failed_for_good(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card(stripes.WANTS_CONFIRMATION)))
    asked = await gateway.charge(charge)
    assert isinstance(asked, Pending)
    assert asked.client_secret

    till.confirm(asked.client_secret, success=False)

    assert isinstance(await gateway.charge(charge), Failed)
    assert till.confirm(asked.client_secret) == 400  # the intent is canceled
    assert till.taken() == []


async def test_a_card_that_is_declined_after_the_payer_confirmed_has_failed(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card(stripes.CONFIRMED_AND_DECLINED)))
    asked = await gateway.charge(charge)
    assert isinstance(asked, Pending)
    assert asked.client_secret

    till.confirm(asked.client_secret)

    assert await gateway.charge(charge) == Failed("Your card was declined.")


async def test_what_a_bank_has_not_answered_is_pending_and_localstripe_asks_only_banks_that_refuse(
    gateway: StripeGateway, till: Till
) -> None:
    """With nothing to confirm, and too late to call off."""
    charge = await prepared(gateway, charge_of(till.debit()))

    answers = [await gateway.charge(charge), await gateway.call_off(charge)]

    assert answers == [Pending(str(charge.reference))] * 2

    async def has_failed() -> bool:
        return isinstance(await gateway.charge(charge), Failed)

    await wait_until(has_failed)
    assert till.taken() == []


async def test_what_was_called_off_cannot_be_paid_any_more(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card(stripes.WANTS_CONFIRMATION)))
    asked = await gateway.charge(charge)
    assert isinstance(asked, Pending)
    assert asked.client_secret

    answers = [await gateway.call_off(charge) for _ in range(2)]

    assert answers == [Failed("The payment was called off.")] * 2
    assert till.confirm(asked.client_secret) == 400
    assert await gateway.charge(charge) == answers[0]


async def test_calling_off_comes_too_late_for_what_is_paid(
    gateway: StripeGateway, till: Till
) -> None:
    charge = await prepared(gateway, charge_of(till.card()))
    await gateway.charge(charge)

    assert await gateway.call_off(charge) == Paid(charge.reference)


async def test_a_charge_nobody_has_heard_of_is_none(gateway: StripeGateway, till: Till) -> None:
    assert await gateway.look_up(charge_of(till.card())) is None
    assert await gateway.call_off(charge_of(till.card())) is None


async def test_money_goes_back_once(gateway: StripeGateway, till: Till) -> None:
    charge = await prepared(gateway, charge_of(till.card()))
    await gateway.charge(charge)

    answers = [await gateway.refund(charge) for _ in range(3)]

    assert answers == [True] * 3
    assert till.given_back() == [1800]


async def test_what_was_not_paid_cannot_go_back(gateway: StripeGateway, till: Till) -> None:
    charge = await prepared(gateway, charge_of())

    assert not await gateway.refund(charge)


async def test_a_payer_stripe_does_not_know_is_our_operators_business(
    gateway: StripeGateway, till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    charge = charge_of(payer=PaymentRef("cus_nobody", till.card()))

    answer = await gateway.prepare(charge)

    assert answer == Failed("The payment could not be made.")
    (record,) = (record for record in caplog.records if record.levelno == logging.ERROR)
    assert (record.message, record.__dict__["charge"]) == ("stripe.refused", "u1")
    assert "InvalidRequestError 404" in record.__dict__["reason"]


async def test_a_renewal_is_charged_in_one_step_with_nobody_there(
    gateway: StripeGateway, till: Till
) -> None:
    charge = charge_of(till.card(), unattended=True)

    answer = await gateway.charge(charge)

    (intent,) = till.intents("u1")
    assert answer == Paid(intent.id)
    assert till.taken() == [1800]


async def test_localstripe_knows_no_idempotency_keys_but_a_payment_made_is_found_by_its_charge(
    gateway: StripeGateway, till: Till
) -> None:
    charge = charge_of(till.card(), unattended=True)
    for n in range(12):  # more than a page of localstripe, so that ours is not the first
        await gateway.charge(replace(charge, id=f"other-{n}"))
    first = await gateway.charge(charge)

    again = await gateway.charge(charge)

    assert again == first
    assert await gateway.look_up(charge) == first
    assert len(till.intents("u1")) == 1


async def test_two_installations_on_one_stripe_account_each_charge_what_is_due_to_them(
    gateway: StripeGateway, till: Till
) -> None:
    """Both have an account of that name, and the same renewal of it is due in both."""
    charge = charge_of(till.card(), unattended=True)
    async with stripe_gateway(
        KEY, api_base=till.base_url, installation="another-installation"
    ) as another:
        ours = await gateway.charge(charge)
        seen_by_the_other = await another.look_up(charge)
        theirs = await another.charge(charge)

    assert seen_by_the_other is None
    assert isinstance(ours, Paid)
    assert isinstance(theirs, Paid)
    assert ours != theirs
    assert till.taken() == [1800, 1800]


async def test_a_payment_of_the_time_before_installations_had_names_is_not_made_again(
    gateway: StripeGateway, till: Till
) -> None:
    charge = charge_of(till.card(), unattended=True)
    till.pay_as_before(charge)

    answer = await gateway.charge(charge)

    assert isinstance(answer, Paid)
    assert till.taken() == [1800]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (stripes.DECLINED, "Your card was declined."),
        (stripes.WANTS_CONFIRMATION, "The payment was called off."),
    ],
)
async def test_a_renewal_fails_where_somebody_would_have_to_act(
    gateway: StripeGateway, till: Till, number: str, words: str
) -> None:
    charge = charge_of(till.card(number), unattended=True)

    assert await gateway.charge(charge) == Failed(words)
    assert till.taken() == []


async def test_a_renewal_without_a_card_on_file_fails(gateway: StripeGateway, till: Till) -> None:
    assert isinstance(await gateway.charge(charge_of(unattended=True)), Failed)
    assert till.intents() == []


@pytest.fixture
async def away() -> AsyncIterator[StripeGateway]:
    """A gateway whose other side does not answer."""
    async with stripe_gateway(
        KEY, api_base=f"http://127.0.0.1:{free_port()}", installation=INSTALLATION
    ) as gateway:
        yield gateway


async def test_what_stripe_does_not_answer_is_unknown_and_never_an_error(
    away: StripeGateway,
) -> None:
    charge = charge_of("pm_1")
    named = replace(charge, reference="pi_1")

    answers = [
        await away.prepare(charge),
        await away.charge(charge),
        await away.charge(named),
        await away.look_up(charge),
        await away.call_off(named),
    ]

    assert {type(answer) for answer in answers} == {Unknown}
    assert not await away.refund(named)


class Listening(stripe.HTTPXClient):
    """Hears what is said to Stripe."""

    def __init__(self) -> None:
        super().__init__(timeout=PATIENCE_S)
        self.said: list[tuple[str, Mapping[str, str]]] = []

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        self.said.append((f"{method.upper()} {url.rpartition('/')[2]}", headers))
        return await super().request_async(method, url, headers, post_data)


async def test_what_makes_something_carries_the_charge_as_its_idempotency_key(till: Till) -> None:
    """Confirming carries none: its answer is to be that of now, not that of the first time."""
    http = Listening()
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": till.base_url},
        max_network_retries=0,
        http_client=http,
    )
    gateway = StripeGateway(client, INSTALLATION)
    charge = await prepared(gateway, charge_of(till.card()))
    await gateway.charge(charge)
    await gateway.refund(charge)
    await gateway.charge(charge_of(till.card(), id="r1", unattended=True))
    await http.close_async()  # type: ignore[no-untyped-call]

    keys = [
        (said, headers.get("Idempotency-Key"))
        for said, headers in http.said
        if said.startswith("POST")
    ]
    assert keys == [
        ("POST payment_intents", f"{INSTALLATION}-u1"),
        ("POST confirm", keys[1][1]),
        ("POST refunds", f"{INSTALLATION}-u1-refund"),
        ("POST payment_intents", f"{INSTALLATION}-r1"),
    ]
    assert keys[1][1] != f"{INSTALLATION}-u1"
