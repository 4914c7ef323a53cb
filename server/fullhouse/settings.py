"""The table of all settings: name, type, default, limits and explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, get_type_hints

from fullhouse import limits
from fullhouse.setting_row import Row, SettingsError, duration, variable_of, whole_number

BEAT = variable_of("beat_s")
NEARLY_FULL = variable_of("nearly_full_percent")
PAYMENTS = variable_of("payments")

_NO_API_KEY = "is required, for your platform's backend; make a key with: openssl rand -hex 16"
_UNSIGNED = "is required, to sign room tokens; make a secret with: openssl rand -hex 32"

_WEBHOOKS_UNSIGNED = (
    f"is required if {variable_of('webhook_url')} is set; make a secret with: "
    "echo whsec_$(openssl rand -base64 32)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a node. Each is within its limits, and they fit together."""

    host: Annotated[
        str, Row(limits.text, limits.something, "Address on which the server listens.")
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Row(
            limits.port,
            limits.between(0, 65535),
            "Port on which the server listens. 0: any free port.",
        ),
    ] = 8000
    workers: Annotated[
        int,
        whole_number(
            limits.workers,
            "Processes that serve this address. Use at most one for each processor.",
        ),
    ] = 1
    redis_url: Annotated[
        str,
        Row(
            limits.text,
            limits.store_url,
            "Address of the store: embedded, redis://, rediss:// (TLS), unix://, redis+cluster:// "
            "or redis+sentinel://. Better kept in the environment if it has a password.",
        ),
    ] = field(default="embedded", repr=False)
    data_dir: Annotated[
        Path,
        Row(
            limits.path,
            limits.anything,
            "Directory in which the embedded store keeps its data.",
            "./data",
        ),
    ] = Path("data")
    start_s: Annotated[
        float,
        duration(
            limits.between(0), "How long the start waits for a store that does not answer yet."
        ),
    ] = 30
    prefix: Annotated[
        str,
        Row(
            limits.text,
            limits.key_prefix,
            "The beginning of each key and channel in the store. Give each installation on one "
            "Redis a prefix of its own.",
        ),
    ] = "fh"
    api_keys: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.keys,
            "Keys with which the platform's backend calls the API, separated by commas. serve "
            "needs at least one. Each may make every call; fullhouse keys makes keys that may do "
            "less. Better kept in the environment.",
            "none",
        ),
    ] = field(default=(), repr=False)
    token_secret: Annotated[
        str | None,
        Row(
            str,
            limits.secret,
            "Secret that signs room tokens (HS256), at least 32 bytes. To change it, write "
            "old=SECRET,new=SECRET on all nodes first, then new=SECRET,old=SECRET: the first one "
            "signs, and all are accepted. "
            "serve and token need it. Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    token_jwks: Annotated[
        Path | None,
        Row(
            limits.path,
            limits.file,
            "JWKS file with public keys (RS256, ES256, EdDSA), for platforms that sign room "
            "tokens with a private key. A token names its key by kid. The file is read again when "
            "it changes.",
            "none",
        ),
    ] = None
    keep_alive_s: Annotated[
        int,
        whole_number(
            limits.between(1),
            "How long an idle HTTP connection stays open. Choose a longer time than the idle "
            "timeout of your load balancer.",
        ),
    ] = 75
    allowed_origins: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.origins,
            "Origins whose pages may connect, separated by commas, such as "
            "https://events.example.com. If set, it is the whole list.",
            "same origin",
        ),
    ] = ()
    root_path: Annotated[
        str,
        Row(
            limits.root_path,
            limits.path_below_root,
            "Path at which a proxy publishes this server, such as /seats.",
            "none",
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.proxies,
            "Addresses and networks (CIDR) of your proxies, separated by commas. The headers "
            "Forwarded and X-Forwarded-* are ignored if they come from elsewhere.",
            "none",
        ),
    ] = ()
    security_contact: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.contacts,
            "Whom to tell about a weakness of this site, separated by commas, such as "
            "mailto:security@example.com. Shown at /.well-known/security.txt.",
            "none",
        ),
    ] = ()
    plans: Annotated[
        Path | None,
        Row(
            limits.path,
            limits.file,
            "TOML file with the plans and their prices.",
            "the built-in catalogue",
        ),
    ] = None
    nearly_full_percent: Annotated[
        int,
        whole_number(
            limits.between(1, 100),
            "Hosts get the notice 'nearly full' when this share of the seats is taken.",
        ),
    ] = 80
    rearm_percent: Annotated[
        int,
        whole_number(
            limits.between(1, 99),
            "The notice is withdrawn when less than this share of the seats is taken. Later it "
            "may come again.",
        ),
    ] = 75
    forecast_s: Annotated[
        float,
        duration(
            limits.between(0),
            "Hosts also get the notice if the room will be full within this time at the present "
            "rate. 0: no forecast.",
        ),
    ] = 300
    beat_s: Annotated[
        float,
        duration(
            limits.above_zero, "Interval at which a node renews the seats of connected people."
        ),
    ] = 5
    lease_s: Annotated[
        float,
        duration(
            limits.above_zero,
            "How long a seat is kept if its node stops renewing it, for example after a crash. "
            f"At least 2 x {BEAT} + 2.",
        ),
    ] = 20
    grace_s: Annotated[
        float,
        duration(
            limits.above_zero,
            f"How long a person who has lost the connection keeps the seat. More than {BEAT}.",
        ),
    ] = 20
    wait_grace_s: Annotated[
        float,
        duration(
            limits.above_zero,
            "How long a waiting person who has lost the connection keeps the place in line. More "
            f"than {BEAT}.",
        ),
    ] = 30
    away_s: Annotated[
        float,
        duration(
            limits.between(0),
            "How long the place in line of a person who was not called is kept after that. The "
            "line goes on without them. 0: the place is lost with the grace.",
        ),
    ] = 600
    claim_s: Annotated[
        float, duration(limits.above_zero, "How long a seat is held for a person who is called.")
    ] = 45
    window_ms_per_100: Annotated[
        int,
        whole_number(
            limits.between(0),
            "Called people enter one after the other: the time for each 100 of them, in "
            "milliseconds.",
        ),
    ] = 1000
    retention_days: Annotated[
        int,
        whole_number(
            limits.between(1),
            "How many days a closed room is kept before it is deleted, with its history and its "
            "report. Invoices, purchases and the ledger stay.",
        ),
    ] = 90
    trail_days: Annotated[
        int | None,
        Row(
            limits.whole,
            limits.given(limits.between(1)),
            "How many days the trail of an account is kept: who did what, and why people were "
            "not let in.",
            "as FULLHOUSE_RETENTION_DAYS",
        ),
    ] = None
    forgotten_s: Annotated[
        float,
        duration(
            limits.between(0),
            "An open room is closed when nobody has been in it for this long. 0: never.",
        ),
    ] = 86400
    quote_ttl_s: Annotated[
        float, duration(limits.above_zero, "How long the price of a quote is valid.")
    ] = 600
    key_calls_per_s: Annotated[
        int,
        whole_number(
            limits.rate,
            "How many calls a second one platform key may make, to all nodes together. Ten times "
            "as many may come at once. 0: no limit.",
        ),
    ] = 2000
    account_calls_per_s: Annotated[
        int,
        whole_number(
            limits.rate,
            "The same for calls about one account. Calls with keys and calls with room tokens are "
            "counted apart. 0: no limit.",
        ),
    ] = 1000
    person_calls_per_s: Annotated[
        int,
        whole_number(
            limits.rate,
            "The same for calls of one person with room tokens, without polls. 0: no limit.",
        ),
    ] = 10
    address_calls_per_s: Annotated[
        int,
        whole_number(
            limits.rate,
            "The same for requests and handshakes of one address. An audience may share an "
            "address: set it only if yours does not. 0: no limit.",
        ),
    ] = 0
    person_connections: Annotated[
        int,
        whole_number(
            limits.limit,
            "How many WebSockets one person may have in a room, to all nodes together. The oldest "
            "ones are closed if there are more. 0: no limit.",
        ),
    ] = 20
    person_quotes: Annotated[
        int,
        whole_number(limits.limit, "How many open quotes one person may have. 0: no limit."),
    ] = 20
    account_quotes: Annotated[
        int,
        whole_number(limits.limit, "How many open quotes one account may have. 0: no limit."),
    ] = 1000
    account_purchases_per_day: Annotated[
        int,
        whole_number(
            limits.limit,
            "How many purchases one account may begin in 24 hours, also those that fail. 0: no "
            "limit.",
        ),
    ] = 100
    account_closed_rooms: Annotated[
        int,
        whole_number(
            limits.limit,
            "How many closed rooms of one account are kept. With so many, only their names can be "
            "opened. 0: no limit.",
        ),
    ] = 20_000
    room_waiting: Annotated[
        int,
        whole_number(
            limits.limit,
            "How many people may wait in a room. Others are told to come back. 0: no limit.",
        ),
    ] = 100_000
    drain_s: Annotated[
        float,
        duration(
            limits.between(0),
            "After SIGTERM: the time over which the node closes its connections, a few at once.",
        ),
    ] = 10
    shutdown_delay_s: Annotated[
        float,
        duration(
            limits.between(0),
            "After SIGTERM: how long the node still serves everybody while /health/ready already "
            "answers 503. Then it closes its connections.",
        ),
    ] = 0
    customer_success: Annotated[
        str | None,
        Row(
            limits.text,
            limits.contact_address,
            "Where account owners reach customer success: a mailto: or https: address. Pages show "
            "it as a link.",
            "none",
        ),
    ] = None
    payments: Annotated[
        str,
        Row(
            limits.text,
            limits.payments,
            "How upgrades are paid: invoice (on account, the platform collects the money) or "
            "stripe (by card, at once).",
        ),
    ] = "invoice"
    stripe_key: Annotated[
        str | None,
        Row(
            limits.text,
            limits.credential,
            "Secret key of your Stripe account. Needed for payments by stripe. Better kept in the "
            "environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    stripe_webhook_secret: Annotated[
        str | None,
        Row(
            limits.text,
            limits.credential,
            "Secret with which Stripe signs its webhooks. Needed for payments by stripe. Better "
            "kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    stripe_api_base: Annotated[
        str,
        Row(limits.text, limits.api_base, "Address of Stripe's API. Only tests use another one."),
    ] = "https://api.stripe.com"

    webhook_url: Annotated[
        str | None,
        Row(
            limits.text,
            limits.webhook_url,
            "Address of your platform's backend that receives webhooks. Without it, none.",
            "none",
        ),
    ] = field(default=None, repr=False)
    webhook_secret: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.webhook_secrets,
            "Secret that signs webhooks, as in Standard Webhooks: whsec_ and base64. Several, "
            "separated by commas, to change them: the first one signs. Better kept in the "
            "environment.",
            "none",
        ),
    ] = field(default=(), repr=False)
    webhook_events: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.webhook_events,
            "Types of webhooks, separated by commas; room.* means all about rooms, * all.",
            "all but participant.*",
        ),
    ] = ()
    webhook_allow_private: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.private_addresses,
            "Private addresses and networks that webhooks may go to, separated by commas. true: "
            "all.",
            "false",
        ),
    ] = ()

    def __post_init__(self) -> None:
        for name, row in rows().items():
            complaint = row.check(getattr(self, name))
            if complaint:
                raise SettingsError(name, complaint)
        self._check_together()

    def _check_together(self) -> None:
        if self.rearm_percent >= self.nearly_full_percent:
            raise SettingsError(
                "rearm_percent", f"must be below {NEARLY_FULL} ({self.nearly_full_percent})"
            )
        # Two renewals fall into a lease: one may be lost, one late. The 2 s are for the sweep.
        least_s = 2 * self.beat_s + 2
        if self.lease_s < least_s:
            raise SettingsError("lease_s", f"must be at least 2 x {BEAT} + 2, here {least_s:g}")
        for name in ("grace_s", "wait_grace_s"):
            if getattr(self, name) <= self.beat_s:
                raise SettingsError(name, f"must be more than {BEAT} ({self.beat_s:g})")
        if self.payments == "stripe":
            self.stripe_credentials()
        if self.webhook_url is not None and not self.webhook_secret:
            raise SettingsError("webhook_secret", _WEBHOOKS_UNSIGNED)

    def require_credentials(self) -> None:
        """Check that the credentials that a public server needs are set.

        Raises:
            SettingsError: There is no platform key or no token secret.
        """
        if not self.api_keys:
            raise SettingsError("api_keys", _NO_API_KEY)
        self.signing_secret()

    def signing_secret(self) -> str:
        """The token secret.

        Raises:
            SettingsError: The token secret is not set.
        """
        if self.token_secret is None:
            raise SettingsError("token_secret", _UNSIGNED)
        return self.token_secret

    def stripe_credentials(self) -> tuple[str, str]:
        """The key of Stripe, and the secret of the webhook.

        Raises:
            SettingsError: One of them is missing.
        """
        if self.stripe_key is None:
            raise SettingsError("stripe_key", f"is required if {PAYMENTS} is stripe")
        if self.stripe_webhook_secret is None:
            raise SettingsError("stripe_webhook_secret", f"is required if {PAYMENTS} is stripe")
        return self.stripe_key, self.stripe_webhook_secret

    @classmethod
    def parse(cls, raw: Mapping[str, str | None]) -> Self:
        """Parse settings from text, by name. Missing or empty ones keep their default.

        Raises:
            SettingsError: A value is wrong, or two values do not fit together.
        """
        given = {name: (row, raw.get(name)) for name, row in rows().items()}
        parsed: dict[str, Any] = {
            name: _parsed(name, row, text) for name, (row, text) in given.items() if text
        }
        return cls(**parsed)


@cache
def rows() -> Mapping[str, Row]:
    """The table, by name of the setting, in the order of the class."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def shown_default(name: str) -> str:
    """The default of the setting `name`, as shown in `--help`."""
    return rows()[name].shown or str(getattr(Settings(), name))


def _parsed(name: str, row: Row, text: str) -> object:
    try:
        return row.parse(text)
    except ValueError as error:
        raise SettingsError(name, str(error)) from error
