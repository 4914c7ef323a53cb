"""The calls of Fullhouse that this platform makes with its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

Json = dict[str, Any]


class Refused(Exception):  # what it means to the reader
    """Fullhouse refused a call, with a problem document (docs/protocol.md, "Errors")."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(problem["detail"])
        self.status = status
        self.code: str = problem["code"]


@dataclass(frozen=True, slots=True)
class Fullhouse:
    """One account of a Fullhouse server. `http` has its address and the platform key."""

    http: httpx.AsyncClient
    account: str

    async def open_account(self, plan: str, payment: Mapping[str, str]) -> None:
        """Open the account, or change the payer of the one that is open."""
        body = {
            "plan": plan,
            "billing_period": "month",
            "period_start": datetime.now(UTC).date().isoformat(),
            "time_zone": "UTC",
            "payment": dict(payment),
        }
        try:
            await self._ask("PUT", "", body)
        except Refused as error:
            if error.code != "already_exists":
                raise
            await self._ask("PATCH", "", {"payment": dict(payment)})

    async def open_room(self, room: str, title: str) -> None:
        await self._ask("PUT", f"/rooms/{room}", {"title": title})

    async def quote(self, plan: str) -> Json:
        """A price that holds until it expires."""
        return await self._ask("POST", "/upgrade-quotes", {"plan": plan})

    async def buy(self, quote: str) -> Json:
        """Buy at the price of the quote. Its id is the key: a second time is the same purchase."""
        return await self._ask("POST", "/upgrades", {"quote": quote}, key=quote)

    async def upgrade(self, upgrade: str) -> Json:
        return await self._ask("GET", f"/upgrades/{upgrade}")

    async def _ask(
        self, method: str, path: str, body: Json | None = None, *, key: str | None = None
    ) -> Json:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/v1/accounts/{self.account}{path}"
        answer = await self.http.request(method, path, json=body, headers=headers)
        found: Json = answer.json()
        if answer.is_error:
            raise Refused(answer.status_code, found)
        return found
