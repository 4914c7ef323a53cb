"""Reads settings from a TOML file, with names in lower case and without the prefix."""

from __future__ import annotations

import tomllib
from pathlib import Path

from fullhouse.setting_names import CONFIG
from fullhouse.setting_row import SettingsError


def read_config(path: Path) -> dict[str, str]:
    """The settings of the file as text, by name. A list becomes text with commas.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has a value of a type that no
            setting has. The text never quotes a value.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(CONFIG, f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(CONFIG, f"{path} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(CONFIG, f"{path} is not valid TOML: {error}") from error
    return {name: _text(path, name, value) for name, value in table.items()}


def _text(path: Path, name: str, value: object) -> str:
    """The value as text, as in an environment variable."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case list() if all(isinstance(part, str) and "," not in part for part in value):
            return ",".join(value)
        case dict():
            reason = f"{path}: settings stand at the top of the file, not in a table [{name}]"
            raise SettingsError(CONFIG, reason)
    raise SettingsError(
        CONFIG, f"{name} in {path} must be a text, a number or a list of texts without commas"
    )
