"""Parses the text of a setting, and checks values. A check returns a complaint or None.

`msgspec` could check the numbers. Its complaint is "Expected `int` >= 1", which names a Python
type and no setting. A complaint here says what to write. Lists, URLs, secrets and proxies have
rules that no library has.
"""

from __future__ import annotations

import math
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from fullhouse.domain.addresses import AllowedAddresses
from fullhouse.domain.forwarded import TrustedProxies
from fullhouse.domain.origins import Origin
from fullhouse.domain.store_addresses import (
    InvalidAddress,
    names_several_servers,
    parse_address,
)
from fullhouse.domain.token_secrets import token_secrets
from fullhouse.domain.webhooks import wanted_types

SAFE_KEY_LENGTH = 16  # for platform keys, which allow all calls

MOST_WORKERS = 64

WEBHOOK_SECRET_BYTES = (24, 64)

MOST_CALLS_PER_S = 100_000  # more than a node answers

_STORE_SCHEMES = ("redis://", "rediss://", "unix://")
_is_whole = re.compile(r"\d{1,9}").fullmatch
_is_decimal = re.compile(r"\d{1,9}(\.\d{1,3})?").fullmatch
_is_database = re.compile(r"/\d{1,9}/?").fullmatch
_is_visible = re.compile(r"[!-~]+").fullmatch
_is_telephone = re.compile(r"tel:\+?[0-9-]+").fullmatch
_is_root_path = re.compile(r"(/[A-Za-z0-9._~-]+)+").fullmatch
_is_prefix = re.compile(r"[A-Za-z0-9._-]{1,32}").fullmatch


def given(check: Callable[[int], str | None]) -> Callable[[int | None], str | None]:
    """The check of a setting that may be left out."""
    return lambda value: None if value is None else check(value)


def text(raw: str) -> str:
    return raw.strip()


def whole(raw: str) -> int:
    if not _is_whole(raw.strip()):
        raise ValueError("must be a whole number")
    return int(raw)


def port(raw: str) -> int:
    if raw.strip().startswith("tcp://"):
        raise ValueError(
            "is what Kubernetes sets for a Service named fullhouse; "
            "set enableServiceLinks: false in the pod, or give --port"
        )
    return whole(raw)


def seconds(raw: str) -> float:
    if not _is_decimal(raw.strip()):
        raise ValueError(
            "must be a number of seconds, such as 20 or 0.5, with at most three decimals"
        )
    return float(raw)


def path(raw: str) -> Path:
    try:
        return Path(raw.strip()).expanduser()
    except RuntimeError as error:  # ~name of a user that does not exist
        raise ValueError(
            "begins with ~ and the name of a user that this machine does not have"
        ) from error


def listed(raw: str) -> tuple[str, ...]:
    """The parts of a comma-separated list. Empty parts are ignored."""
    return tuple(part for part in map(str.strip, raw.split(",")) if part)


def between(low: float, high: float = math.inf) -> Callable[[float], str | None]:
    def complaint(value: float) -> str | None:
        if low <= value <= high:
            return None
        return f"must be at least {low}" if high == math.inf else f"must be {low} to {high}"

    return complaint


def rate(value: int) -> str | None:
    return between(0, MOST_CALLS_PER_S)(value)


def limit(value: int) -> str | None:
    return between(0)(value)


def above_zero(value: float) -> str | None:
    return None if 0 < value < math.inf else "must be more than 0"


def workers(value: int) -> str | None:
    if not 1 <= value <= MOST_WORKERS:
        return f"must be 1 to {MOST_WORKERS}"
    if value > 1 and sys.platform != "linux":
        return "more than 1 needs Linux, which spreads connections over processes"
    return None


def anything(_: object) -> None:
    return None


def something(value: str) -> str | None:
    return None if value else "must not be empty"


def store_url(value: str) -> str | None:
    # A complaint never quotes the value, because it may contain a password.
    if value == "embedded":
        return None
    if names_several_servers(value):
        return _complaint_about_servers(value)
    if not value.startswith(_STORE_SCHEMES):
        return (
            "must be embedded, or a URL that begins with redis://, rediss://, unix://, "
            "redis+cluster:// or redis+sentinel://"
        )
    if not _has_address(value):
        return (
            "must be embedded, or a URL with a host and a port that is a number, as in "
            "redis://host:6379/0; a password with / # ? or @ in it is percent-encoded"
        )
    return None if _has_database(value) else "the database must be a number, as in redis://host/0"


def _complaint_about_servers(url: str) -> str | None:
    try:
        parse_address(url)
    except InvalidAddress as error:
        return str(error)
    return None


def key_prefix(value: str) -> str | None:
    if _is_prefix(value):
        return None
    return "must be 1 to 32 letters, digits, dots, underscores or hyphens"


def _has_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading the port checks it
    except ValueError:
        return False
    return bool(parts.path if parts.scheme == "unix" else parts.hostname)


