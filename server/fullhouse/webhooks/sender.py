"""Sends one webhook over HTTP, signed as Standard Webhooks asks.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from fullhouse.domain.addresses import AllowedAddresses
from fullhouse.domain.instants import rfc3339
from fullhouse.domain.webhooks import Failure, Webhook
from fullhouse.webhooks.resolver import RefusedAddress, Resolver

if TYPE_CHECKING:
    from fullhouse.clock import Clock

ATTEMPT_S = 15.0
"""An attempt takes at most so long, all in all; a claim on an outbox is longer."""

STEP_S = 10.0  # to connect, and between two parts of the answer
MOST_ANSWER_BYTES = 65_536  # of an answer that nobody reads; more closes the connection
ADDRESSES_TRIED = 3
SUCCESS = range(200, 300)


@asynccontextmanager
async def webhook_sender(
    url: str, secrets: Sequence[str], allowed: AllowedAddresses, clock: Clock, *, parallel: int
) -> AsyncIterator[WebhookSender]:
    """A sender to the receiver at `url`. Its connections close at the end of the block.

    Args:
        url: Of the receiver.
        secrets: The first one signs.
        allowed: The addresses that requests may go to.
        clock: For the time stamps of attempts.
        parallel: How many requests may run at the same time.
    """
    limits = httpx.Limits(max_connections=parallel, max_keepalive_connections=parallel)
    async with httpx.AsyncClient(
        timeout=STEP_S,
        limits=limits,
        follow_redirects=False,  # another address would not be checked
        trust_env=False,  # a proxy would make the connection, to an address that it finds
        verify=ssl.create_default_context(),
    ) as client:
        yield WebhookSender(httpx.URL(url), Signer(secrets[0]), client, clock, allowed)


class WebhookSender:
    """Sends webhooks to one receiver. `webhook_sender` makes it."""

    def __init__(
        self,
        url: httpx.URL,
        signer: Signer,
        client: httpx.AsyncClient,
        clock: Clock,
        allowed: AllowedAddresses,
    ) -> None:
        self._url = url
        self._signer = signer
        self._client = client
        self._clock = clock
        port = url.port or (443 if url.scheme == "https" else 80)
        self._resolver = Resolver(url.host, port, allowed, monotonic)

    async def send(self, webhook: Webhook) -> Failure | None:
        """Make one attempt. None: the receiver has accepted the webhook."""
        try:
            async with asyncio.timeout(ATTEMPT_S):
                return await self._attempt(webhook)
        except RefusedAddress:
            return Failure("refused_address", "the receiver has only private addresses")
        except (TimeoutError, httpx.TimeoutException):
            return Failure("timeout", "the receiver did not answer in time")
        except (httpx.HTTPError, OSError) as error:
            return Failure("connection", type(error).__name__)

    async def _attempt(self, webhook: Webhook) -> Failure | None:
        *others, last = (await self._resolver.addresses())[:ADDRESSES_TRIED]
        for address in others:
            try:
                return await self._sent_to(address, webhook)
            except httpx.ConnectError:
                continue  # nothing was sent
        return await self._sent_to(last, webhook)

    async def _sent_to(self, address: str, webhook: Webhook) -> Failure | None:
        """The attempt at one address. Host and certificate are those of the name."""
        body = body_of(webhook)
        async with self._client.stream(
            "POST",
            self._url.copy_with(host=address),
            content=body,
            headers={**self._signed(webhook, body), "Host": self._url.netloc.decode()},
            extensions={"sni_hostname": self._url.host},
        ) as response:
            await _read_a_little(response)
        if response.status_code in SUCCESS:
            return None
        return Failure("status", f"status {response.status_code}", self._asked_pause_s(response))

    def _signed(self, webhook: Webhook, body: bytes) -> dict[str, str]:
        now = self._clock.now()
        return {
            "Content-Type": "application/json",
            "User-Agent": "fullhouse",
            "webhook-id": webhook.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(webhook.id, now, body.decode()),
        }

    def _asked_pause_s(self, response: httpx.Response) -> float | None:
        """The receiver's `Retry-After`, in seconds from now. Source: RFC 9110, 10.2.3."""
        value = response.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self._clock.now()).total_seconds())


def body_of(webhook: Webhook) -> bytes:
    """The JSON document with type, timestamp and data. Instants in ms become texts."""
    data = msgspec.json.decode(webhook.data)
    for name in [name for name in data if name.endswith("_ms")]:
        data[f"{name.removesuffix('_ms')}_at"] = rfc3339(data.pop(name))
    document = {"type": webhook.type, "timestamp": rfc3339(webhook.at_ms), "data": data}
    return msgspec.json.encode(document)


async def _read_a_little(response: httpx.Response) -> None:
    """Read the answer, so that the connection can be used again. Stop at a long one."""
    size = 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > MOST_ANSWER_BYTES:
            break
