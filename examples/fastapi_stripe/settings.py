"""The settings of this platform, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from examples.fastapi_stripe.fullhouse_api import Fullhouse
from examples.seat_gate.environment import SHARED, names_in, read
from examples.seat_gate.people import People

SETTINGS = {
    **SHARED,
    "FULLHOUSE_API_KEY": "a platform key with the scopes `platform` and `billing`",
    "STRIPE_SECRET_KEY": "a secret key of Stripe in test mode (sk_test_…), as the server has it",
    "STRIPE_PUBLISHABLE_KEY": "its publishable key (pk_test_…), for the page",
    "HOSTS": "the names of hosts, separated by commas",
}
TEST_KEYS = {"STRIPE_SECRET_KEY": "sk_test_", "STRIPE_PUBLISHABLE_KEY": "pk_test_"}


class LiveKey(Exception):  # what it means to the reader
    """A key of Stripe that is not of test mode."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What the routes need, built from the settings."""

    fullhouse: Fullhouse
    people: People
    server: str
    stripe_secret_key: str
    stripe_publishable_key: str
    webhook_secret: str


def platform_of(environment: Mapping[str, str]) -> Platform:
    """The platform that the environment describes.

    Raises:
        MissingSettings: some settings are not there; it names all of them.
        LiveKey: a key of Stripe would move real money.
    """
    found = read(SETTINGS, environment)
    for name, beginning in TEST_KEYS.items():
        if not found[name].startswith(beginning):
            raise LiveKey(f"{name} must begin with {beginning}: this example is for test mode.")
    key = {"Authorization": f"Bearer {found['FULLHOUSE_API_KEY']}"}
    http = httpx.AsyncClient(base_url=found["FULLHOUSE_URL"], headers=key, timeout=30)
    account = found["FULLHOUSE_ACCOUNT"]
    return Platform(
        Fullhouse(http, account),
        People(
            account,
            found["FULLHOUSE_TOKEN_SECRET"],
            found["SESSION_SECRET"],
            names_in(found["HOSTS"]),
        ),
        found["FULLHOUSE_URL"].rstrip("/"),
        found["STRIPE_SECRET_KEY"],
        found["STRIPE_PUBLISHABLE_KEY"],
        found["FULLHOUSE_WEBHOOK_SECRET"],
    )
