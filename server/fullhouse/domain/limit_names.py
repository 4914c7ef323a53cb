"""The limits that refuse people and callers, and a sentence about each for the refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

LimitName = Literal[
    "key_calls",
    "account_calls",
    "person_calls",
    "address_calls",
    "person_messages",
    "person_connections",
    "host_messages",
    "person_quotes",
    "account_quotes",
    "account_purchases",
    "account_closed_rooms",
    "room_waiting",
]
"""Names in problem documents, logs and metrics. Most are a setting without its prefix and unit."""

SENTENCES: Mapping[LimitName, str] = {
    "key_calls": "Too many calls with this platform key.",
    "account_calls": "Too many calls about this account.",
    "person_calls": "Too many calls of this person, from all devices together.",
    "address_calls": "Too many requests from this address.",
    "person_messages": "Too many messages of this person, from all devices together.",
    "person_connections": "Too many connections of this person, from all devices together.",
    "host_messages": "Too many messages of this person to the line.",
    "person_quotes": "This person has too many open quotes. Use one of them.",
    "account_quotes": "The account has too many open quotes. Use one of them.",
    "account_purchases": "The account has begun too many purchases in the last 24 hours.",
    "account_closed_rooms": "The account keeps too many closed rooms.",
    "room_waiting": "Too many people wait in this room.",
}
