"""Which addresses webhooks may go to."""

from __future__ import annotations

import pytest

from fullhouse.domain.addresses import AllowedAddresses

NOBODY = AllowedAddresses()

PRIVATE = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",  # noqa: S104  # an address like the others
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:1::",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "not an address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not NOBODY.allow(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::8.8.8.8"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert NOBODY.allow(address)


def test_what_the_operator_names_is_allowed_and_nothing_else() -> None:
    allowed = AllowedAddresses.parse(["10.0.0.0/8", "127.0.0.1", "fd00::/8"])

    assert all(map(allowed.allow, ["10.9.9.9", "::ffff:10.0.0.1", "127.0.0.1", "fd00::2"]))
    assert not any(map(allowed.allow, ["127.0.0.2", "192.168.0.1", "::1", "169.254.169.254"]))


@pytest.mark.parametrize("word", ["true", "1", "TRUE", "yes"])
def test_true_allows_all(word: str) -> None:
    assert all(map(AllowedAddresses.parse([word]).allow, ["127.0.0.1", "::1", "10.0.0.1"]))


@pytest.mark.parametrize("words", [[], ["false"], ["0"], ["no"]])
def test_false_allows_no_private_address(words: list[str]) -> None:
    assert AllowedAddresses.parse(words) == NOBODY


def test_another_word_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'intranet' is no address or network"):
        AllowedAddresses.parse(["10.0.0.0/8", "intranet"])
