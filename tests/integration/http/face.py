"""The HTTP face under test: the real application on a real store, asked without a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

from fullhouse.domain.account_limits import NO_LIMITS, AccountLimits
from fullhouse.domain.forwarded import NO_PROXIES, TrustedProxies
from fullhouse.domain.rooms import NOTHING_SEEN, Newcomer, Role, RoomRef
from fullhouse.edge.call_limits import CallLimits
from fullhouse.edge.http.authority import Authority, Keyring
from fullhouse.edge.http.routes import http_face
from fullhouse.edge.http.services import Readiness, Services
from fullhouse.edge.http.trail_notes import RequestNotes
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.rate_limiter import RateLimiter
from fullhouse.edge.tokens import TokenClaims, issue
from fullhouse.payments.invoice import InvoiceGateway
from fullhouse.payments.stripe_gateway import stripe_gateway
from fullhouse.payments.stripe_webhook import StripeWebhook
from fullhouse.service.account_directory import AccountDirectory
from fullhouse.service.accounts import AccountService
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.erasures import ErasureService
from fullhouse.service.gates import GateService
from fullhouse.service.histories import HistoryService
from fullhouse.service.host_messages import HostMessageService
from fullhouse.service.invoices import InvoiceService
from fullhouse.service.key_changes import KeyService
from fullhouse.service.known_keys import KnownKeys
from fullhouse.service.polls import PollService
from fullhouse.service.purchase_history import PurchaseHistory
from fullhouse.service.purchases import PurchaseService
from fullhouse.service.quotes import QuoteService
from fullhouse.service.reports import ReportService
from fullhouse.service.reversals import ReversalService
from fullhouse.service.rooms import RoomService
from fullhouse.service.trail import TrailService
from fullhouse.service.upgrades import UpgradeService
from fullhouse.service.waiting_people import WaitingPeopleService
from fullhouse.service.watching import WatchingService
from fullhouse.store.account_index import AccountIndex
from fullhouse.store.account_store import AccountStore
from fullhouse.store.api_keys import ApiKeyStore
from fullhouse.store.closed_rooms import ClosedRooms
from fullhouse.store.gates import Gates
from fullhouse.store.histories import Histories
from fullhouse.store.host_messages import HostMessages
from fullhouse.store.message_rates import host_message_rates
from fullhouse.store.messages import Messages
from fullhouse.store.purchase_list import PurchaseList
from fullhouse.store.purchase_store import PurchaseStore
from fullhouse.store.reports import Reports
from fullhouse.store.reversal_store import ReversalStore
from fullhouse.store.room_store import RoomStore
from fullhouse.store.trail import TrailStore
from fullhouse.store.waiting_people import WaitingPeople
from fullhouse.store.watching import Watching
from fullhouse.supervise import BackgroundTasks
from tests import stripes
from tests.accounts import CATALOGUE
from tests.event_room import RULES
from tests.integration.http.answers import Answer, Json
from tests.integration.http.document import check_against_document

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from starlette.types import ASGIApp

    from fullhouse.service.payments import PaymentGateway, PaymentWebhook, ReversalSource
    from tests.fakes import FakeClock
    from tests.stripes import Till

KEY = "platform-key-1"
OTHER_KEY = "platform-key-2"
SECRET = "s" * 32
QUOTE_TTL_S = 600
ORIGIN = "https://events.example.com"


@dataclass(slots=True)
class World:
    """Who asks, and what there is to ask about."""

    redis: Redis
    clock: FakeClock
    app: ASGIApp
    rooms: RoomStore
    purchases: PurchaseService
    metrics: Metrics
    keys: KeyService
    readiness: list[Readiness] = field(default_factory=list)

    async def ask(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        key: str | None = KEY,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `key` is the bearer credential, a platform key or a room token."""
        raw = b"" if body is None else json.dumps(body).encode()
        return await self.send(method, path, [raw], key=key, headers=headers)

    async def send(
        self,
        method: str,
        path: str,
        chunks: list[bytes],
        *,
        key: str | None = KEY,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request whose body comes in these chunks."""
        sent = {"content-type": "application/json"} if any(chunks) else {}
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        hearing = Hearing()
        await exchange(self.app, hearing, scope_of(method, path, sent), chunks)
        check_against_document(method, path.partition("?")[0], hearing.answer)
        return hearing.answer

    def token(
        self,
        participant: str = "ada",
        role: Role = Role.HOST,
        *,
        account: str = "acme",
        room: str = "hall",
        buy: bool | None = None,
        ttl_s: int = 3600,
    ) -> str:
        now_s = self.clock.now_ms() // 1000
        claims = TokenClaims(account, room, participant, role, now_s + ttl_s, buy=buy)
        return issue(SECRET, claims, now_s)

    def attendee(self, participant: str = "bob") -> str:
        return self.token(participant, Role.ATTENDEE)

    async def has_account(self, account: str = "acme", **changes: Json) -> Json:
        """An account on the plan `small`, its period begun today."""
        answer = await self.ask("PUT", f"/v1/accounts/{account}", self.account_body(**changes))
        assert answer.status == 201, answer.body
        return answer.json

    def account_body(self, **changes: Json) -> dict[str, Json]:
        body = {
            "plan": "small",
            "billing_period": "month",
            "period_start": self.clock.now().date().isoformat(),
            "time_zone": "UTC",
        }
        return {**body, **changes}

    async def has_room(self, room: str = "hall", *, seats: int | None = None) -> Json:
        """An open room of `acme`, held to so many seats."""
        path = f"/v1/accounts/acme/rooms/{room}"
        answer = await self.ask("PUT", path, {"title": "Hall"})
        if seats is not None:
            answer = await self.ask("PATCH", path, {"seats": seats})
        assert answer.status in {200, 201}, answer.body
        return answer.json

    async def enter(self, *names: str, room: str = "hall") -> list[str]:
        """Attendees come in over a WebSocket. Returns what each got, `seated` or `waiting`."""
        batch = [Newcomer(name, Role.ATTENDEE) for name in names]
        admissions = await self.rooms.admit(RoomRef("acme", room), batch, NOTHING_SEEN)
        return [place.kind for place in admissions.places]

    async def pass_time(self, span: timedelta) -> None:
        self.clock.advance(ms=span // timedelta(milliseconds=1))


@asynccontextmanager
async def world_of_cards(redis: Redis, clock: FakeClock, till: Till) -> AsyncIterator[World]:
    """`acme` on the plan `small`, with an open room, where cards are charged."""
    async with stripe_gateway(
        stripes.KEY, api_base=till.base_url, installation=stripes.INSTALLATION
    ) as gateway:
        webhook = StripeWebhook(stripes.WEBHOOK_SECRET, stripes.INSTALLATION)
        world = world_on(redis, clock, gateway, webhook, gateway.reversals)
        await world.has_account()
        await world.has_room()
        yield world


def world_on(
    redis: Redis,
    clock: FakeClock,
    gateway: PaymentGateway | None = None,
    payment_webhook: PaymentWebhook | None = None,
    reversal_source: ReversalSource | None = None,
    *,
    limits: AccountLimits = NO_LIMITS,
    call_limits: CallLimits | None = None,
    trusted: TrustedProxies = NO_PROXIES,
    security_contacts: tuple[str, ...] = (),
) -> World:
    """The face as the composition root builds it, with the clock of the test everywhere."""
    rooms = RoomStore(redis, instant=clock.now_ms, limits=limits)
    store = AccountStore(redis, waits_for_disk=False, instant=clock.now_ms, limits=limits)
    purchase_store = PurchaseStore(
        redis, waits_for_disk=False, instant=clock.now_ms, limits=limits
    )
    numbers = count(1)
    accounts = AccountService(store, CATALOGUE, clock)
    reversal_store = ReversalStore(redis, waits_for_disk=False)
    trail = TrailStore(redis, instant=clock.now_ms)
    closed = ClosedRooms(redis)
    messages = Messages(redis, instant=clock.now_ms)
    metrics = Metrics()
    purchases = PurchaseService(
        accounts,
        purchase_store,
        gateway or InvoiceGateway(),
        new_id=(f"attempt-{n}" for n in count(1)).__next__,
        settled=metrics.purchase_settled,
    )
    readiness = [Readiness()]
    key_store = ApiKeyStore(redis, waits_for_disk=False)
    known_keys = KnownKeys(
        key_store, clock, monotonic, new_id=(f"version-{n}" for n in count()).__next__, pause_s=0
    )

    def new_id() -> str:
        return f"id-{next(numbers)}"

    async def is_ready() -> Readiness:
        return readiness[-1]

    services = Services(
        accounts=accounts,
        quotes=QuoteService(accounts, store, CATALOGUE, new_id=new_id, quote_ttl_s=QUOTE_TTL_S),
        directory=AccountDirectory(accounts, AccountIndex(redis), store, closed),
        upgrades=UpgradeService(accounts, store, purchase_store, purchases),
        purchase_history=PurchaseHistory(accounts, PurchaseList(redis)),
        purchases=purchases,
        payment_webhook=payment_webhook,
        paid_by="payment_method" if payment_webhook else "on_account",
        downgrades=DowngradeService(accounts, CATALOGUE, new_id=new_id),
        reversals=ReversalService(reversal_store, reversal_source),
        invoices=InvoiceService(accounts, store, reversal_store),
        rooms=RoomService(rooms, closed, accounts, trail, RULES, new_change=new_id),
        trail=TrailService(trail, accounts),
        notes=RequestNotes(trail, monotonic),
        erasures=ErasureService(accounts, rooms, closed, trail, messages),
        gates=GateService(Gates(redis, instant=clock.now_ms)),
        histories=HistoryService(Histories(redis), accounts),
        reports=ReportService(Reports(redis, instant=clock.now_ms), accounts, CATALOGUE),
        waiting_people=WaitingPeopleService(
            WaitingPeople(redis, instant=clock.now_ms), accounts, new_change=new_id
        ),
        host_messages=HostMessageService(
            HostMessages(redis, instant=clock.now_ms),
            host_message_rates(redis, instant=clock.now_ms),
            accounts,
            new_change=new_id,
        ),
        polls=PollService(rooms, BackgroundTasks()),
        watching=WatchingService(Watching(redis, instant=clock.now_ms), BackgroundTasks()),
        catalogue=CATALOGUE,
        clock=clock,
        installation="here",
        metrics=metrics,
        limiter=RateLimiter(BackgroundTasks()),
        call_limits=call_limits or CallLimits(),
        authority=Authority(Keyring.of([KEY, OTHER_KEY]), clock, SECRET, stored_keys=known_keys),
        readiness=is_ready,
        is_removed=rooms.is_removed,
        allowed_origins=(ORIGIN,),
        security_contacts=security_contacts,
    )
    app = http_face(services, trusted=trusted)
    keys = KeyService(key_store, clock)
    return World(redis, clock, app, rooms, purchases, metrics, keys, readiness)


@dataclass(slots=True)
class Hearing:
    """What a client has heard so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    async def hear(self, message: MutableMapping[str, Json]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")

    @property
    def answer(self) -> Answer:
        return Answer(self.status, self.headers, self.body)


async def exchange(
    app: ASGIApp, hearing: Hearing, scope: dict[str, Json], chunks: list[bytes]
) -> None:
    """One request and its answer, spoken as an ASGI server would."""
    incoming = _messages(chunks)

    async def receive() -> dict[str, Json]:
        return await anext(incoming)

    await app(scope, receive, hearing.hear)


async def _messages(chunks: list[bytes]) -> AsyncIterator[dict[str, Json]]:
    for chunk in chunks:
        yield {"type": "http.request", "body": chunk, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}


def scope_of(method: str, target: str, headers: Mapping[str, str]) -> dict[str, Json]:
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
