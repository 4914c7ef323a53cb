"""The HTTP API as the platform's backend uses it, with a platform key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import httpx

from fullhouse.client.account import AccountCalls
from fullhouse.client.http_calls import PATIENCE_S, TIMEOUT_S, HttpCalls
from fullhouse.client.problems import ServerUnreachable
from fullhouse.edge.account_objects import AccountObject, AccountsObject, PlanObject, PlansObject


class PlatformClient:
    """A server, as the event platform's backend sees it.

    Calls are repeated while the server is unavailable, with the pauses that it asks for. All
    errors are subclasses of `CallFailed`.

    ```python
    async with PlatformClient("https://seats.example", api_key) as platform:
        room = platform.account("acme").room("hall")
        await room.open("Spring event")
        token = await room.token("bob")
    ```

    Args:
        base_url: The origin of the server, with its path if it has one.
        api_key: A platform key. It never belongs in a page.
        patience_s: How long a call is repeated. 0: never.
        timeout_s: How long to wait for each answer.
        uses_proxy: Whether to use the proxy of the environment.

    Attributes:
        calls: For calls that have no method here.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        patience_s: float = PATIENCE_S,
        timeout_s: float = TIMEOUT_S,
        uses_proxy: bool = True,
    ) -> None:
        self.calls = HttpCalls(
            base_url, api_key, patience_s=patience_s, timeout_s=timeout_s, uses_proxy=uses_proxy
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.calls.close()

    def account(self, account: str) -> AccountCalls:
        """The calls for one account. Asks nothing yet."""
        return AccountCalls(self.calls, account)

    async def plans(self) -> tuple[PlanObject, ...]:
        """All plans, on sale or not."""
        return (await self.calls.answer(PlansObject, "GET", "/v1/plans")).plans

    async def accounts(self, *, prefix: str = "") -> AsyncIterator[AccountObject]:
        """All accounts whose ids begin with `prefix`, by id."""
        query = {"prefix": prefix} if prefix else {}
        while True:
            page = await self.calls.answer(AccountsObject, "GET", "/v1/accounts", query=query)
            for account in page.accounts:
                yield account
            if page.next is None:
                return
            query["cursor"] = page.next

    async def is_ready(self) -> bool:
        """Whether the server reports that it is ready. One attempt."""
        try:
            response = await self.calls.ask("GET", "/health/ready")
        except ServerUnreachable:
            return False
        return response.status_code == httpx.codes.OK
