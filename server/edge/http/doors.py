"""All that the HTTP face needs of the rest of the server, put together by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.clock import Clock
    from server.domain.plans import Catalogue
    from server.edge.http.authority import Authority
    from server.edge.metrics import Metrics
    from server.edge.rate_limiter import RateLimiter
    from server.service.account_directory import AccountDirectory
    from server.service.accounts import AccountService
    from server.service.downgrades import DowngradeService
    from server.service.invoices import InvoiceService
    from server.service.payments import PaymentWebhook
    from server.service.polls import PollService
    from server.service.purchase_history import PurchaseHistory
    from server.service.purchases import PurchaseService
    from server.service.quotes import QuoteService
    from server.service.reversals import ReversalService
    from server.service.rooms import RoomService
    from server.service.upgrades import UpgradeService


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether this node should be sent people. Each text names the part, then what is wrong."""

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the calls of the HTTP face lead to.

    Attributes:
        limiter: How much each person has said lately, here and on WebSockets.
        allowed_origins: Browser origins beside the server's own that may call from a page.
        root_path: Path of a site below which browsers see this server; empty where it has its own.
        payment_webhook: Reads what the payment gateway sends; None if it sends nothing.
        readiness: Asked at each `GET /health/ready`; answers within a second.
    """

    accounts: AccountService
    quotes: QuoteService
    directory: AccountDirectory
    upgrades: UpgradeService
    history: PurchaseHistory
    downgrades: DowngradeService
    invoices: InvoiceService
    purchases: PurchaseService
    reversals: ReversalService
    rooms: RoomService
    polls: PollService
    catalogue: Catalogue
    clock: Clock
    installation: str
    metrics: Metrics
    authority: Authority
    limiter: RateLimiter
    readiness: Callable[[], Awaitable[Readiness]]
    allowed_origins: tuple[str, ...] = ()
    root_path: str = ""
    payment_webhook: PaymentWebhook | None = None
