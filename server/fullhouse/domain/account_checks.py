"""Bounds of what an account may be opened with or changed to."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fullhouse.domain.errors import InvalidRequest
from fullhouse.domain.proration import PromoCode

MAX_PARALLEL_EVENTS = 1_000  # one script raises all live rooms of an account in one step
MAX_PROMO_CODES = 20
MAX_CODE_LENGTH = 64
MAX_PERCENT_OFF = 100

NO_PLACE = ("Factory", "localtime", "posixrules", "posix/", "right/")
"""What a time-zone database may have besides the zones of places: the choice of one machine, and
copies that not every machine has. The day of an account must be the same on all nodes."""


def check_time_zone(name: str) -> str:
    """`name`, if it names a time zone that is the same everywhere.

    Raises:
        InvalidRequest: it does not.
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
    """`parallel_events`, if an account may have that many.

    Raises:
        InvalidRequest: it may not.
    """
    if not 0 <= parallel_events <= MAX_PARALLEL_EVENTS:
        raise InvalidRequest("parallel_events", f"0 to {MAX_PARALLEL_EVENTS}")
    return parallel_events


def check_promo_codes(promo_codes: tuple[PromoCode, ...]) -> tuple[PromoCode, ...]:
    """`promo_codes`, if each is a named percentage and none is given twice.

    Raises:
        InvalidRequest: the text names the code's place in the list.
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
