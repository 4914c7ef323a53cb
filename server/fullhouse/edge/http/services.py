"""The services that the HTTP API needs, built by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fullhouse.edge.call_limits import CallLimits

if TYPE_CHECKING:
    from fullhouse.clock import Clock
    from fullhouse.domain.payments import PaidBy
    from fullhouse.domain.plans import Catalogue
    from fullhouse.domain.rooms import RoomRef
    from fullhouse.edge.http.authority import Authority
    from fullhouse.edge.http.trail_notes import RequestNotes
    from fullhouse.edge.metrics import Metrics
    from fullhouse.edge.rate_limiter import RateLimiter
    from fullhouse.service.account_directory import AccountDirectory
    from fullhouse.service.accounts import AccountService
    from fullhouse.service.downgrades import DowngradeService
    from fullhouse.service.erasures import ErasureService
    from fullhouse.service.gates import GateService
    from fullhouse.service.histories import HistoryService
    from fullhouse.service.host_messages import HostMessageService
    from fullhouse.service.invoices import InvoiceService
    from fullhouse.service.payments import PaymentWebhook
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


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether this node can take clients. Each text names the part, then the problem."""

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services behind the calls of the HTTP API.

    Attributes:
        notes: Notes privileged requests in the trails of their accounts.
        limiter: Limits the messages of each person, in polls and on WebSockets together.
        call_limits: Limits the calls of keys, accounts, people and addresses.
        allowed_origins: Browser origins, besides the server's own, whose pages may call.
        root_path: The path of a site below which browsers see this server. Empty: no path.
        paid_by: How accounts pay: `on_account`, or with the `payment_method` on file.
        customer_success: Where account owners reach customer success: a mailto: or https: address.
        payment_webhook: Reads webhooks of the payment gateway. None: it sends none.
        security_contacts: Whom to tell about a weakness, as URIs. Empty: nobody is named.
        is_removed: Whether the platform has removed a person from a room.
        readiness: Called for each `GET /health/ready`. Answers within a second.
    """

    accounts: AccountService
    quotes: QuoteService
    directory: AccountDirectory
    upgrades: UpgradeService
    purchase_history: PurchaseHistory
    downgrades: DowngradeService
    invoices: InvoiceService
    purchases: PurchaseService
    reversals: ReversalService
    rooms: RoomService
    waiting_people: WaitingPeopleService
    host_messages: HostMessageService
    gates: GateService
    histories: HistoryService
    reports: ReportService
    trail: TrailService
    notes: RequestNotes
    erasures: ErasureService
    polls: PollService
    watching: WatchingService
    catalogue: Catalogue
    clock: Clock
    installation: str
    metrics: Metrics
    authority: Authority
    limiter: RateLimiter
    readiness: Callable[[], Awaitable[Readiness]]
    is_removed: Callable[[RoomRef, str], Awaitable[bool]]
    call_limits: CallLimits = field(default_factory=CallLimits)
    allowed_origins: tuple[str, ...] = ()
    root_path: str = ""
    security_contacts: tuple[str, ...] = ()
    paid_by: PaidBy = "on_account"
    customer_success: str | None = None
    payment_webhook: PaymentWebhook | None = None
