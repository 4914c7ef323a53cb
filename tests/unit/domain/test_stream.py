"""Which addresses people in line may be shown, and how they change to another stream."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.stream import MOST_CHARACTERS, checked_address, switch_window_ms


@pytest.mark.parametrize(
    "address",
    [
        "https://stream.example/hall",
        "https://stream.example:8443/hall?autoplay=1&muted=1#t=5",
        "https://[2001:db8::1]/hall",
        "HTTPS://xn--bhne-7qa.example",
        "https://a.example/" + "x" * (MOST_CHARACTERS - 18),
    ],
)
def test_an_https_address_is_taken_as_it_is(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://stream.example/", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("//stream.example/", "begins with https://"),
        ("https:///hall", "has a host"),
        ("https://:443/", "has a host"),
        ("https://a.example:99999/", "not a URL"),
        ("https://[::1/", "not a URL"),
        ("https://ann:secret@stream.example/", "credentials"),
        ("https://ann@stream.example/", "credentials"),
        ("https://stream.example/a b", "without spaces"),
        ("https://stream.example/\n", "without spaces"),
        ('https://stream.example/"', "quotes"),
        ("https://b\u00fchne.example/", "in ASCII"),
        ("https://stream.example\\@evil.example/", "without spaces or quotes"),
        ("https://a.example/" + "x" * MOST_CHARACTERS, "at most 500 characters"),
    ],
)
def test_what_browsers_should_not_open_is_refused_by_the_name_of_the_field(
    address: str, reason: str
) -> None:
    with pytest.raises(InvalidRequest, match=reason) as refusal:
        checked_address(address)

    assert str(refusal.value).startswith("watch")


def test_many_people_change_to_another_stream_one_after_the_other() -> None:
    assert [switch_window_ms(people) for people in (0, 100, 5_000, 10_000)] == [
        0,
        1_000,
        50_000,
        60_000,
    ]
