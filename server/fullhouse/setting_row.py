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
