"""The client's address, scheme and host, as reported by trusted proxies.

Sources: RFC 7239 (`Forwarded`); the `X-Forwarded-*` headers of nginx, Caddy, HAProxy and AWS.
Each proxy appends, on the right, the address that connected to it. The reasons for this design
are in docs/decisions/0027-proxies-and-sub-paths.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

UNKNOWN = "unknown"
"""The address of a client if the proxy gives none, or gives text that is not an address."""

ValuesOf = Callable[[str], Sequence[str]]
"""Returns all values of a request header, given its name in lower case."""

_BITS_BEFORE_IPV4 = 96  # in an IPv6 address that holds one. Source: RFC 4291, section 2.5.5.2
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_with_port = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?").fullmatch
# All repetitions are possessive, so they never backtrack. A client can write this header too.
# With backtracking, a long row of spaces would keep the pattern busy for minutes.
_element_part = re.compile(
    r"[ \t]*+(?:(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]++)="
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>[^\s",;]++)))?[ \t]*+(?P<end>[;,]|\Z)'
).match


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks of the trusted proxies: their forwarding headers are believed."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Parse addresses and networks (CIDR).

        Raises:
            ValueError: a text is neither. The message quotes it and says what would be right.
        """
        return cls(tuple(map(_network, texts)))

    def __contains__(self, address: str) -> bool:
        return _is_within(self.networks, address)

    def __bool__(self) -> bool:
        return bool(self.networks)


@lru_cache(maxsize=1024)  # parsing an address is slow, and one proxy connects for many clients
def _is_within(networks: tuple[IPv4Network | IPv6Network, ...], address: str) -> bool:
    try:
        ip = _same_for_all(ip_address(address))
    except ValueError:  # not an address: a Unix socket, a name, or invented by a client
        return False
    return any(ip in network for network in networks)


NO_PROXIES = TrustedProxies()


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """What is known about the client of a request.

    Attributes:
        address: An IP address, or `unknown`.
        scheme: `http` or `https` as the client used it. None: no trusted proxy says it.
        host: The host that the client asked for, with the port if the client wrote one.
    """

    address: str
    scheme: str | None
    host: str


@dataclass(frozen=True, slots=True)
class _Hop:
    """The request as one proxy received it."""

    address: str | None = None
    scheme: str | None = None
    host: str | None = None


def client_info(trusted: TrustedProxies, peer: str, host: str, values_of: ValuesOf) -> ClientInfo:
    """The client of a request: the peer itself, or the client that trusted proxies report.

    Args:
        peer: The address of the other end of the socket. Empty: it has none.
        host: The `Host` header of the request.
    """
    if not trusted or peer not in trusted:  # most nodes trust no proxy: no header is parsed
        return ClientInfo(peer or UNKNOWN, None, host)
    hop = _first_trusted(trusted, _hops(values_of))
    return ClientInfo(hop.address or peer, hop.scheme, hop.host or host)


def _first_trusted(trusted: TrustedProxies, hops: Iterable[_Hop]) -> _Hop:
    """The hop that the client itself connected to. All nearer hops come from trusted proxies."""
    seen = _Hop()
    for hop in hops:
        seen = hop
        if hop.address is None or hop.address not in trusted:
            break
    return seen


def _hops(values_of: ValuesOf) -> Iterable[_Hop]:
    """One hop for each proxy, the nearest first. Each is parsed only when it is needed.

    A proxy writes one kind of header and passes on the other kind as the client wrote it. Most
    proxies write `X-Forwarded-*`, so `Forwarded` counts only if none of those is present.
    """
    names = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")
    addresses, schemes, hosts = (_listed(values_of(name)) for name in names)
    if addresses or schemes or hosts:
        return _x_forwarded(addresses, schemes, hosts)
    return _forwarded(",".join(values_of("forwarded")))


def _x_forwarded(
    addresses: Sequence[str], schemes: Sequence[str], hosts: Sequence[str]
) -> Iterator[_Hop]:
    for back in range(1, (len(addresses) or 1) + 1):
        yield _Hop(
            _address(addresses[-back]) if addresses else None,
            _scheme(_from_right(schemes, back)),
            _from_right(hosts, back),
        )


def _from_right(values: Sequence[str], back: int) -> str | None:
    """The value from the proxy `back` hops away. Many proxies replace a list and do not append."""
    return values[-min(back, len(values))] if values else None


def _forwarded(text: str) -> Iterable[_Hop]:
    """The elements of the header, or none if it is malformed: no part can be trusted then."""
    elements: list[dict[str, str]] = [{}]
    position = 0
    while part := _element_part(text, position):
        position = part.end()
        if part["name"]:
            elements[-1][part["name"].lower()] = _value(part["quoted"], part["plain"])
        if part["end"] == ",":
            elements.append({})
        elif not part["end"]:
            return (_hop(element) for element in reversed(elements) if element)
    return []


def _value(quoted: str | None, plain: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain or ""


def _hop(element: dict[str, str]) -> _Hop:
    address = element.get("for")
    return _Hop(
        None if address is None else _address(address),
        _scheme(element.get("proto")),
        element.get("host"),
    )


def _address(text: str) -> str:
    """The address without port and zone, or `unknown` if `text` is no address, as `_hidden`.

    A zone is a name on the machine that wrote it and may be any text.
    """
    matched = _with_port(text)
    bare = (matched[1] or matched[2]) if matched else text
    try:
        return str(_same_for_all(ip_address(bare.partition("%")[0])))
    except ValueError:
        return UNKNOWN


def _same_for_all(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The plain IPv4 address, also if a dual-stack socket shows it mapped into IPv6."""
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _scheme(text: str | None) -> str | None:
    return _SCHEMES.get((text or "").lower())


def _listed(values: Sequence[str]) -> Sequence[str]:
    parts = (part.strip() for value in values for part in value.split(","))
    return [part for part in parts if part]


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError(_complaint(text)) from None
    inside = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    # Peers are compared as plain IPv4 addresses, also if the socket shows them mapped into IPv6.
    return IPv4Network((inside, network.prefixlen - _BITS_BEFORE_IPV4)) if inside else network


def _complaint(text: str) -> str:
    try:
        written = ip_network(text, strict=False)
    except ValueError:
        reason = "is not an address or a network such as 10.0.0.5 or 10.0.0.0/8"
        return f"{text!r} {reason}; names of hosts, * and socket files are not accepted"
    return f"{text!r} is an address and the size of its network; for the network write {written}"
