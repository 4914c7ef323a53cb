"""Errors of msgspec in a caller's words: the field first, and then what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec.inspect import EnumType, LiteralType, UnionType

from fullhouse.domain.errors import InvalidRequest

_SHOWN = 120  # most characters of the caller's text that an error repeats

# "<reason> - at `$.a[0].b`". The path is missing if the whole document is wrong. The reason may
# repeat the caller's text. The path has only names of our fields.
_located = re.compile(r"(.*) - at `\$\.?([\w.\[\]-]+)`", re.DOTALL).fullmatch
_unknown = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL).fullmatch
_missing = re.compile(r"Object missing required field `(.*)`", re.DOTALL).fullmatch

_EXAMPLES = {
    "Invalid RFC3339 encoded date": "must be a date such as 2026-03-31",
    "Invalid RFC3339 encoded datetime": "must be an instant such as 2026-03-31T18:00:00Z",
}


def invalid(complaint: str, type_: type[msgspec.Struct], *, whole: str) -> InvalidRequest:
    """The error of msgspec, beginning with the field as the caller wrote it.

    Args:
        complaint: Such as "Expected `int`, got `str` - at `$.promo_codes[0].percent_off`".
        type_: What the document should have been.
        whole: The field to name if the whole document is wrong.
    """
    located = _located(complaint)
    reason, path = located.groups() if located else (complaint, "")
    if unknown := _unknown(reason):
        return InvalidRequest(_inside(path, unknown[1]), "unknown field")
    if missing := _missing(reason):
        return InvalidRequest(_inside(path, missing[1]), "is required")
    if reason.startswith("Invalid enum value") and (choices := list(_choices(type_, path))):
        reason = f"must be {_listed(choices)}"
    return InvalidRequest(path or whole, _EXAMPLES.get(reason, short(reason)))


def short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _inside(path: str, field: str) -> str:
    return f"{path}.{short(field)}" if path else short(field)


def _choices(type_: type[msgspec.Struct], field: str) -> Iterator[str]:
    """The texts that a field of `type_` itself may have. None for a field of a field."""
    for each in msgspec.structs.fields(type_):
        if each.encode_name == field:
            kind = msgspec.inspect.type_info(each.type)
            for part in kind.types if isinstance(kind, UnionType) else (kind,):
                if isinstance(part, LiteralType):
                    yield from map(str, part.values)
                elif isinstance(part, EnumType):
                    yield from (str(member.value) for member in part.cls)


def _listed(choices: list[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last
