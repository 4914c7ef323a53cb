"""Builds the parts of a node from the settings and its stores, each from those before it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING

from fullhouse.domain.forwarded import TrustedProxies
from fullhouse.domain.rooms import RoomRules
from fullhouse.domain.token_secrets import token_secrets
from fullhouse.domain.webhooks import room_types_text
from fullhouse.edge.call_limits import CallLimit, CallLimits
from fullhouse.edge.http.authority import Authority, Keyring
from fullhouse.edge.http.services import Readiness, Services
from fullhouse.edge.http.trail_notes import RequestNotes
from fullhouse.edge.jwks_file import JwksFile
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.origins import origins_rule
from fullhouse.edge.rate_limiter import RateLimiter
from fullhouse.edge.sockets import most_sockets
from fullhouse.edge.ws.handshake import paths_below
from fullhouse.edge.ws.registry import ConnectionRegistry
from fullhouse.edge.ws.upgrade import UpgradeHandler
from fullhouse.payments.gateways import Payments
from fullhouse.realtime.hub import Hub
from fullhouse.service.account_directory import AccountDirectory
from fullhouse.service.accounts import AccountService
from fullhouse.service.downgrades import DowngradeService
from fullhouse.service.erasures import ErasureService
from fullhouse.service.gates import GateService
from fullhouse.service.histories import HistoryService
from fullhouse.service.host_messages import HostMessageService
from fullhouse.service.invoices import InvoiceService
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
from fullhouse.store.polled_rooms import PolledRooms
from fullhouse.store.stores import Stores
from fullhouse.supervise import BackgroundTasks

if TYPE_CHECKING:
    from fullhouse.clock import Clock
    from fullhouse.domain.limit_names import LimitName
    from fullhouse.domain.plans import Catalogue
    from fullhouse.settings import Settings


def token_keys(settings: Settings) -> JwksFile | None:
    """The public keys of room tokens. None: there are only secrets.

    Raises:
        InvalidJwks: the file of public keys cannot be used, or a key has the name of a secret.
    """
    if settings.token_jwks is None:
        return None
    kids = {each.kid for each in token_secrets(settings.signing_secret()) if each.kid}
    file = JwksFile(settings.token_jwks, kids)
    file.load()
    return file


def known_keys(stores: Stores, clock: Clock) -> KnownKeys:
    """The stored platform keys, as this node knows them."""
    return KnownKeys(stores.api_keys, clock, monotonic, new_id=_new_id)


def build_authority(
    settings: Settings, clock: Clock, public_keys: JwksFile | None, stored_keys: KnownKeys
) -> Authority:
    """The check of platform keys and room tokens, with the operator's keys and secrets."""
    return Authority(
        Keyring.of(settings.api_keys),
        clock,
        settings.signing_secret(),
        public_keys.keys if public_keys else {},
        stored_keys,
    )


def build_services(
    settings: Settings,
    stores: Stores,
    catalogue: Catalogue,
    *,
    authority: Authority,
    payments: Payments,
    clock: Clock,
    metrics: Metrics,
    background_tasks: BackgroundTasks,
    readiness: Callable[[], Awaitable[Readiness]],
) -> Services:
    accounts = AccountService(stores.accounts, catalogue, clock, limits_of=payments.limits)
    purchases = PurchaseService(
        accounts,
        stores.purchases,
        payments.gateway,
        new_id=_new_id,
        settled=metrics.purchase_settled,
    )
    rules = _rules(settings, webhooks=room_types_text(stores.outbox.wanted))
    return Services(
        accounts=accounts,
        quotes=QuoteService(
            accounts,
            stores.accounts,
            catalogue,
            new_id=_new_id,
            quote_ttl_s=settings.quote_ttl_s,
        ),
        directory=AccountDirectory(
            accounts, stores.account_index, stores.accounts, stores.closed_rooms
        ),
        upgrades=UpgradeService(accounts, stores.accounts, stores.purchases, purchases),
        purchase_history=PurchaseHistory(accounts, stores.purchase_list),
        purchases=purchases,
        reversals=ReversalService(
            stores.reversals, payments.reversals, changed=metrics.charge_reversed
        ),
        paid_by=payments.paid_by,
        payment_webhook=payments.webhook,
        downgrades=DowngradeService(accounts, catalogue, new_id=_new_id),
        invoices=InvoiceService(accounts, stores.accounts, stores.reversals),
        rooms=RoomService(
            stores.rooms, stores.closed_rooms, accounts, stores.trail, rules, new_change=_new_id
        ),
        trail=TrailService(stores.trail, accounts),
        notes=RequestNotes(stores.trail, monotonic),
        erasures=ErasureService(
            accounts, stores.rooms, stores.closed_rooms, stores.trail, stores.messages
        ),
        gates=GateService(stores.gates),
        histories=HistoryService(stores.histories, accounts),
        reports=ReportService(stores.reports, accounts, catalogue),
        waiting_people=WaitingPeopleService(stores.waiting_people, accounts, new_change=_new_id),
        host_messages=HostMessageService(
            stores.host_messages, stores.host_message_rates, accounts, new_change=_new_id
        ),
        polls=PollService(
            PolledRooms(stores.rooms, stores.room_index, monotonic), background_tasks
        ),
        watching=WatchingService(stores.watching, background_tasks),
        catalogue=catalogue,
        clock=clock,
        installation=stores.installation.id,
        is_removed=stores.rooms.is_removed,
        metrics=metrics,
        limiter=RateLimiter(background_tasks, stores.message_rates),
        call_limits=_call_limits(settings, stores, background_tasks),
        authority=authority,
        readiness=readiness,
        allowed_origins=settings.allowed_origins,
        root_path=settings.root_path,
        security_contacts=settings.security_contact,
        customer_success=settings.customer_success,
    )


def build_websocket_face(
    settings: Settings, hub: Hub, metrics: Metrics, services: Services
) -> UpgradeHandler:
    registry = ConnectionRegistry(
        hub,
        verify=services.authority.claims_of,
        drain_s=settings.drain_s,
        metrics=metrics,
        limiter=services.limiter,
        call_limits=services.call_limits,
    )
    return UpgradeHandler(
        registry,
        origins_rule(settings.allowed_origins),
        most_sockets(),
        TrustedProxies.parse(settings.trusted_proxies),
        paths_below(settings.root_path),
    )


def _call_limits(
    settings: Settings, stores: Stores, background_tasks: BackgroundTasks
) -> CallLimits:
    def limit(name: LimitName, per_s: int) -> CallLimit:
        return CallLimit(name, per_s, background_tasks, stores.call_rates)

    return CallLimits(
        key=limit("key_calls", settings.key_calls_per_s),
        account=limit("account_calls", settings.account_calls_per_s),
        person=limit("person_calls", settings.person_calls_per_s),
        address=limit("address_calls", settings.address_calls_per_s),
    )


def _rules(settings: Settings, *, webhooks: str) -> RoomRules:
    return RoomRules(
        lease_ms=_ms(settings.lease_s),
        grace_ms=_ms(settings.grace_s),
        wait_grace_ms=_ms(settings.wait_grace_s),
        claim_ms=_ms(settings.claim_s),
        window_ms_per_100=settings.window_ms_per_100,
        nearly_full_percent=settings.nearly_full_percent,
        rearm_percent=settings.rearm_percent,
        forecast_s=int(settings.forecast_s),
        forgotten_ms=_ms(settings.forgotten_s),
        away_ms=_ms(settings.away_s),
        most_waiting=settings.room_waiting,
        webhooks=webhooks,
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
