"""The stream that people in line may watch: its address, and how people change to another one."""

from __future__ import annotations

from urllib.parse import urlsplit

from fullhouse.domain.errors import InvalidRequest

MOST_CHARACTERS = 500  # every event of a room has the address

SWITCH_MS_PER_PERSON = 10  # as in a call of the default settings: 100 people in a second
LONGEST_SWITCH_MS = 60_000


def checked_address(address: str) -> str:
    """`address`, if browsers of people in line may open it.

    Raises:
        InvalidRequest: it is no https URL, is too long, or has credentials.
    """
    if len(address) > MOST_CHARACTERS:
        raise InvalidRequest("watch", f"at most {MOST_CHARACTERS} characters")
    if any(char <= " " or char in '\\"<>^`{|}' or char > "~" for char in address):
        raise InvalidRequest("watch", "a URL in ASCII, without spaces or quotes")
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise InvalidRequest("watch", "not a URL") from error
    if parts.scheme != "https" or not is_whole:
        raise InvalidRequest("watch", "an address that begins with https:// and has a host")
    if "@" in parts.netloc:
        raise InvalidRequest("watch", "without credentials: everybody in line can read it")
    return address


def switch_window_ms(watching: int) -> int:
    """The time over which so many people change to another stream, to spare its server."""
    return min(LONGEST_SWITCH_MS, watching * SWITCH_MS_PER_PERSON)
