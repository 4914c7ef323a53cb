"""What a client would rather have: the most wanted first, what is not wanted not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullhouse.edge.http.preferences import preferred, wants_page

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("", []),
        ("de", ["de"]),
        ("de-AT, de;q=0.9, en;q=0.8", ["de-AT", "de", "en"]),
        ("en;q=0.5, de", ["de", "en"]),
        ("en ; q=0.5 , de ;Q=0.75", ["de", "en"]),
        ("a;q=0.5, b;q=0.5", ["a", "b"]),  # of equals the first
        ("fr;q=0, de;q=0.001, es;q=0.000", ["de"]),
        ("de;q=2, en;q=abc, fr;q=, es;q=1.000", ["es"]),
        ("text/html;level=1;q=0.4, text/plain", ["text/plain", "text/html"]),
        (",, ,;q=1, de", ["de"]),
    ],
)
def test_names_come_in_the_order_of_their_weights(header: str, names: list[str]) -> None:
    assert preferred(header) == names


@given(st.text())
def test_no_header_is_too_strange_to_be_read(header: str) -> None:
    for name in preferred(header):
        assert name in header
    wants_page(header)


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (CHROMIUM, True),
        ("Text/HTML", True),
        ("text/html;q=0.9, application/json;q=0.8", True),
        ("image/webp, text/html", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("application/*, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("text/plain", False),
    ],
)
def test_only_who_asks_for_html_first_gets_a_page(accept: str, page: bool) -> None:
    assert wants_page(accept) is page
