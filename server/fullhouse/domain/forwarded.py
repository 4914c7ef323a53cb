"""Who asked, and under which address, behind proxies that are believed and proxies that are not.

Sources: RFC 7239 (`Forwarded`); the `X-Forwarded-*` headers as nginx, Caddy, HAProxy and AWS write
them: each proxy adds the address that connected to it on the right. Why it is done this way:
docs/decisions/0027-proxies-and-sub-paths.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

UNKNOWN = "unknown"
"""Address of a client that a proxy does not tell, or tells as no address."""

ValuesOf = Callable[[str], Sequence[str]]
"""All values of a header of the request, by its name in lower case."""

_BITS_BEFORE_IPV4 = 96  # in an IPv6 address that holds one. Source: RFC 4291, section 2.5.5.2
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_with_port = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?").fullmatch
# All repetitions are possessive: they give nothing back. A client writes this header too, and a
# row of spaces would be tried in every way to divide it in two, for minutes.
_element_part = re.compile(
    r"[ \t]*+(?:(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]++)="
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<plain>[^\s",;]++)))?[ \t]*+(?P<end>[;,]|\Z)'
).match


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks whose hosts are believed about who connected to them."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """From addresses and networks (CIDR).

        Raises:
            ValueError: one is neither; the text says which, and what would be right.
        """
        return cls(tuple(map(_network, texts)))

    def __contains__(self, address: str) -> bool:
        return _is_within(self.networks, address)

    def __bool__(self) -> bool:
        return bool(self.networks)


@lru_cache(maxsize=1024)  # a proxy connects for everybody, and addresses are slow to read
def _is_within(networks: tuple[IPv4Network | IPv6Network, ...], address: str) -> bool:
    try:
        ip = _same_for_all(ip_address(address))
    except ValueError:  # no address: a Unix socket, a name, or what a client made up
        return False
    return any(ip in network for network in networks)


NO_PROXIES = TrustedProxies()


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """What is known of whoever asks.

    Attributes:
        address: An IP address, or `unknown`.
        scheme: `http` or `https` as the client wrote it; None where nobody who is believed says.
        host: The host, and the port if it was written, that the client asked.
    """

    address: str
    scheme: str | None
    host: str


@dataclass(frozen=True, slots=True)
class _Hop:
    """What one proxy says of the request that it got."""

    address: str | None = None
    scheme: str | None = None
    host: str | None = None


def client_info(trusted: TrustedProxies, peer: str, host: str, values_of: ValuesOf) -> ClientInfo:
    """Who asks: the peer itself, or whoever the proxies say, as far as they are trusted.

    Args:
        peer: The address of the socket's other end; empty where it has none.
        host: The `Host` header as it came.
    """
    if not trusted or peer not in trusted:  # nearly all nodes trust nobody: nothing is parsed
        return ClientInfo(peer or UNKNOWN, None, host)
    hop = _first_trusted(trusted, _hops(values_of))
    return ClientInfo(hop.address or peer, hop.scheme, hop.host or host)


def _first_trusted(trusted: TrustedProxies, hops: Iterable[_Hop]) -> _Hop:
    """What the proxy says that the client connected to: all nearer ones are trusted."""
    seen = _Hop()
    for hop in hops:
        seen = hop
        if hop.address is None or hop.address not in trusted:
            break
    return seen


def _hops(values_of: ValuesOf) -> Iterable[_Hop]:
    """One for each proxy, the nearest first; each is read only when it is asked for.

    A proxy that writes one kind of header passes the other on as the client wrote it. Nearly all
    write `X-Forwarded-*`, so `Forwarded` counts only where none of those came.
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
    """What the proxy said that is so many hops back; many do not add to a list, but replace it."""
    return values[-min(back, len(values))] if values else None


def _forwarded(text: str) -> Iterable[_Hop]:
    """The elements of the header; none where it is malformed, since then nothing in it is sure."""
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
    """The address without its port; `unknown` where it is none, such as `_hidden`.

    Without its zone too: that is a name on the machine that wrote it, and may be any text.
    """
    matched = _with_port(text)
    bare = (matched[1] or matched[2]) if matched else text
    try:
        return str(_same_for_all(ip_address(bare.partition("%")[0])))
    except ValueError:
        return UNKNOWN


def _same_for_all(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address as such, also where a socket for both kinds shows it inside an IPv6 one."""
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
    # Peers are compared as IPv4 addresses, however the socket shows them.
    return IPv4Network((inside, network.prefixlen - _BITS_BEFORE_IPV4)) if inside else network


def _complaint(text: str) -> str:
    try:
        written = ip_network(text, strict=False)
    except ValueError:
        reason = "is no address or network such as 10.0.0.5 or 10.0.0.0/8"
        return f"{text!r} {reason}; names, * and socket files are not taken"
    return f"{text!r} is an address inside of a network; write {written}"
