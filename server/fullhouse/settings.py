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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a node. Each is within its limits, and they fit together."""

    host: Annotated[str, Row(limits.text, limits.something, "Address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Row(limits.port, limits.between(0, 65535), "Port to listen on; 0 takes any free one.")
    ] = 8000
    redis_url: Annotated[
        str,
        Row(
            limits.text,
            limits.store_url,
            "The store: embedded, redis://, rediss://, unix:// or redis+sentinel://.",
        ),
    ] = field(default="embedded", repr=False)
    data_dir: Annotated[
        Path,
        Row(
            limits.path,
            limits.anything,
            "Where the embedded store keeps its append-only file.",
            "./data",
        ),
    ] = Path("data")
    start_s: Annotated[
        float,
        duration(limits.between(0), "How long serve waits for a store that is not there yet."),
    ] = 30
    prefix: Annotated[
        str,
        Row(
            limits.text,
            limits.key_prefix,
            "What every key and channel in the store begins with: one prefix an installation.",
        ),
    ] = "fh"
    api_keys: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.keys,
            "Platform keys, comma-separated; serve needs one. Better kept in the environment.",
            "none",
        ),
    ] = field(default=(), repr=False)
    token_secret: Annotated[
        str | None,
        Row(
            str,
            limits.secret,
            "HS256 secret of room tokens, at least 32 bytes, or several as kid=secret,kid=secret: "
            "the first signs, all verify. serve and token need it. "
            "Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    token_jwks: Annotated[
        Path | None,
        Row(
            limits.path,
            limits.file,
            "A JWKS file with public keys (RS256, ES256, EdDSA): tokens that name such a kid are "
            "verified with it.",
            "none",
        ),
    ] = None
    keep_alive_s: Annotated[
        int,
        whole_number(
            limits.between(1),
            "How long an idle HTTP connection is kept: longer than your load balancer does.",
        ),
    ] = 75
    allowed_origins: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.origins,
            "Browser origins let in, comma-separated.",
            "same origin",
        ),
    ] = ()
    root_path: Annotated[
        str,
        Row(
            limits.root_path,
            limits.path_below_root,
            "Path of a site below which browsers see this server, such as /seats.",
            "none",
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        Row(
            limits.listed,
            limits.proxies,
            "Addresses and networks (CIDR) of your proxies, comma-separated: only from there "
            "are Forwarded and X-Forwarded-* believed.",
            "none",
        ),
    ] = ()
    plans: Annotated[
        Path | None,
        Row(limits.path, limits.file, "Plan catalogue, a TOML file.", "the built-in catalogue"),
    ] = None
    nearly_full_percent: Annotated[
        int, whole_number(limits.between(1, 100), "From here on hosts are told: nearly full.")
    ] = 80
    rearm_percent: Annotated[
        int,
        whole_number(limits.between(1, 99), "Below this the notice clears and may come again."),
    ] = 75
    forecast_s: Annotated[
        float,
        duration(
            limits.between(0),
            "Notice also when the room will be full within this time; 0 turns it off.",
        ),
    ] = 300
    beat_s: Annotated[
        float, duration(limits.above_zero, "How often a node renews its leases.")
    ] = 5
    lease_s: Annotated[
        float, duration(limits.above_zero, "How long a lease lives without a renewal.")
    ] = 20
    grace_s: Annotated[
        float, duration(limits.above_zero, "A dropped participant keeps the seat this long.")
    ] = 20
    wait_grace_s: Annotated[
        float,
        duration(limits.above_zero, "A dropped waiting participant keeps the ticket this long."),
    ] = 30
    claim_s: Annotated[
        float, duration(limits.above_zero, "How long a called participant's seat is held.")
    ] = 45
    window_ms_per_100: Annotated[
        int,
        whole_number(
            limits.between(0), "A wave of 100 called people refreshes spread over this time."
        ),
    ] = 1000
    retention_days: Annotated[
        int,
        whole_number(
            limits.between(1),
            "Closed rooms are deleted after it; ledgers, invoices and purchases are not.",
        ),
    ] = 90
    forgotten_s: Annotated[
        float,
        duration(
            limits.between(0),
            "An open room in which nobody has been for so long is closed; 0: never.",
        ),
    ] = 86400
    quote_ttl_s: Annotated[
        float, duration(limits.above_zero, "How long a quote's price holds.")
    ] = 600
    drain_s: Annotated[
        float, duration(limits.between(0), "SIGTERM: connections close spread over this time.")
    ] = 10
    shutdown_delay_s: Annotated[
        float,
        duration(
            limits.between(0),
            "SIGTERM: the node is not ready but works on for this time, then it drains.",
        ),
    ] = 0
    payments: Annotated[
        str,
        Row(
            limits.text, limits.payments, "How upgrades are paid: invoice (on account) or stripe."
        ),
    ] = "invoice"
    stripe_key: Annotated[
        str | None,
        Row(
            limits.text,
            limits.credential,
            "Secret key of Stripe. Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    stripe_webhook_secret: Annotated[
        str | None,
        Row(
            limits.text,
            limits.credential,
            "Signing secret of the webhook that Stripe calls. Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    stripe_api_base: Annotated[
        str,
        Row(limits.text, limits.api_base, "Where Stripe, or a server that speaks its API, is."),
    ] = "https://api.stripe.com"

    def __post_init__(self) -> None:
        for name, row in rows().items():
            complaint = row.check(getattr(self, name))
            if complaint:
                raise SettingsError(name, complaint)
        self._check_together()

    def _check_together(self) -> None:
        if self.rearm_percent >= self.nearly_full_percent:
            raise SettingsError("rearm_percent", f"must be below {NEARLY_FULL}")
        # Two renewals fall into a lease: one may be lost, one late. The 2 s are for the sweep.
        if self.lease_s < 2 * self.beat_s + 2:
            raise SettingsError("lease_s", f"must be at least 2 x {BEAT} + 2")
        for name in ("grace_s", "wait_grace_s"):
            if getattr(self, name) <= self.beat_s:
                raise SettingsError(name, f"must be more than {BEAT}")
        if self.payments == "stripe":
            self.stripe_credentials()

    def require_credentials(self) -> None:
        """Check that the credentials that a public server needs are set.

        Raises:
            SettingsError: There is no platform key or no token secret.
        """
        if not self.api_keys:
            raise SettingsError("api_keys", "is required: the keys of your platform's backend")
        self.signing_secret()

    def signing_secret(self) -> str:
        """The token secret.

        Raises:
            SettingsError: The token secret is not set.
        """
        if self.token_secret is None:
            raise SettingsError("token_secret", "is required: at least 32 random bytes")
        return self.token_secret

    def stripe_credentials(self) -> tuple[str, str]:
        """The key of Stripe, and the secret of the webhook.

        Raises:
            SettingsError: One of them is missing.
        """
        if self.stripe_key is None:
            raise SettingsError("stripe_key", f"is required where {PAYMENTS} is stripe")
        if self.stripe_webhook_secret is None:
            raise SettingsError("stripe_webhook_secret", f"is required where {PAYMENTS} is stripe")
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
