"""Parses the media types and languages that a client prefers."""

from __future__ import annotations

import re

# Name and weight of an entry such as `de;q=0.8`, `text/html` or `text/html;level=1;q=0.5`.
_named = re.compile(r"\s*([^\s;,]+)\s*(?:;.*)?", re.DOTALL)
_weighted = re.compile(r";\s*[qQ]\s*=\s*([^\s;]*)")
_is_weight = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?").fullmatch


def preferred(header: str) -> list[str]:
    """The names in an Accept or Accept-Language header, the most preferred first.

    Entries that are refused (`q=0`) or malformed are left out.
    Source: RFC 9110, section 12.4.2.
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        named, weight = _named.fullmatch(part), _weight(part)
        if named and weight > 0:
            wanted.append((weight, named[1]))
    return [name for _, name in sorted(wanted, key=lambda each: -each[0])]


def wants_page(accept: str) -> bool:
    """Whether the client prefers HTML to JSON, as a browser does."""
    for media_type in preferred(accept):
        if media_type.lower() == "text/html":
            return True
        if media_type.lower() in {"application/json", "application/*", "*/*"}:
            return False
    return False


def _weight(part: str) -> float:
    weighted = _weighted.search(part)
    if weighted is None:
        return 1.0
    return float(weighted[1]) if _is_weight(weighted[1]) else 0.0
