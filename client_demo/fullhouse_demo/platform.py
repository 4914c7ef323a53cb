"""The demo's event platform, which uses the HTTP API as a backend does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

if TYPE_CHECKING:
    from fullhouse_demo.routes import DemoRoom

PLAN = "live-50"
DAYS_SO_FAR = 8  # the period began some days ago, so that the demo shows prorated prices

_TIMEOUT_S = 5
_ALREADY_EXISTS = 409

_opener = build_opener(ProxyHandler({}))  # the server is on this machine: use no proxy


@dataclass(frozen=True, slots=True)
class Platform:
    """The HTTP API of one node, and the platform key."""

    base_url: str
    api_key: str

    async def is_ready(self) -> bool:
        """Whether the node reports that it is ready."""
        try:
            await self._call("GET", "/health/ready")
        except (OSError, HTTPException):  # the node does not listen yet, or is not ready yet
            return False
        return True

    async def open_room(self, demo: DemoRoom, today: date) -> None:
        """Create the account and open its room. Both may exist from an earlier run."""
        account = f"/v1/accounts/{demo.account}"
        terms = {
            "plan": PLAN,
            "billing_period": "month",
            "period_start": (today - timedelta(days=DAYS_SO_FAR)).isoformat(),
            "time_zone": "UTC",
        }
        try:
            await self._call("PUT", account, terms)
        except HTTPError as error:
            if error.code != _ALREADY_EXISTS:
                raise
        await self._call("PUT", f"{account}/rooms/{demo.room}", {"title": demo.title})

    async def start_over(self, demo: DemoRoom, today: date) -> None:
        """Close the room, forget the account with all that it bought, and open both again.

        Raises:
            HTTPError: the server refused, for example because a payment is not settled.
            OSError: the server did not answer.
        """
        account = f"/v1/accounts/{demo.account}"
        await self._call("POST", f"{account}/rooms/{demo.room}/close")
        try:
            await self._call("DELETE", f"{account}?ledger=true")
        finally:  # a demo without a room would leave its visitors with nothing to do
            await self.open_room(demo, today)

    async def hold_line(self, demo: DemoRoom, *, paused: bool) -> None:
        """Pause or resume calls from the line.

        Raises:
            HTTPError: the server refused. The body says why.
            OSError: the server did not answer.
        """
        room = f"/v1/accounts/{demo.account}/rooms/{demo.room}"
        await self._call("PATCH", room, {"paused": paused})

    async def _call(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> None:
        request = Request(  # noqa: S310  # always http://, to a node of our own
            self.base_url + path,
            data=None if body is None else msgspec.json.encode(body),
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Content-Type": "application/json",
            },
            method=method,
        )
        await asyncio.to_thread(_answered, request)


def _answered(request: Request) -> None:
    with _opener.open(request, timeout=_TIMEOUT_S):
        pass
