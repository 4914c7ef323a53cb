"""Checks of the values with which an account is opened or changed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.proration import PromoCode

MAX_PARALLEL_EVENTS = 1_000  # one script raises all live rooms of an account in one step
MAX_PROMO_CODES = 20
MAX_CODE_LENGTH = 64
MAX_PERCENT_OFF = 100

NO_PLACE = ("Factory", "localtime", "posixrules", "posix/", "right/")
"""Beginnings of names in a time-zone database that are not zones of places: the setting of one
machine, and copies that not every machine has. An account must have the same day on all nodes."""


def check_time_zone(name: str) -> str:
    """Return `name` if it is a time zone that every machine knows.

    Raises:
        InvalidRequest: it is not.
    """
    if name.startswith(NO_PLACE) or not _is_known(name):
        reason = f"{name!r} is no time zone; use an IANA name such as Europe/Berlin"
        raise InvalidRequest("time_zone", reason)
    return name


def _is_known(time_zone: str) -> bool:
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):  # unknown; not a name; a folder of names
        return False
    return True


def check_add_ons(parallel_events: int) -> int:
    """Return `parallel_events` if an account may have that many.

    Raises:
        InvalidRequest: the number is out of bounds.
    """
    if not 0 <= parallel_events <= MAX_PARALLEL_EVENTS:
        raise InvalidRequest("parallel_events", f"0 to {MAX_PARALLEL_EVENTS}")
    return parallel_events


def check_promo_codes(promo_codes: tuple[PromoCode, ...]) -> tuple[PromoCode, ...]:
    """Return `promo_codes` if each one is valid and no code is given twice.

    Raises:
        InvalidRequest: a code is not valid. The text names its place in the list.
    """
    if len(promo_codes) > MAX_PROMO_CODES:
        raise InvalidRequest("promo_codes", f"at most {MAX_PROMO_CODES}")
    seen: set[str] = set()
    for place, promo in enumerate(promo_codes):
        _check_promo_code(f"promo_codes[{place}]", promo, seen)
        seen.add(promo.code)
    return promo_codes


def _check_promo_code(field: str, promo: PromoCode, seen: set[str]) -> None:
    if not 1 <= len(promo.code) <= MAX_CODE_LENGTH:
        raise InvalidRequest(f"{field}.code", f"1 to {MAX_CODE_LENGTH} characters")
    if promo.code in seen:
        raise InvalidRequest(f"{field}.code", f"{promo.code!r} is given twice")
    if not 0 <= promo.percent_off <= MAX_PERCENT_OFF:
        raise InvalidRequest(f"{field}.percent_off", f"0 to {MAX_PERCENT_OFF}")
