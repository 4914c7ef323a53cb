"""One row of the table of settings, and the names of a setting as variable and option."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fullhouse import limits

PREFIX = "FULLHOUSE_"


class SettingsError(ValueError):
    """A setting is wrong. The text is one line that begins with the variable."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{variable_of(name)}: {reason}")


def variable_of(name: str) -> str:
    """The environment variable of the setting `name`."""
    return PREFIX + name.upper()


def option_of(name: str) -> str:
    """The command-line option of the setting `name`."""
    return "--" + name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """The row of a setting in the table, without its name, type and default.

    Attributes:
        parse: Converts text to a value. Raises `ValueError` with the reason.
        check: Returns a complaint about a value, or None.
        text: The explanation in `--help`.
        shown: The default as shown in `--help`, if that is not the value itself.
    """

    parse: Callable[[str], object]
    check: Callable[[Any], str | None]
    text: str
    shown: str = ""


def duration(check: Callable[[Any], str | None], text: str) -> Row:
    """The row of a setting in seconds."""
    return Row(limits.seconds, check, text)


def whole_number(check: Callable[[Any], str | None], text: str) -> Row:
    return Row(limits.whole, check, text)


_UNITS = {
    "_per_s": "NUMBER",
    "_s": "SECONDS",
    "_percent": "PERCENT",
    "_days": "DAYS",
    "_ms_per_100": "MS",
}
_KINDS: dict[Callable[[str], object], str] = {
    limits.listed: "LIST",
    limits.path: "PATH",
    limits.port: "NUMBER",
}


def taken_by(name: str, row: Row) -> str:
    """What the option of the setting `name` takes, as shown in `--help`: its unit or its kind."""
    units = (unit for suffix, unit in _UNITS.items() if name.endswith(suffix))
    return next(units, _KINDS.get(row.parse, "TEXT"))
