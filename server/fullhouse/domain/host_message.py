"""The host's message to everybody in line: its text, and what a text may contain."""

from __future__ import annotations

from dataclasses import dataclass

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.plain_text import is_plain, is_visible

MOST_CHARACTERS = 280


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
    if not is_visible(text):
        raise InvalidRequest("text", "at least one visible character; null withdraws the message")
    if len(text) > MOST_CHARACTERS:
        raise InvalidRequest("text", f"at most {MOST_CHARACTERS} characters")
    if not is_plain(text):
        raise InvalidRequest("text", "no control characters and no line breaks")
    return text