def _has_database(url: str) -> bool:
    """Whether the path is empty or a number. The client would silently use database 0."""
    parts = urlsplit(url)
    return parts.scheme == "unix" or not parts.path.strip("/") or bool(_is_database(parts.path))


def keys(value: tuple[str, ...]) -> str | None:
    if all(map(_is_visible, value)):
        return None
    return "a key must be printable ASCII without spaces; make one with: openssl rand -hex 16"


def secret(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        token_secrets(value)
    except UnicodeEncodeError:  # an environment variable may hold any bytes
        return "must be UTF-8; write random bytes in hexadecimal or base64"
    except ValueError as error:
        return str(error)
    return None


def origins(value: tuple[str, ...]) -> str | None:
    for origin in value:
        if Origin.parse(origin) is None:
            return (
                f"{origin!r} is not an origin such as https://events.example.com: write scheme, "
                "host and perhaps a port, without a path or a slash at the end"
            )
    return None


def root_path(raw: str) -> str:
    """The path without a slash at its end, so that other paths can be appended."""
    return raw.strip().rstrip("/")


def path_below_root(value: str) -> str | None:
    dots = {".", ".."}.intersection(value.split("/"))
    if not value or (_is_root_path(value) and not dots):
        return None
    return "must be a path such as /seats: a slash, then letters, digits, dots, _, ~ or hyphens"


def proxies(value: tuple[str, ...]) -> str | None:
    try:
        TrustedProxies.parse(value)
    except ValueError as error:
        return str(error)
    return None


def contacts(value: tuple[str, ...]) -> str | None:
    """Source: RFC 9116, section 2.5.3."""
    for contact in value:
        if contact_address(contact) and not _is_telephone(contact):
            return (
                f"{contact!r} is not a contact: write mailto: and an address, https:// and a "
                "page, or tel: and a number"
            )
    return None


def file(value: Path | None) -> str | None:
    if value is None or value.is_file():
        return None
    return f"there is no file {str(value)!r}"


def payments(value: str) -> str | None:
    if value == "stripe" and find_spec("stripe") is None:
        return "stripe needs its library: pip install 'fullhouse[stripe]'"
    return None if value in ("invoice", "stripe") else "must be invoice or stripe"


def credential(value: str | None) -> str | None:
    # A complaint never quotes the value.
    return None if value is None or _is_visible(value) else "must be printable, without spaces"


def webhook_url(value: str | None) -> str | None:
    # A complaint never quotes the value, because it may contain a password.
    if value is None:
        return None
    parts = urlsplit(value) if value.isascii() and _is_visible(value) else None
    is_web = value.startswith(("http://", "https://")) and _has_address(value)
    if parts and is_web and not parts.fragment:
        return None
    return "must be an address such as https://platform.example.com/webhooks"


def contact_address(value: str | None) -> str | None:
    if value is None or _is_mail_address(value) or _is_public_page(value):
        return None
    return "must be an address such as mailto:success@example.com or https://example.com/help"


def _is_public_page(value: str) -> bool:
    """Whether it is the address of a page for everybody, so without credentials."""
    is_page = bool(_is_visible(value)) and value.startswith("https://") and _has_address(value)
    return is_page and "@" not in urlsplit(value).netloc


def _is_mail_address(value: str) -> bool:
    """Source: RFC 6068; one address, and nothing that a mail program would have to guess."""
    scheme, _, address = value.partition(":")
    name, at, host = address.partition("?")[0].partition("@")
    is_written = bool(_is_visible(value)) and "@" not in host
    return scheme == "mailto" and bool(name and at and host) and is_written


def webhook_secrets(value: tuple[str, ...]) -> str | None:
    # A complaint never quotes the value.
    if all(map(_is_webhook_secret, value)):
        return None
    return (
        "each secret must be whsec_ and base64 of 24 to 64 bytes; make one with: "
        "echo whsec_$(openssl rand -base64 32)"
    )


def _is_webhook_secret(secret: str) -> bool:
    """Source: Standard Webhooks, "Signature scheme"."""
    try:
        text = secret.removeprefix("whsec_")
        size = len(b64decode(text + "=" * (-len(text) % 4), validate=True))
    except ValueError:
        return False
    return WEBHOOK_SECRET_BYTES[0] <= size <= WEBHOOK_SECRET_BYTES[1]


def webhook_events(value: tuple[str, ...]) -> str | None:
    try:
        wanted_types(value)
    except ValueError as error:
        return str(error)
    return None


def private_addresses(value: tuple[str, ...]) -> str | None:
    try:
        AllowedAddresses.parse(value)
    except ValueError as error:
        return str(error)
    return None


def api_base(value: str) -> str | None:
    is_web = value.startswith(("http://", "https://")) and _has_address(value)
    if is_web and not urlsplit(value).path.strip("/"):
        return None
    return "must be an address such as https://api.stripe.com, without a path"
