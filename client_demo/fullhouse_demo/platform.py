"""The demo's event platform, which uses the Python client as a backend does."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fullhouse.client import AlreadyExists, PlatformClient

if TYPE_CHECKING:
    from fullhouse_demo.node_job import NodeJob
    from fullhouse_demo.routes import DemoRoom

PLAN = "live-50"
DAYS_SO_FAR = 8  # the period began some days ago, so that the demo shows prorated prices

_TIMEOUT_S = 5.0


def platform_of(job: NodeJob) -> PlatformClient:
    """A client of one node, with the platform key."""
    key = job.settings.api_keys[0]
    # The server is on this machine: use no proxy, and tell a person at once if it is away.
    return PlatformClient(job.base_url, key, patience_s=0, timeout_s=_TIMEOUT_S, uses_proxy=False)


async def open_room(platform: PlatformClient, demo: DemoRoom, today: date) -> None:
    """Create the account and open its room. Both may exist from an earlier run."""
    account = platform.account(demo.account)
    with suppress(AlreadyExists):
        await account.open(
            PLAN,
            "month",
            period_start=today - timedelta(days=DAYS_SO_FAR),
            time_zone="UTC",
        )
    await account.room(demo.room).open(demo.title)


async def start_over(platform: PlatformClient, demo: DemoRoom, today: date) -> None:
    """Close the room, forget the account with all that it bought, and open both again.

    Raises:
        CallFailed: the server refused (a payment is not settled, perhaps) or did not answer.
    """
    account = platform.account(demo.account)
    await account.room(demo.room).close()
    try:
        await account.delete(ledger=True)
    finally:  # a demo without a room would leave its visitors with nothing to do
        await open_room(platform, demo, today)
