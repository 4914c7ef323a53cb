from __future__ import annotations

import pytest

from fullhouse.domain.origins import Origin


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://seats.example", "https://seats.example"),
        ("https://seats.example:443", "https://seats.example"),
        ("HTTPS://Seats.Example", "https://seats.example"),
        ("http://seats.example:443", "http://seats.example:443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://[2001:db8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://seats.example:0", "http://seats.example:0"),
    ],
)
def test_an_origin_is_the_same_however_it_is_written(text: str, canonical: str) -> None:
    assert str(Origin.parse(text)) == canonical
    assert Origin.parse(text) == Origin.parse(canonical)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "seats.example",
        "ftp://seats.example",
        "https://",
        "https://seats.example/",
        "https://seats.example/path",
        "https://seats.example?x",
        "https://user@seats.example",
        "https://seats.example:port",
        "https://seats.example:99999",
        "https://[seats.example",
        "https://[seats:example]",
        "https://straße.example",
        "https://" + "x" * 64 + "é.example",
    ],
)
def test_what_is_no_origin_is_none(text: str) -> None:
    assert Origin.parse(text) is None
