"""HTTP calls with a platform key: repeated while that may help, with problems as exceptions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from random import Random
from secrets import token_urlsafe
from typing import TypeVar

import httpx
import msgspec

from fullhouse.client.addresses import origin_of
from fullhouse.client.problems import (
    CallFailed,
    NotFound,
    Problem,
    ServerUnreachable,
    UnknownAnswer,
    problem_of,
)
from fullhouse.client.reconnection import Backoff, Reconnection

TIMEOUT_S = 10.0
PATIENCE_S = 30.0
"""How long a call is repeated while the server is unavailable."""

IDEMPOTENCY_KEY = "Idempotency-Key"

_BACKOFF = Backoff(first_s=0.2, longest_s=5.0)
_SUCCESSES = range(200, 300)
_PASSING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

AnsweredT = TypeVar("AnsweredT")


def given(body: msgspec.Struct) -> dict[str, object]:
    """The fields of `body` that are set: a request leaves out the others."""
    fields = msgspec.structs.asdict(body)
    return {name: value for name, value in fields.items() if value is not None}


def new_idempotency_key() -> str:
    return token_urlsafe(16)


class HttpCalls:
    """Calls to one server.

    All calls of the API may be repeated: they set a state, carry an idempotency key, or make what
    may be there twice, such as a quote. So a call that got no answer is repeated as well as one
    that got 429 or 503.

    Args:
        base_url: The origin of the server, with its path if it has one.
        api_key: A platform key.
        patience_s: How long to repeat a call. 0: never.
        timeout_s: How long to wait for each answer.
        uses_proxy: Whether to use the proxy of the environment.
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
        self.base_url = origin_of(base_url)
        self._patience_s = patience_s
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            timeout=timeout_s,
            headers={"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
            trust_env=uses_proxy,
            # Reading the certificates of all authorities takes longer than a call.
            verify=self.base_url.startswith("https"),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call, not repeated. An error is an answer too.

        Raises:
            ServerUnreachable: No answer came.
        """
        content = None if body is None else msgspec.json.encode(body)
        try:
            return await self._http.request(
                method, path, content=content, headers=headers, params=query
            )
        except httpx.HTTPError as error:
            raise ServerUnreachable(
                f"the platform API does not answer at {self.base_url}"
            ) from error

    async def must(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        """A call that has to succeed, repeated for `patience_s`. Returns the body of the answer.

        Raises:
            Problem: The server refused it.
            ServerUnreachable: No answer came.
        """
        loop = asyncio.get_running_loop()
        pauses = Reconnection(Random(), _BACKOFF)  # noqa: S311  # jitter, no secret
        gives_up_at = loop.time() + self._patience_s
        attempts = 0
        while True:
            attempts += 1
            try:
                return await self._once(method, path, body, headers, query)
            except CallFailed as failure:
                failure.attempts = attempts
                again_at = pauses.after_failure(loop.time()) + _asked_pause_s(failure)
                if not _may_pass(failure) or again_at > gives_up_at:
                    raise
                await asyncio.sleep(again_at - loop.time())  # noqa: TID251  # between attempts

    async def delete(self, path: str, *, query: Mapping[str, str] | None = None) -> None:
        """As `must`, for what is gone once it is deleted.

        A repeated attempt that finds nothing is a success: the answer to an earlier one was lost.
        """
        try:
            await self.must("DELETE", path, query=query)
        except NotFound as failure:
            if failure.attempts == 1:
                raise

    async def answer(
        self,
        type_: type[AnsweredT],
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> AnsweredT:
        """As `must`, with the answer as `type_`.

        Raises:
            CallFailed: There was no answer of that type.
        """
        content = await self.must(method, path, body, headers=headers, query=query)
        try:
            return msgspec.json.decode(content, type=type_)
        except msgspec.DecodeError as error:
            raise UnknownAnswer(f"{method} {path}: {error}") from error

    async def _once(
        self,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str] | None,
        query: Mapping[str, str] | None,
    ) -> bytes:
        response = await self.ask(method, path, body, headers=headers, query=query)
        if response.status_code not in _SUCCESSES:
            raise problem_of(response)
        return response.content


def _may_pass(failure: CallFailed) -> bool:
    if isinstance(failure, Problem):
        return failure.status in _PASSING
    return isinstance(failure, ServerUnreachable)


def _asked_pause_s(failure: CallFailed) -> float:
    return (failure.retry_after_s or 0.0) if isinstance(failure, Problem) else 0.0
