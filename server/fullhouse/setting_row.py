"""What the table of settings says of one setting, and how that setting is spelled outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fullhouse import limits

PREFIX = "FULLHOUSE_"


class SettingsError(ValueError):
    """A setting is wrong. Its text is one line that begins with the variable."""

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
    """What the table says of one setting, besides its name, type and default.

    Attributes:
        parse: Text to value; a `ValueError` says what is wrong.
        check: A complaint about a value, or None.
        text: The explanation that `--help` prints.
        shown: What `--help` prints as the default, where that is not the value itself.
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
