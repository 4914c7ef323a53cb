"""Web origins as values: a scheme, a host and a port in normal form.

Source: RFC 6454, sections 4 and 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Self
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Python's codec and browsers convert these characters differently. Source: UTS 46, section 7.
_AMBIGUOUS = frozenset(
    "ß\N{GREEK SMALL LETTER FINAL SIGMA}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a page. Its text is the `Origin` header that a browser sends."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The origin that `text` names. None: it is not an http or https origin."""
        parts = _split(text)
        if parts is None or parts.scheme not in _DEFAULT_PORTS:
            return None
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            return None
        return cls._of(parts.scheme, parts)

    @classmethod
    def of_host(cls, scheme: str, host: str) -> Self | None:
        """The origin of the server that a `Host` header names. None: the header is not valid."""
        parts = _split(f"//{host}")
        if parts is None or parts.netloc != host or "@" in host:
            return None
        return cls._of(scheme, parts)

    @classmethod
    def _of(cls, scheme: str, parts: SplitResult) -> Self | None:
        try:
            host = _ascii(parts.hostname or "")
            port = _DEFAULT_PORTS[scheme] if parts.port is None else parts.port
        except ValueError:  # a port that is not a number, or a name that no host can have
            return None
        return cls(scheme, host, port) if host else None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == _DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{host}" if is_default else f"{self.scheme}://{host}:{self.port}"


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:  # a bracket without its closing bracket
        return None


def _ascii(host: str) -> str:
    """The host as browsers send it: lower case, shortest form, non-ASCII names in IDNA.

    Raises:
        ValueError: no host can have that name, or Python and browsers encode it differently.
    """
    if ":" in host:
        return IPv6Address(host).compressed
    if host.isascii():
        return host.lower()
    if not _AMBIGUOUS.isdisjoint(host):
        raise ValueError("write this name in its ASCII form")
    return host.encode("idna").decode()
