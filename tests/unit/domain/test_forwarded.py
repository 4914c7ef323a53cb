"""Who asked behind proxies: only what a trusted proxy says is believed, and no word further."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.forwarded import ClientInfo, TrustedProxies, client_info

if TYPE_CHECKING:
    from collections.abc import Mapping

TRUSTED = TrustedProxies.parse(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"])
PROXY = "10.0.0.1"
HOST = "node.internal:8000"


def info(headers: Mapping[str, str | list[str]], peer: str = PROXY) -> ClientInfo:
    def values_of(name: str) -> list[str]:
        given = headers.get(name, [])
        return [given] if isinstance(given, str) else given

    return client_info(TRUSTED, peer, HOST, values_of)


X_HEADERS = {
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "seats.example",
}
SEEN = ClientInfo("203.0.113.7", "https", "seats.example")


@pytest.mark.parametrize(
    "headers",
    [
        X_HEADERS,
        {"forwarded": "for=203.0.113.7;proto=https;host=seats.example"},
        {"forwarded": 'For="203.0.113.7:4711" ; Proto="HTTPS";host="seats.example"'},
        {**X_HEADERS, "x-forwarded-for": "203.0.113.7:51234"},
        {**X_HEADERS, "x-forwarded-proto": "wss"},
        {**X_HEADERS, "x-forwarded-for": "198.51.100.66, 203.0.113.7"},
        {**X_HEADERS, "x-forwarded-for": ["198.51.100.66", "203.0.113.7"]},
        {**X_HEADERS, "x-forwarded-proto": "http, https"},
        {**X_HEADERS, "x-forwarded-host": "evil.example, seats.example"},
        {
            "forwarded": 'for=198.51.100.66;host="evil,;\\"", '
            "for=203.0.113.7;proto=https;host=seats.example"
        },
        {**X_HEADERS, "forwarded": "for=198.51.100.66;proto=http;host=evil.example"},
    ],
)
def test_a_trusted_proxy_is_believed_and_nothing_to_the_left_of_it(
    headers: Mapping[str, str | list[str]],
) -> None:
    assert info(headers) == SEEN


@pytest.mark.parametrize("peer", ["203.0.113.9", "", "testclient", "11.0.0.1"])
@pytest.mark.parametrize("headers", [X_HEADERS, {"forwarded": "for=1.1.1.1;host=evil.example"}])
def test_nobody_else_is_believed(headers: Mapping[str, str], peer: str) -> None:
    assert info(headers, peer) == ClientInfo(peer or "unknown", None, HOST)


def test_without_a_setting_nobody_is_trusted() -> None:
    def values_of(name: str) -> list[str]:
        return [X_HEADERS[name]] if name in X_HEADERS else []

    seen = client_info(TrustedProxies(), "127.0.0.1", HOST, values_of)

    assert seen == ClientInfo("127.0.0.1", None, HOST)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        # Two proxies that add to each list, and two of which the outer one alone speaks.
        (
            {
                "x-forwarded-for": "198.51.100.66, 203.0.113.7, 10.0.0.2",
                "x-forwarded-proto": "http, https, http",
                "x-forwarded-host": "evil.example, seats.example, inner",
            },
            SEEN,
        ),
        ({**X_HEADERS, "x-forwarded-for": "203.0.113.7, 10.0.0.2"}, SEEN),
        (
            {
                "forwarded": "for=198.51.100.66;host=evil.example, "
                "for=203.0.113.7;proto=https;host=seats.example, for=10.0.0.2;proto=http"
            },
            SEEN,
        ),
        # An element that names no trusted address ends the walk.
        (
            {"x-forwarded-for": "203.0.113.7, 203.0.113.8, 10.0.0.2"},
            ClientInfo("203.0.113.8", None, HOST),
        ),
        ({"x-forwarded-for": "203.0.113.7, rubbish"}, ClientInfo("unknown", None, HOST)),
        ({"forwarded": "for=_hidden;proto=https"}, ClientInfo("unknown", "https", HOST)),
        # All trusted: the request came from the outermost proxy itself.
        ({"x-forwarded-for": "10.0.0.3, 10.0.0.2"}, ClientInfo("10.0.0.3", None, HOST)),
    ],
)
def test_of_several_proxies_the_right_most_untrusted_address_counts(
    headers: Mapping[str, str], expected: ClientInfo
) -> None:
    assert info(headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ClientInfo(PROXY, None, HOST)),
        ({"x-forwarded-proto": "https"}, ClientInfo(PROXY, "https", HOST)),
        ({"x-forwarded-proto": "gopher"}, ClientInfo(PROXY, None, HOST)),
        ({"x-forwarded-for": " , "}, ClientInfo(PROXY, None, HOST)),
        ({"forwarded": 'for="203.0.113.7'}, ClientInfo(PROXY, None, HOST)),
        ({"forwarded": "for=203.0.113.7 proto=https"}, ClientInfo(PROXY, None, HOST)),
        ({"forwarded": ";,;"}, ClientInfo(PROXY, None, HOST)),
        ({"forwarded": 'for="[2001:DB9::7]:80"'}, ClientInfo("2001:db9::7", None, HOST)),
        ({"x-forwarded-for": "2001:db9::7"}, ClientInfo("2001:db9::7", None, HOST)),
        ({"x-forwarded-for": "[2001:db9::7]:80"}, ClientInfo("2001:db9::7", None, HOST)),
        ({"x-forwarded-for": "::ffff:203.0.113.7"}, ClientInfo("203.0.113.7", None, HOST)),
        ({"x-forwarded-for": "fe80::7%any text"}, ClientInfo("fe80::7", None, HOST)),
        ({"forwarded": 'for="[fe80::7%eth0]:80"'}, ClientInfo("fe80::7", None, HOST)),
    ],
)
def test_what_a_trusted_proxy_leaves_out_or_misspells(
    headers: Mapping[str, str], expected: ClientInfo
) -> None:
    assert info(headers) == expected


@pytest.mark.parametrize("filling", [" ", "\t ", "a", "\\", ";", 'a="'])
def test_no_text_of_a_client_takes_long_to_read(filling: str) -> None:
    """Ways to divide a row of spaces grow with its square: this one would take minutes."""
    text = f"for=203.0.113.7,{filling * (60_000 // len(filling))}x"

    assert info({"forwarded": text}) == ClientInfo(PROXY, None, HOST)


@pytest.mark.parametrize(
    "peer", ["10.255.0.1", "192.0.2.1", "2001:db8::5", "::ffff:10.0.0.1", "::ffff:c000:201"]
)
def test_a_trusted_peer_in_every_spelling(peer: str) -> None:
    assert info(X_HEADERS, peer) == SEEN


@pytest.mark.parametrize(
    ("text", "peer"),
    [
        ("::ffff:10.0.0.1", PROXY),
        ("::ffff:10.0.0.0/104", "10.255.0.1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
    ],
)
def test_an_ipv4_address_is_trusted_as_it_is_written_inside_of_an_ipv6_one(
    text: str, peer: str
) -> None:
    assert peer in TrustedProxies.parse([text])
    assert "192.0.2.1" not in TrustedProxies.parse([text])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("proxy.example", "'proxy.example' is not an address or a network such as"),
        ("*", "'*' is not an address or a network such as"),
        ("unix", "socket files are not accepted"),
        ("10.0.0.0/33", "is not an address or a network such as"),
        ("10.1.2.3/8", "write 10.0.0.0/8"),
        ("2001:db8::1/32", "write 2001:db8::/32"),
    ],
)
def test_what_is_no_network_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        TrustedProxies.parse([text])
