"""The texts that a host may send to everybody in line."""

from __future__ import annotations

import pytest

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.host_message import checked_text


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "x" * 280,
        "Wir öffnen um 20 Uhr, bis gleich! 🎉",
        "👩‍👩‍👧",
        "مرحبا بكم",
        "<b>&amp;</b>",
    ],
)
def test_plain_text_of_any_script_stays_as_it_was_written(text: str) -> None:
    assert checked_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \u00a0",
        "\u200b\u2060",
        "\ufeff",
        "\u3164",
        "\u2800",
        "x" * 281,
        "two\nlines",
        "a\ttab",
        "nul\x00",
        "bell\x07",
        "del\x7f",
        "next\x85line",
        "para\u2029graph",
        "re\u202everse",
        "iso\u2066late",
    ],
)
def test_what_is_no_line_of_plain_text_is_refused_with_the_name_of_the_field(text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^text: "):
        checked_text(text)
