"""Webhooks: what is signed is read, and only for whom it is about."""

from __future__ import annotations

import json
import time

import pytest

from server.domain.errors import Unauthenticated
from server.domain.payments import ChargeRef
from server.payments.stripe_webhook import StripeWebhook
from tests.stripes import INSTALLATION, WEBHOOK_SECRET, signed

OURS = {"fullhouse_account": "acme", "fullhouse_charge": "u1"}


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

    assert webhook.read(payload.encode(), signed(payload)) == ChargeRef("acme", "u1")


def test_news_for_this_installation_is_read(webhook: StripeWebhook) -> None:
    payload = event({**OURS, "fullhouse_installation": INSTALLATION})

    assert webhook.read(payload.encode(), signed(payload)) == ChargeRef("acme", "u1")


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
