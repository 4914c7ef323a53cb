"""One room on the nodes of the test run, of an account that no other test uses."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fullhouse.domain.rooms import RoomRef, RoomRules
from fullhouse.store.room_store import RoomStore
from tests.clients import WsClient, room_token
from tests.days import business_day
from tests.nodes import Answer, Json, Node, Platform
from tests.stores import patient_store
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

SEATS = (1, 2, 3, 5, 10, 50, 100)
"""Plans on sale: `seats-1` to `seats-100`, each with two presenter seats."""

RENEWALS = 'fullhouse_script_seconds_count{script="renew"}'

_PLAN = """
[[plan]]
id = "seats-{seats}"
name = "{seats} seats"
seats = {seats}
presenters = 2
price = {{ month = {price}, year = {price} }}
parallel_event = {{ month = 100, year = 1000 }}
trial = false
on_sale = true
"""

CATALOGUE = 'currency = "EUR"\n' + "".join(_PLAN.format(seats=n, price=n * 100) for n in SEATS)


@dataclass(slots=True)
class EventRoom:
    """The room `hall` of an account of its own, and everybody who went there."""

    nodes: Sequence[Node]
    account: str = field(default_factory=lambda: f"account-{secrets.token_hex(6)}")
    clients: list[WsClient] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"{self.account_path}/rooms/hall"

    @property
    def account_path(self) -> str:
        return f"/v1/accounts/{self.account}"

    async def has_account(self, *, seats: int) -> None:
        """The account is on the plan of so many seats, since today."""
        body = business_day().account(f"seats-{seats}")
        await self.must("PUT", self.account_path, body)

    async def opens(self) -> Json:
        return await self.must("PUT", self.path, {"title": "Hall"})

    async def opens_with(self, url: str, rules: RoomRules) -> None:
        """The platform opens the room on a node of other settings: a room keeps those it has."""
        async with patient_store(url) as redis:
            await RoomStore(redis).open_room(RoomRef(self.account, "hall"), "Hall", rules)

    async def closes(self) -> None:
        await self.must("POST", self.path + "/close")

    async def sets(self, **changes: object) -> None:
        """Change the room: `paused`, `seats`."""
        await self.must("PATCH", self.path, changes)

    async def removes(self, name: str) -> None:
        await self.must("DELETE", f"{self.path}/participants/{name}")

    async def room(self) -> Json:
        return await self.must("GET", self.path)

    async def audit(self) -> Json:
        return await self.must("GET", self.path + "/audit")

    async def quote(self, *, seats: int) -> Json:
        body = {"plan": f"seats-{seats}"}
        return await self.must("POST", self.account_path + "/upgrade-quotes", body)

    async def buys(self, quote: str, *, key: str, node: int = 0) -> Answer:
        """Pay what was quoted, asking that node."""
        body, headers = {"quote": quote}, {"Idempotency-Key": key}
        path = self.account_path + "/upgrades"
        return await Platform(self.nodes[node]).ask("POST", path, body, headers=headers)

    async def upgrades(self, *, seats: int) -> None:
        quote = await self.quote(seats=seats)
        answer = await self.buys(quote["id"], key="upgrade")
        assert answer.status == 201, answer

    async def must(self, method: str, path: str, body: Json = None, *, node: int = 0) -> Json:
        return await Platform(self.nodes[node]).must(method, path, body)

    def token(self, name: str, role: str = "attendee", **claims: object) -> str:
        return room_token(self.account, name, role, **claims)  # type: ignore[arg-type]  # by name

    async def tab(self, name: str, role: str = "attendee", *, node: int = 0) -> WsClient:
        """A connection that has said nothing yet."""
        return await self.connect(self.token(name, role), node=node)

    async def enter(self, name: str, role: str = "attendee", *, node: int = 0) -> WsClient:
        """A connection that has said hello."""
        client = await self.tab(name, role, node=node)
        await client.hello()
        return client

    async def connect(self, token: str, *, node: int = 0) -> WsClient:
        client = await WsClient.connect(self.nodes[node], token)
        self.clients.append(client)
        return client

    async def seated(self, *names: str, node: int = 0) -> list[WsClient]:
        """These people enter one after the other, and each is inside."""
        return [await self._entered(name, "seated", node) for name in names]

    async def waiting(self, *names: str, node: int = 0) -> list[WsClient]:
        """These people enter one after the other, and each has to wait."""
        return [await self._entered(name, "waiting", node) for name in names]

    async def settles(self, **figures: object) -> None:
        """Wait until the room object has these figures."""
        seen: Json = None

        async def has_them() -> bool:
            nonlocal seen
            seen = await self.room()
            return all(seen[name] == value for name, value in figures.items())

        try:
            await wait_until(has_them)
        except TimeoutError:
            raise AssertionError(f"no {figures} in {seen}") from None

    async def beats(self, beats: int = 3) -> None:
        """Wait until each node has renewed its people so often; some must be connected to it."""
        for node in self.nodes:
            start = await asyncio.to_thread(node.figure, RENEWALS)

            async def is_over(node: Node = node, end: float = start + beats) -> bool:
                return await asyncio.to_thread(node.figure, RENEWALS) >= end

            await wait_until(is_over)

    async def ends(self) -> None:
        """Everybody goes home; whatever was promised to them is looked at once more."""
        await asyncio.gather(*(client.close() for client in self.clients))
        for client in self.clients:
            client.check()

    async def _entered(self, name: str, word: str, node: int) -> WsClient:
        client = await self.enter(name, node=node)
        await client.expect(word)
        return client
