"""Parses the durations in attendance lists."""

from __future__ import annotations

import re

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})", re.ASCII)
# `1h 5m 20s`, `1 Std. 5 Min.`, `1 hora 5 minutos`: the first letters identify the unit.
_PART = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(h|std|stunde|hora|m|s)[a-zé]*\.?\s*", re.IGNORECASE | re.ASCII
)
_SECONDS = {"h": 3600, "std": 3600, "stunde": 3600, "hora": 3600, "m": 60, "s": 1}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


def read_duration_s(text: str, *, in_minutes: bool) -> float | None:
    """The duration in seconds. None: the text is not a duration.

    Args:
        text: The text in the list.
        in_minutes: Whether a number without unit is minutes, as the heading says, not seconds.
    """
    plain = text.strip()
    if found := _CLOCK.fullmatch(plain):
        hours, minutes, seconds = (int(figure or 0) for figure in found.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    if _NUMBER.fullmatch(plain):
        return _number(plain) * (60 if in_minutes else 1)
    parts = list(_PART.finditer(plain))
    if not parts or "".join(part[0] for part in parts) != plain:
        return None
    return sum(_number(part[1]) * _SECONDS[part[2].lower()] for part in parts)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
