"""A rolling restart behind a proxy: two nodes, people, a platform that keeps calling, figures."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from fullhouse.client.reconnection import Backoff
from fullhouse.clock import SystemClock
from fullhouse.domain.api_keys import KeyScope, id_in
from fullhouse.domain.key_changes import KeyTerms
from fullhouse.service.key_changes import KeyService
from fullhouse.store.api_keys import ApiKeyStore
from tests.clients import room_token
from tests.days import business_day
from tests.faults.event_room import EventRoom, an_event_room
from tests.faults.rig import running_rig
from tests.faults.visitors import Visitor
from tests.nginx import running_nginx
from tests.nodes import KEY, Answer, Node, Platform
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

SETTINGS = {"beat_s": 1, "lease_s": 5, "grace_s": 60, "wait_grace_s": 60, "claim_s": 90}
"""A grace in which people are back also where a busy machine takes long to start a node."""

CALLERS = 4
PAUSE_S = 0.05  # between two calls of a caller
FIRST_PAUSE_S, MOST_PAUSE_S = 0.5, 10.0  # before people try to come back
STOP_S = 60
AT_A_TIME = 20
PLANS = ("live-50", "live-100", "live-250", "live-500", "live-1000")


class ApiCall(NamedTuple):
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed


@dataclass(slots=True)
class Figures:
    """What went wrong, and how much went right.

    Attributes:
        answers: How often each status was answered; 0 where there was no answer.
        failed: Calls with no answer, with 500 and above, or whose credential was refused.
        refused: Handshakes that did not come about, by reason.
        not_back: People without a connection, or without their place, after the restart.
    """

    answers: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    not_back: list[str] = field(default_factory=list)

    def note(self, call: ApiCall, answer: Answer) -> None:
        self.answers[answer.status] += 1
        if not 0 < answer.status < 500 or answer.status in {401, 403}:
            self.failed.append(f"{call.method} {call.path}: {answer.status} {answer.json}")

    def __str__(self) -> str:
        return (
            f"{len(self.failed)} of {self.answers.total()} calls failed {dict(self.answers)}, "
            f"{self.refused.total()} handshakes refused {dict(self.refused)}, "
            f"{len(self.not_back)} people not back"
        )


class Undecided(Visitor):
    """Somebody who is called and does not come in."""

    enters = False
    backoff = Backoff(FIRST_PAUSE_S, MOST_PAUSE_S)


class Rolling:
    """Two nodes behind a proxy, and a room with people who came through it."""

    def __init__(self, event_room: EventRoom, proxy: Node) -> None:
        self.event_room = event_room
        self.figures = Figures()
        self._proxy = proxy
        self._platform = Platform(proxy)
        self._old_key = ""
        self._room = f"/v1/accounts/{event_room.account}/rooms/hall"
        self._buyer = f"/v1/accounts/{event_room.account}-buyer"

    async def fill(self, people: int, *, seats: int) -> None:
        """So many people inside, one who is called, the rest in line."""
        await self.event_room.open(seats=seats, plan="live-1000")
        await self._open_buyer()
        for first in range(0, people, AT_A_TIME):
            names = [f"p{number:03}" for number in range(first, first + AT_A_TIME)]
            await asyncio.gather(*map(self._comes, names))
        await wait_until(self._all_have_a_place)
        await self.event_room.set_seats(seats + 1)
        await wait_until(self._somebody_is_called)

    async def use_a_stored_key(self) -> None:
        """The platform calls with a key that an operator has made."""
        async with self._keys() as keys:
            terms = KeyTerms(name="backend", scopes=frozenset(KeyScope))
            self._platform = Platform(self._proxy, (await keys.create(terms)).credential)

    async def replace_key(self) -> None:
        """As docs/security.md says: the old key works until the platform has the new one."""
        async with self._keys() as keys:
            self._old_key = self._platform.key
            new = await keys.rotate("backend", overlap_ms=3_600_000)
            self._platform = Platform(self._proxy, new.credential)

    async def end_old_key(self) -> None:
        """Revoke it, and wait until all nodes know."""
        async with self._keys() as keys:
            await keys.revoke(id_in(self._old_key) or "")
        old = [Platform(node, self._old_key) for node in self.event_room.nodes]

        async def is_refused() -> bool:
            answers = [await platform.ask("GET", self._room) for platform in old]
            return all(answer.status == HTTPStatus.UNAUTHORIZED for answer in answers)

        await wait_until(is_refused)

    @asynccontextmanager
    async def _keys(self) -> AsyncIterator[KeyService]:
        async with patient_store(self.event_room.rig.store.url) as redis:
            yield KeyService(ApiKeyStore(redis, waits_for_disk=False), SystemClock())

    async def restart(self, **settings: object) -> None:
        """One node after the other, while the platform calls; the figures tell what it cost."""
        before = await self.event_room.places()
        buying = asyncio.create_task(self._buy())
        calling = [asyncio.create_task(self._keep_calling(caller)) for caller in range(CALLERS)]
        for number, node in enumerate(self.event_room.nodes):
            node.terminate()
            assert await asyncio.to_thread(node.ended, STOP_S) == 0
            await self.event_room.rig.restart(number, **settings)
            if number == 0 and self._platform.key != KEY:
                await self.replace_key()
        await self._until_back(before)
        await buying
        for task in calling:
            task.cancel()
        await asyncio.wait(calling)
        for visitor in self.event_room.visitors:
            self.figures.refused.update(visitor.refused)

    async def bought(self) -> list[str]:
        """What the buyer was charged for, in order."""
        invoices = await self._platform.must("GET", f"{self._buyer}/invoices")
        return [invoice["inputs"]["new"]["plan"] for invoice in invoices["invoices"]]

    async def _open_buyer(self) -> None:
        body = business_day().account("live-25")
        await self._platform.persist("PUT", self._buyer, body)

    async def _comes(self, name: str) -> None:
        token = room_token(self.event_room.account, name)
        visitor = Undecided([self._proxy], token, first=0)
        self.event_room.visitors.append(visitor)
        await visitor.come()

    def _all_have_a_place(self) -> bool:
        return all(visitor.place is not None for visitor in self.event_room.visitors)

    async def _somebody_is_called(self) -> bool:
        return bool((await self.event_room.room())["held"])

    async def _until_back(self, before: dict[str, int]) -> None:
        try:
            await wait_until(lambda: not self._away(before))
        except TimeoutError:
            self.figures.not_back += self._away(before)
        after = await self.event_room.places()
        self.figures.not_back += [n for n in before if after.get(n) not in (before[n], 0)]

    def _away(self, before: dict[str, int]) -> list[str]:
        """Who has no connection, or believes something else than before; the called may be in."""
        return [
            visitor.name
            for visitor in self.event_room.visitors
            if not visitor.is_connected or visitor.place not in (before[visitor.name], 0)
        ]

    async def _keep_calling(self, caller: int) -> None:
        for call in self._calls(caller):
            answer = await self._ask(call)
            if answer.status == HTTPStatus.CREATED:  # a token, which any node must accept
                bearer = {"Authorization": f"Bearer {answer.json['token']}"}
                await self._ask(ApiCall("POST", "/v1/poll", {}, bearer))
            await asyncio.sleep(PAUSE_S)  # noqa: TID251  # a steady flow, not a flood

    def _calls(self, caller: int) -> Iterator[ApiCall]:
        """Reads, writes and polls, of each kind that a platform sends while an event runs."""
        poller = {
            "Authorization": f"Bearer {room_token(self.event_room.account, f'poller{caller}')}"
        }
        for number in count():
            token = {"participant": f"guest{caller}", "role": "attendee"}
            yield ApiCall("GET", self._room)
            yield ApiCall("PUT", self._room, {"title": f"Hall {number}"})
            yield ApiCall("POST", f"{self._room}/tokens", token)
            yield ApiCall("POST", "/v1/poll", {}, poller)
            yield ApiCall("PATCH", self._room, {"paused": False})

    async def _buy(self) -> None:
        """One larger plan after the other."""
        for plan in PLANS:
            quote = await self._ask(
                ApiCall("POST", f"{self._buyer}/upgrade-quotes", {"plan": plan})
            )
            if quote.json:
                body, key = {"quote": quote.json["id"]}, {"Idempotency-Key": plan}
                await self._ask(ApiCall("POST", f"{self._buyer}/upgrades", body, key))
            await asyncio.sleep(1)  # noqa: TID251  # so that purchases meet both restarts

    async def _ask(self, call: ApiCall) -> Answer:
        try:
            answer = await self._platform.ask(
                call.method, call.path, call.body, headers=call.headers
            )
        except json.JSONDecodeError:  # an error page of the proxy
            answer = Answer(502, {}, None)
        except OSError:
            answer = Answer(0, {}, None)
        self.figures.note(call, answer)
        return answer


@asynccontextmanager
async def rolling(site: str, **settings: object) -> AsyncIterator[Rolling]:
    """Two nodes behind an nginx with that site."""
    async with (
        running_rig(direct=True, **{**SETTINGS, **settings}) as rig,  # type: ignore[arg-type]  # settings by name
        an_event_room(rig) as event_room,
    ):
        with running_nginx(site, [node.port for node in rig.nodes]) as proxy:
            try:
                yield Rolling(event_room, proxy)
            finally:
                await asyncio.gather(*(visitor.go() for visitor in event_room.visitors))
