"""Which addresses a webhook may be sent to: public ones, and those that the operator names.

A name that anybody can register may lead to an address inside the operator's network. So the
address is checked that the connection is made to, not the name.
Source: docs/decisions/0051-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Self

_NAT64 = ip_network("64:ff9b::/96")
_NO, _ALL = frozenset({"", "0", "false", "no", "off"}), frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class AllowedAddresses:
    """The addresses that requests may go to.

    Attributes:
        private: The networks that are allowed besides public addresses.
    """

    private: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self:
        """Read `false`, `true` (all addresses), or addresses and networks.

        Raises:
            ValueError: a word is none of these. The text says which.
        """
        given = [word.lower() for word in words if word.lower() not in _NO]
        if any(word in _ALL for word in given):
            return cls((ip_network("0.0.0.0/0"), ip_network("::/0")))
        return cls(tuple(map(_network, given)))

    def allow(self, address: str) -> bool:
        """Whether a request may go to this IPv4 or IPv6 address."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return all(self._allows(each) for each in _meant_by(found))

    def _allows(self, address: IPv4Address | IPv6Address) -> bool:
        if any(address in network for network in self.private):
            return True
        return address.is_global and not address.is_multicast


def _network(word: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(word, strict=False)
    except ValueError as error:
        raise ValueError(
            f"{word!r} is no address or network such as 10.0.0.0/8; write these, or false or true"
        ) from error


def _meant_by(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """The address, or the IPv4 addresses that it stands for: a router may translate it."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if mapped := address.ipv4_mapped:
        yield mapped
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
