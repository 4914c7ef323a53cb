"""Delivers the messages of all accounts to the platform. All nodes share the work.

Theory of operation. The outbox of an account has its messages in order, and an index has the
accounts with messages. A node takes due accounts from the index, and for each account claims its
outbox. Both claims end by themselves, so another node takes over from a node that dies. While the
claim lasts, the node delivers one message after the other. So the messages of an account are in
order, and at most one of them is in flight. After a failed attempt the account is due again later.
A message leaves the outbox only when the platform has received it, or when it is given up.

Some data is read at each attempt, since the script that writes a message cannot know it. The
stored message stays as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic
from typing import Protocol

from fullhouse.counted_log import CountedLog
from fullhouse.domain.accounts import Claim
from fullhouse.domain.errors import CallerError
from fullhouse.domain.webhooks import LONGEST_PAUSE_S, Failure, Later, Taken, Webhook, pause_s
from fullhouse.service.ports import IdSource

log = logging.getLogger(__name__)

PARALLEL = 64
"""Accounts that a node delivers for at the same time."""

RETRYING = PARALLEL // 2  # accounts with a failing receiver leave room for the others
HOLD_S = 20.0  # then other accounts may have their turn; far below the length of a claim
LONGEST_REST_MS = 60_000  # an account that waits is looked at again after this time at the latest
LOST_S = 2 * LONGEST_PAUSE_S
LOOK_EVERY = 4  # steps without news between two looks at the index


class Index(Protocol):
    """The index of accounts with messages."""

    async def note_heard(self) -> bool:
        """Index the accounts that have new messages. Returns whether there were any."""
        ...

    async def take_accounts(self, limit: int) -> list[Claim]:
        """Claim at most `limit` due accounts for this node alone, until the claim ends."""
        ...

    async def put_off(self, claim: Claim, wait_ms: int) -> None:
        """Release the account, so that it is due again in `wait_ms`."""
        ...

    async def forget(self, claim: Claim) -> None:
        """Remove an account whose outbox is empty."""
        ...


class Messages(Protocol):
    """The messages in the outboxes of accounts."""

    async def take(self, account_id: str, claim: str) -> Taken | Later | None:
        """Claim the first message of an account. None: there is none."""
        ...

    async def finish(self, account_id: str, taken: Taken) -> None:
        """Remove a message, because the platform has received it."""
        ...

    async def release(
        self, account_id: str, claim: str, *, attempt: int = 0, due_ms: int = 0
    ) -> None:
        """End the claim on the outbox."""
        ...

    async def give_up(self, account_id: str, claim: str, *, now_ms: int, reason: str) -> int:
        """Give up the messages that are too old. Returns how many."""
        ...


class Sender(Protocol):
    """Sends webhooks to the platform."""

    async def send(self, webhook: Webhook) -> Failure | None:
        """Make one attempt. None: the platform has received the webhook."""
        ...


class Told(Protocol):
    """Counts what becomes of webhooks."""

    def webhook_delivered(self, type_: str, age_s: float) -> None: ...

    def webhook_failed(self, kind: str) -> None: ...

    def webhooks_given_up(self, count: int) -> None: ...

    def webhooks_dropped(self, count: int) -> None: ...


class WebhookDelivery:
    """Delivers webhooks. `step` starts what is due, and does not wait for it.

    Args:
        index: The accounts with messages.
        messages: Their messages.
        sender: Sends them.
        told: Is told about each attempt.
        complete: Adds the data that is read at an attempt. If it raises, there is no attempt, and
            the account is due again when the claim ends.
        new_id: Makes the ids of claims.
        chance: Returns a random number from 0 to 1.
        now_s: A monotonic clock.
    """

    def __init__(
        self,
        index: Index,
        messages: Messages,
        sender: Sender,
        told: Told,
        *,
        complete: Callable[[Webhook], Awaitable[Webhook]],
        new_id: IdSource,
        chance: Callable[[], float],
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self._index = index
        self._messages = messages
        self._sender = sender
        self._told = told
        self._complete = complete
        self._new_id = new_id
        self._chance = chance
        self._now_s = now_s
        self._failing = CountedLog(log, "webhook.failed", now_s)
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._retrying = 0
        self._steps = 0
        self._is_stopping = False
        self._waiting_since_s: dict[str, tuple[float, float]] = {}

    @property
    def oldest_s(self) -> float:
        """The age of the oldest message that this node could not deliver; 0: there is none."""
        now_s = self._now_s()
        # If another node has delivered the message, this node learns nothing of it.
        recent = (
            since for since, tried in self._waiting_since_s.values() if now_s - tried < LOST_S
        )
        return max((now_s - since for since in recent), default=0.0)

    async def step(self) -> None:
        """Begin to deliver for accounts that are due, as far as there is room."""
        has_news = await self._index.note_heard()
        self._steps += 1
        if not has_news and self._steps % LOOK_EVERY:
            return
        if room := PARALLEL - len(self._in_hand):
            for claim in await self._index.take_accounts(room):
                self._begin(claim)

    async def idle(self) -> None:
        """Wait until nothing is being delivered."""
        while self._in_hand:
            await asyncio.wait(self._in_hand.values())

    async def stop(self, within_s: float) -> None:
        """Let the attempts under way end, but not for longer than so many seconds."""
        self._is_stopping = True
        if tasks := list(self._in_hand.values()):
            await asyncio.wait(tasks, timeout=within_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, claim: Claim) -> None:
        if claim.account in self._in_hand:
            return  # the account is due again when the claim ends
        task = asyncio.create_task(self._look_after(claim))
        self._in_hand[claim.account] = task
        task.add_done_callback(lambda _: self._in_hand.pop(claim.account))

    async def _look_after(self, claim: Claim) -> None:
        """Deliver for one account. Never raises, so that one account cannot hold up the others."""
        try:
            await self._deliver(claim)
        except CallerError as error:  # the account is due again when the claim ends
            extra = {"account": claim.account, "reason": str(error)}
            log.warning("webhooks.put_off", extra=extra)
        except Exception:  # any error: the account is due again when the claim ends
            log.exception("webhooks.look_failed", extra={"account": claim.account})

    async def _deliver(self, claim: Claim) -> None:
        account, token = claim.account, self._new_id()
        until_s = self._now_s() + HOLD_S
        while True:
            asked_s = self._now_s()
            taken = await self._messages.take(account, token)
            if taken is None:
                await self._index.forget(claim)
                return
            if isinstance(taken, Later):
                await self._index.put_off(claim, min(taken.wait_ms, LONGEST_REST_MS))
                return
            taken = replace(taken, webhook=await self._complete(taken.webhook))
            if self._now_s() - asked_s > HOLD_S:
                continue  # stopped, or a slow store: another node may have the message by now
            if not await self._attempt(claim, token, taken):
                return
            if self._is_stopping or self._now_s() >= until_s:
                await self._messages.release(account, token)
                await self._index.put_off(claim, 0)
                return

    async def _attempt(self, claim: Claim, token: str, taken: Taken) -> bool:
        """Whether the message was delivered, and the next one may follow."""
        if taken.dropped:
            self._told.webhooks_dropped(taken.dropped)
            extra = {"account": claim.account, "count": taken.dropped}
            log.error("webhooks.dropped", extra=extra)
        if taken.attempt == 0:
            failure = await self._sender.send(taken.webhook)
        elif self._retrying >= RETRYING:
            await self._rest(claim, token, taken, attempt=taken.attempt, wait_s=1.0)
            return False
        else:
            failure = await self._retry(taken.webhook)
        if failure is None:
            await self._messages.finish(claim.account, taken)
            self._waiting_since_s.pop(claim.account, None)
            self._told.webhook_delivered(taken.webhook.type, taken.age_s)
            return True
        await self._failed(claim, token, taken, failure)
        return False

    async def _retry(self, webhook: Webhook) -> Failure | None:
        self._retrying += 1
        try:
            return await self._sender.send(webhook)
        finally:
            self._retrying -= 1

    async def _failed(self, claim: Claim, token: str, taken: Taken, failure: Failure) -> None:
        self._told.webhook_failed(failure.kind)
        self._waiting_since_s[claim.account] = (self._now_s() - taken.age_s, self._now_s())
        attempt = taken.attempt + 1
        said = {"account": claim.account, "webhook": taken.webhook.id, "attempt": attempt}
        self._failing.note(failure.kind, reason=failure.reason, pending=taken.pending, **said)
        count = await self._messages.give_up(
            claim.account, token, now_ms=taken.now_ms, reason=failure.reason
        )
        if count:
            self._told.webhooks_given_up(count)
            log.error("webhooks.given_up", extra={"account": claim.account, "count": count})
        wait_s = pause_s(attempt, failure, self._chance)
        await self._rest(claim, token, taken, attempt=attempt, wait_s=wait_s)

    async def _rest(
        self, claim: Claim, token: str, taken: Taken, *, attempt: int, wait_s: float
    ) -> None:
        """Let the account wait for its next attempt."""
        wait_ms = int(wait_s * 1000)
        due_ms = taken.now_ms + wait_ms
        await self._messages.release(claim.account, token, attempt=attempt, due_ms=due_ms)
        await self._index.put_off(claim, wait_ms)
