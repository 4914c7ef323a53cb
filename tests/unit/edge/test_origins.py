"""Pages of which origins may connect."""

from __future__ import annotations

import pytest

from fullhouse.edge.origins import origins_rule


@pytest.mark.parametrize(
    ("origin", "host", "may_enter"),
    [
        ("https://events.example", "events.example", True),
        ("https://events.example", "events.example:443", True),
        ("https://events.example:443", "events.example", True),
        ("https://events.example", "EVENTS.example", True),
        ("http://events.example", "events.example:80", True),
        ("http://events.example", "events.example:443", False),
        ("https://[::1]:8000", "[::1]:8000", True),
        ("https://events.example", "", False),
        ("https://events.example", "user@events.example", False),
        ("https://events.example", "events.example/path", False),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("https://events.example:8443", "events.example", False),
        ("https://evil.example", "events.example", False),
        ("null", "events.example", False),
        ("", "events.example", False),
        ("https://[events.example", "events.example", False),
    ],
)
def test_where_no_origin_is_named_pages_of_the_same_host_come_in(
    origin: str, host: str, may_enter: bool
) -> None:
    assert origins_rule(())(origin, host) is may_enter


@pytest.mark.parametrize(
    ("scheme", "host", "may_enter"),
    [
        ("https", "events.example", True),
        ("https", "events.example:443", True),
        ("https", "events.example:8443", False),
        ("http", "events.example", False),
        ("http", "events.example:443", False),
        (None, "events.example", True),
    ],
)
def test_where_the_scheme_is_known_it_counts(
    scheme: str | None, host: str, may_enter: bool
) -> None:
    assert origins_rule(())("https://events.example", host, scheme) is may_enter


@pytest.mark.parametrize(
    ("origin", "may_enter"),
    [
        ("https://events.example", True),
        ("https://events.example:443", True),
        ("https://other.example", True),
        ("http://events.example", False),
        ("https://api.example", False),
        ("null", False),
    ],
)
def test_where_origins_are_named_only_their_pages_come_in(origin: str, may_enter: bool) -> None:
    rule = origins_rule(("https://events.example", "https://other.example"))

    assert rule(origin, "api.example") is may_enter
