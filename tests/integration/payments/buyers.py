"""Buyers who die in the middle: `python -m tests.integration.payments.buyers` forks them.

Each line that it reads is an errand, and a process of its own that does it; each line that it
writes is how that one ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import stripe

from fullhouse.payments.stripe_gateway import StripeGateway
from fullhouse.store.script_source import source_of
from fullhouse.store.scripts import Scripts
from tests.cashiers import cashier_on
from tests.fakes import FakeClock
from tests.stores import patient_store
from tests.stripes import INSTALLATION, KEY
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from redis.asyncio import Redis

KILLED = -signal.SIGKILL


class Errand(msgspec.Struct, frozen=True):
    """Buy a quote of `acme`, and die once so many steps are done.

    A step is a command that the store, or a request that the gateway has answered.
    """

    redis_url: str
    stripe_url: str | None
    quote: str
    now_ms: int
    dies_after: int


@dataclass(slots=True)
class Life:
    """Ends without a word, as when the power goes."""

    left: int

    def spend(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalHttp(stripe.HTTPXClient):
    """Each answer of the gateway is a step."""

    def __init__(self, life: Life) -> None:
        super().__init__(timeout=PATIENCE_S)
        self.life = life

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        answer = await super().request_async(method, url, headers, post_data)
        self.life.spend()
        return answer


def _make_mortal(redis: Redis, life: Life) -> None:
    """Each answer of the store is a step."""
    execute: Any = redis.execute_command

    async def mortal(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # as the client has it
        answer = await execute(*args, **options)
        life.spend()
        return answer

    redis.execute_command = mortal  # type: ignore[method-assign]


def _mortal_http() -> MortalHttp:
    """A client for every buyer to come, and their scripts: both take long to read from files."""
    for script in fields(Scripts):
        source_of(script.name)
    return MortalHttp(Life(0))


async def _run(errand: Errand, http: MortalHttp) -> None:
    life = http.life = Life(errand.dies_after)
    gateway = None
    if errand.stripe_url:
        client = stripe.StripeClient(
            KEY,
            base_addresses={"api": errand.stripe_url},
            max_network_retries=0,
            http_client=http,
        )
        gateway = StripeGateway(client, INSTALLATION)
    async with patient_store(errand.redis_url) as redis:
        _make_mortal(redis, life)
        cashier = cashier_on(redis, FakeClock(errand.now_ms), "mortal", gateway)
        await cashier.upgrades.buy("acme", errand.quote, idempotency_key="k1")


def _fork(errand: Errand, http: MortalHttp) -> int:
    pid = os.fork()
    if pid == 0:
        asyncio.run(_run(errand, http))
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


@dataclass(frozen=True, slots=True)
class Buyers:
    """The process that forks them, as tests talk to it."""

    process: subprocess.Popen[bytes]

    def send(self, errand: Errand) -> int:
        """How the buyer ended: 0, or `KILLED`."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(msgspec.json.encode(errand) + b"\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def running_buyers() -> Iterator[Buyers]:
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield Buyers(process)
        finally:
            process.kill()


if __name__ == "__main__":
    shared_http = _mortal_http()
    for line in sys.stdin.buffer:
        ended = _fork(msgspec.json.decode(line, type=Errand), shared_http)
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()
