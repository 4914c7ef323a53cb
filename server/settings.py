"""Every setting of the server: its name, type, default, limits and explanation in one table."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Self, get_type_hints
from urllib.parse import urlsplit

PREFIX = "FULLHOUSE_"
MIN_SECRET_BYTES = 32  # HS256 wants a key as long as its hash. Source: RFC 7518, section 3.2

_STORE_SCHEMES = ("redis://", "rediss://", "unix://")
_LATER_STORE_SCHEMES = ("redis+cluster://", "redis+sentinel://")
_is_whole = re.compile(r"\d{1,9}").fullmatch
_is_decimal = re.compile(r"\d{1,9}(\.\d{1,3})?").fullmatch
_is_visible = re.compile(r"[!-~]+").fullmatch
_is_origin = re.compile(r"https?://[a-z0-9.\-\[\]:]+").fullmatch


class SettingsError(ValueError):
    """A setting is wrong. Its text is one line that begins with the variable."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{variable_of(name)}: {reason}")


def variable_of(name: str) -> str:
    """The environment variable of the setting `name`."""
    return PREFIX + name.upper()


BEAT = variable_of("beat_s")
NEARLY_FULL = variable_of("nearly_full_percent")
PAYMENTS = variable_of("payments")


def option_of(name: str) -> str:
    """The command-line option of the setting `name`."""
    return "--" + name.replace("_", "-")


def _text(raw: str) -> str:
    return raw.strip()


def _whole(raw: str) -> int:
    if not _is_whole(raw.strip()):
        raise ValueError("must be a whole number")
    return int(raw)


def _seconds(raw: str) -> float:
    if not _is_decimal(raw.strip()):
        raise ValueError("must be a number of seconds, at most three decimals")
    return float(raw)


def _path(raw: str) -> Path:
    return Path(raw.strip()).expanduser()


def _listed(raw: str) -> tuple[str, ...]:
    """The parts of a comma-separated list; a comma too many does no harm."""
    return tuple(part for part in map(str.strip, raw.split(",")) if part)


def _between(low: float, high: float = math.inf) -> Callable[[float], str | None]:
    def complaint(value: float) -> str | None:
        if low <= value <= high:
            return None
        return f"must be at least {low}" if high == math.inf else f"must be {low} to {high}"

    return complaint


def _above_zero(value: float) -> str | None:
    return None if 0 < value < math.inf else "must be more than 0"


def _anything(_: object) -> None:
    return None


def _something(value: str) -> str | None:
    return None if value else "must not be empty"


def _store_url(value: str) -> str | None:
    # The value is never repeated in a complaint: it may hold a password.
    if value.startswith(_LATER_STORE_SCHEMES):
        return f"{value.partition('://')[0]}:// is not served by this version yet"
    if value == "embedded" or (value.startswith(_STORE_SCHEMES) and _has_address(value)):
        return None
    return "must be embedded, or a URL that begins with redis://, rediss:// or unix://"


def _has_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return False
    return bool(parts.path if parts.scheme == "unix" else parts.hostname)


def _keys(value: tuple[str, ...]) -> str | None:
    if all(map(_is_visible, value)):
        return None
    return "a key must be printable ASCII without spaces"


def _secret(value: str | None) -> str | None:
    if value is None or len(value.encode()) >= MIN_SECRET_BYTES:
        return None
    return f"must be at least {MIN_SECRET_BYTES} bytes long"


def _origins(value: tuple[str, ...]) -> str | None:
    for origin in value:
        if not _is_origin(origin):
            return f"{origin!r} is not an origin such as https://events.example.com"
    return None


def _catalogue(value: Path | None) -> str | None:
    if value is None or value.is_file():
        return None
    return f"there is no file {str(value)!r}"


def _payments(value: str) -> str | None:
    if value == "stripe" and find_spec("stripe") is None:
        return "stripe needs its library: pip install 'fullhouse[stripe]'"
    return None if value in ("invoice", "stripe") else "must be invoice or stripe"


def _credential(value: str | None) -> str | None:
    # The value is never repeated in a complaint.
    return None if value is None or _is_visible(value) else "must be printable, without spaces"


