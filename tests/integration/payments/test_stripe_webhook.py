"""Webhooks: what is signed is read, and only for whom it is about."""

from __future__ import annotations

import json
import time

import pytest

from fullhouse.domain.errors import Unauthenticated
from fullhouse.domain.money import Money
from fullhouse.domain.payments import ChargeRef, PaymentNews
from fullhouse.domain.reversals import NOTHING_REVERSED, Dispute, Reversal
from fullhouse.payments.stripe_webhook import StripeWebhook
from tests.stripes import INSTALLATION, WEBHOOK_SECRET, signed

OURS = {"fullhouse_account": "acme", "fullhouse_charge": "u1"}
PAYMENT = PaymentNews(ChargeRef("acme", "u1"))


def event(metadata: object = OURS, type_: str = "payment_intent.succeeded") -> str:
    return json.dumps({"type": type_, "data": {"object": {"id": "pi_1", "metadata": metadata}}})


@pytest.fixture
def webhook() -> StripeWebhook:
    return StripeWebhook(WEBHOOK_SECRET, INSTALLATION)


@pytest.mark.parametrize(
    "type_", ["payment_intent.succeeded", "payment_intent.payment_failed", "anything.new"]
)
def test_it_says_which_charge_there_is_news_of_whatever_the_news(
    webhook: StripeWebhook, type_: str
) -> None:
    payload = event(type_=type_)

    assert webhook.read(payload.encode(), signed(payload)) == PAYMENT


def test_news_for_this_installation_is_read(webhook: StripeWebhook) -> None:
    payload = event({**OURS, "fullhouse_installation": INSTALLATION})

    assert webhook.read(payload.encode(), signed(payload)) == PAYMENT


@pytest.mark.parametrize(
    "payload",
    [
        event({**OURS, "fullhouse_installation": "another-installation"}),
        event({}),
        event({"fullhouse_account": "acme"}),
        event({"order": "7"}),
        event(None),
        "{}",
        "[]",
        "no JSON",
    ],
)
def test_what_is_signed_and_not_ours_is_no_news(webhook: StripeWebhook, payload: str) -> None:
    assert webhook.read(payload.encode(), signed(payload)) is None


def about(webhook: StripeWebhook, **thing: object) -> PaymentNews | None:
    """What an event about that object is read as."""
    payload = json.dumps({"type": "a.b", "created": 7, "data": {"object": thing}})
    return webhook.read(payload.encode(), signed(payload))


@pytest.mark.parametrize(
    ("thing", "reversal"),
    [
        (
            {"object": "charge", "amount_refunded": 500, "currency": "eur"},
            Reversal(Money(500, "EUR")),
        ),
        (
            {"object": "charge", "amount_refunded": 50_000, "currency": "isk"},
            Reversal(Money(500, "ISK")),
        ),
        ({"object": "charge", "amount_refunded": 500, "currency": "xxx"}, NOTHING_REVERSED),
        ({"object": "refund", "amount": 500, "currency": "eur"}, NOTHING_REVERSED),
        (
            {
                "object": "dispute",
                "id": "dp_1",
                "amount": 900,
                "currency": "eur",
                "status": "needs_response",
            },
            Reversal(disputes=(Dispute("dp_1", Money(900, "EUR"), "open", 7),)),
        ),
        ({"object": "dispute", "id": "dp_1", "amount": 9, "currency": "xxx"}, NOTHING_REVERSED),
    ],
)
def test_money_that_goes_back_is_read_with_the_name_of_the_payment(
    webhook: StripeWebhook, thing: dict[str, object], reversal: Reversal
) -> None:
    """Neither a refund made by hand nor a dispute names our charge."""
    assert about(webhook, **thing, payment_intent="pi_1") == PaymentNews(None, "pi_1", reversal)


def test_a_charge_that_nothing_was_refunded_of_is_about_paying(webhook: StripeWebhook) -> None:
    news = about(webhook, object="charge", amount_refunded=0, currency="eur", metadata=OURS)

    assert news == PAYMENT


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        ({"payment_intent": "pi_1", "charge": "ch_1"}, "pi_1"),
        ({"payment_intent": {"id": "pi_1"}}, "pi_1"),
        ({"payment_intent": None, "charge": "ch_1"}, "ch_1"),
        ({"charge": {"id": "ch_1"}}, "ch_1"),
    ],
)
def test_a_refund_names_its_payment_in_one_way_or_another(
    webhook: StripeWebhook, names: dict[str, object], reference: str
) -> None:
    news = about(webhook, object="refund", **names)

    assert news == PaymentNews(None, reference, NOTHING_REVERSED)


@pytest.mark.parametrize(
    "metadata", [{**OURS, "fullhouse_installation": "another"}, {"fullhouse_installation": "x"}]
)
def test_a_refund_of_another_installation_is_not_read(
    webhook: StripeWebhook, metadata: dict[str, str]
) -> None:
    assert about(webhook, object="refund", payment_intent="pi_1", metadata=metadata) is None


def test_a_refund_of_no_payment_is_no_news(webhook: StripeWebhook) -> None:
    assert about(webhook, object="refund", amount=5, currency="eur") is None


@pytest.mark.parametrize("signature", ["", "nonsense", "t=now,v1=abc", "t=1,v0=abc"])
def test_what_is_no_signature_is_refused(webhook: StripeWebhook, signature: str) -> None:
    with pytest.raises(Unauthenticated):
        webhook.read(event().encode(), signature)


def test_what_somebody_else_signed_is_refused(webhook: StripeWebhook) -> None:
    with pytest.raises(Unauthenticated):
        webhook.read(event().encode(), signed(event(), "whsec_another"))


def test_a_signature_of_another_event_is_refused(webhook: StripeWebhook) -> None:
    other = event({"fullhouse_account": "other", "fullhouse_charge": "u1"})

    with pytest.raises(Unauthenticated):
        webhook.read(event().encode(), signed(other))


def test_what_was_signed_long_ago_is_refused(webhook: StripeWebhook) -> None:
    in_1970 = int(time.monotonic())

    with pytest.raises(Unauthenticated):
        webhook.read(event().encode(), signed(event(), timestamp=in_1970))


def test_bytes_that_are_no_text_are_refused(webhook: StripeWebhook) -> None:
    with pytest.raises(Unauthenticated):
        webhook.read(b"\xff\xfe", signed("anything"))
