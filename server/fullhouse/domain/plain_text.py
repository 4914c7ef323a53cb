"""What a text may contain that people wrote and other people are shown: one plain line."""

from __future__ import annotations

import unicodedata

# Line breaks, and characters that reverse the text around them: a text could then read otherwise
# than it was written. Source: Unicode Standard Annex 9, section 2.
_NOT_PLAIN = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Letters and symbols that are blank: the fillers of Hangul, and the empty pattern of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_plain(text: str) -> bool:
    """Whether the text has no control characters, no line breaks and no change of direction."""
    if text.isascii() and text.isprintable():  # nearly every name; no table is read
        return True
    return not any(
        char in _NOT_PLAIN or unicodedata.category(char) in {"Cc", "Cs"} for char in text
    )


def is_visible(text: str) -> bool:
    """Whether a letter, number, sign or symbol can be seen, not only spaces and controls."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK for char in text)