def _api_base(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.netloc and not parts.path.strip("/"):
        return None
    return "must be an address such as https://api.stripe.com, without a path"


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of one setting, beside its name, type and default.

    Attributes:
        parse: Text to value; a `ValueError` says what is wrong.
        check: A complaint about a value, or None.
        text: The explanation that `--help` prints.
        shown: What `--help` prints as the default, where that is not the value itself.
    """

    parse: Callable[[str], object]
    check: Callable[[Any], str | None]
    text: str
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a node, each within its limits and in keeping with the others."""

    host: Annotated[str, Row(_text, _something, "Address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Row(_whole, _between(0, 65535), "Port to listen on; 0 takes any free one.")
    ] = 8000
    redis_url: Annotated[
        str, Row(_text, _store_url, "The store: embedded, redis://, rediss:// or unix://.")
    ] = field(default="embedded", repr=False)
    data_dir: Annotated[
        Path,
        Row(_path, _anything, "Where the embedded store keeps its append-only file.", "./data"),
    ] = Path("data")
    api_keys: Annotated[
        tuple[str, ...],
        Row(
            _listed,
            _keys,
            "Platform keys, comma-separated; serve needs one. Better kept in the environment.",
            "none",
        ),
    ] = field(default=(), repr=False)
    token_secret: Annotated[
        str | None,
        Row(
            str,
            _secret,
            "HS256 secret of room tokens, at least 32 bytes; serve and token need it. "
            "Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    allowed_origins: Annotated[
        tuple[str, ...],
        Row(_listed, _origins, "Browser origins let in, comma-separated.", "same origin"),
    ] = ()
    plans: Annotated[
        Path | None,
        Row(_path, _catalogue, "Plan catalogue, a TOML file.", "the built-in catalogue"),
    ] = None
    nearly_full_percent: Annotated[
        int, Row(_whole, _between(1, 100), "From here on hosts are told: nearly full.")
    ] = 80
    rearm_percent: Annotated[
        int, Row(_whole, _between(1, 99), "Below this the notice clears and may come again.")
    ] = 75
    forecast_s: Annotated[
        float,
        Row(
            _seconds,
            _between(0),
            "Notice also when the room will be full within this time; 0 turns it off.",
        ),
    ] = 300
    beat_s: Annotated[float, Row(_seconds, _above_zero, "How often a node renews its leases.")] = 5
    lease_s: Annotated[
        float, Row(_seconds, _above_zero, "How long a lease lives without a renewal.")
    ] = 20
    grace_s: Annotated[
        float, Row(_seconds, _above_zero, "A dropped participant keeps the seat this long.")
    ] = 20
    wait_grace_s: Annotated[
        float,
        Row(_seconds, _above_zero, "A dropped waiting participant keeps the ticket this long."),
    ] = 30
    claim_s: Annotated[
        float, Row(_seconds, _above_zero, "How long a called participant's seat is held.")
    ] = 45
    window_ms_per_100: Annotated[
        int,
        Row(_whole, _between(0), "A wave of 100 called people refreshes spread over this time."),
    ] = 1000
    quote_ttl_s: Annotated[
        float, Row(_seconds, _above_zero, "How long a quote's price holds.")
    ] = 600
    drain_s: Annotated[
        float, Row(_seconds, _between(0), "SIGTERM: connections close spread over this time.")
    ] = 10
    payments: Annotated[
        str, Row(_text, _payments, "How upgrades are paid: invoice (on account) or stripe.")
    ] = "invoice"
    stripe_key: Annotated[
        str | None,
        Row(_text, _credential, "Secret key of Stripe. Better kept in the environment.", "none"),
    ] = field(default=None, repr=False)
    stripe_webhook_secret: Annotated[
        str | None,
        Row(
            _text,
            _credential,
            "Signing secret of the webhook that Stripe calls. Better kept in the environment.",
            "none",
        ),
    ] = field(default=None, repr=False)
    stripe_api_base: Annotated[
        str, Row(_text, _api_base, "Where Stripe, or a server that speaks its API, is.")
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
        # Two beats may be late or lost before a lease ends, and 2 s are the sweep's.
        if self.lease_s < 2 * self.beat_s + 2:
            raise SettingsError("lease_s", f"must be at least 2 x {BEAT} + 2")
        for name in ("grace_s", "wait_grace_s"):
            if getattr(self, name) <= self.beat_s:
                raise SettingsError(name, f"must be more than {BEAT}")
        if self.payments == "stripe":
            self.stripe_credentials()

    def require_credentials(self) -> None:
        """What a server that faces the world cannot do without.

        Raises:
            SettingsError: There is no platform key, or no token secret.
        """
        if not self.api_keys:
            raise SettingsError("api_keys", "is required: the keys of your platform's backend")
        self.signing_secret()

    def signing_secret(self) -> str:
        """The token secret.

        Raises:
            SettingsError: There is none.
        """
        if self.token_secret is None:
            raise SettingsError("token_secret", "is required: at least 32 random bytes")
        return self.token_secret

    def stripe_credentials(self) -> tuple[str, str]:
        """The key, and the secret of the webhook.

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
        """Settings from text, by name; what is absent or empty keeps its default.

        Raises:
            SettingsError: One of them is wrong, or two do not go together.
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
    """The default of the setting `name`, for people."""
    return rows()[name].shown or str(getattr(Settings(), name))


def _parsed(name: str, row: Row, text: str) -> object:
    try:
        return row.parse(text)
    except ValueError as error:
        raise SettingsError(name, str(error)) from error
