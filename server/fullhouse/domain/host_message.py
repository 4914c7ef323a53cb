"""The host's message to everybody in line: its text, and what a text may contain."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from fullhouse.domain.errors import InvalidRequest

MOST_CHARACTERS = 280

# Line breaks, and characters that reverse the text around them: a text could then read otherwise
# than it was written. Source: Unicode Standard Annex 9, section 2.
_NOT_PLAIN = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Letters and symbols that are blank: the fillers of Hangul, and the empty pattern of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class HostMessage:
    """The last message of a room. `text` None: it was withdrawn at `at_ms` (Unix ms)."""

    at_ms: int
    text: str | None = None


def checked_text(text: str) -> str:
    """`text`, if people in line may be shown it: plain text in one line.

    Raises:
        InvalidRequest: `text` is too long, has no visible character, or has control characters.
    """
    if not any(map(_can_be_seen, text)):
        raise InvalidRequest("text", "at least one visible character; null withdraws the message")
    if len(text) > MOST_CHARACTERS:
        raise InvalidRequest("text", f"at most {MOST_CHARACTERS} characters")
    if any(char in _NOT_PLAIN or unicodedata.category(char) == "Cc" for char in text):
        raise InvalidRequest("text", "no control characters and no line breaks")
    return text


def _can_be_seen(char: str) -> bool:
    """Whether it is a letter, number, sign or symbol: no space, control or format character."""
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK
