"""localstripe as a child process: a real HTTP server that keeps payments, and what it keeps.

What it lacks is said in the names of the tests that meet it; nothing is added to it here.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import stripe

from tests.priority import prioritize
from tests.servers import free_port, short_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fullhouse.domain.payments import Charge

KEY = "sk_test_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"
INSTALLATION = "the-installation"

START_S = 60  # patience with a machine that others use too
_POLL_S = 0.02

FINE = "4242424242424242"
DECLINED = "4000000000000341"  # attached without complaint, declined when it is charged
WANTS_CONFIRMATION = "4000002500003155"
CONFIRMED_AND_DECLINED = "4000008260003178"


@contextmanager
def running_localstripe() -> Iterator[str]:
    """An empty one; gives its address."""
    port = free_port()
    # Its store is a file of fixed name, which it writes and, asked so, does not read.
    with short_directory() as directory:
        process = subprocess.Popen(
            [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
            cwd=directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        prioritize(process.pid)
        try:
            _until_it_listens(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _until_it_listens(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "localstripe does not start"
            time.sleep(_POLL_S)
        else:
            return


@dataclass(frozen=True, slots=True)
class Till:
    """What a payer does, and what the operator sees in the books of the gateway."""

    base_url: str
    client: stripe.StripeClient
    http: httpx.Client

    @classmethod
    def at(cls, base_url: str) -> Till:
        client = stripe.StripeClient(KEY, base_addresses={"api": base_url})
        return cls(base_url, client, httpx.Client(base_url=base_url))

    def empty(self) -> None:
        """Nobody has paid anything. Webhooks stay as they are: there is no way to end them."""
        self.http.delete("/_config/data").raise_for_status()

    def customer(self) -> str:
        return self.client.v1.customers.create({"name": "Acme"}).id

    def card(self, number: str = FINE) -> str:
        """A card on file."""
        card: Any = {"number": number, "exp_month": 12, "exp_year": 2090, "cvc": "123"}
        return self.client.v1.payment_methods.create({"type": "card", "card": card}).id

    def debit(self) -> str:
        """An account that a bank will not debit, as it says half a second later."""
        debit: Any = {"iban": "DE62370400440532013001"}
        method = self.client.v1.payment_methods.create({"type": "sepa_debit", "sepa_debit": debit})
        return method.id

    def pay_as_before(self, charge: Charge) -> None:
        """Pay for `charge` as servers did that did not name their installation."""
        assert charge.payer is not None
        params: Any = {
            "amount": charge.amount.amount,
            "currency": charge.amount.currency.lower(),
            "payment_method_types": ["card"],
            "payment_method": charge.payer.method,
            "metadata": {"fullhouse_account": charge.account, "fullhouse_charge": charge.id},
            "confirm": True,
        }
        self.client.v1.payment_intents.create(params)

    def confirm(self, client_secret: str, *, success: bool = True) -> int:
        """What the payer's browser does when the bank has asked; the status of the answer."""
        intent = client_secret.partition("_secret_")[0]
        answer = self.http.post(
            f"/v1/payment_intents/{intent}/_authenticate",
            json={"key": "pk_test_1", "client_secret": client_secret, "success": success},
        )
        return answer.status_code

    def intents(self, charge: str | None = None) -> list[stripe.PaymentIntent]:
        """All of them, or those that were made for one charge."""
        listed = self.client.v1.payment_intents.list({"limit": 100}).data
        return [each for each in listed if charge in (None, _charge_of(each))]

    def taken(self) -> list[int]:
        """Every sum that was taken from anybody."""
        charges = self.client.v1.charges.list({"limit": 100}).data
        return [charge.amount for charge in charges if charge.status == "succeeded"]

    def given_back(self) -> list[int]:
        """Every sum that was given back."""
        return [refund.amount for refund in self.client.v1.refunds.list({"limit": 100}).data]

    def sends_webhooks_to(self, url: str) -> None:
        """It sends them once, a second after what they tell of; the real one sends them again."""
        config = {"url": url, "secret": WEBHOOK_SECRET}
        self.http.post("/_config/webhooks/w1", json=config).raise_for_status()


def _charge_of(intent: stripe.PaymentIntent) -> str | None:
    charge: str | None = intent.metadata.to_dict().get("fullhouse_charge")
    return charge


def signed(payload: str, secret: str = WEBHOOK_SECRET, timestamp: int | None = None) -> str:
    """The header that Stripe sends with a webhook."""
    header: str = stripe.WebhookSignature.generate_signature_header(payload, secret, timestamp)
    return header
