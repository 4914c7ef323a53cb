"""Finds names of settings that are unknown, or that belong to a later version."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from fullhouse.setting_row import PREFIX, SettingsError, variable_of
from fullhouse.settings import rows

CONFIG = "config"

_ELSEWHERE = frozenset({"bench_cache"})  # read by another command

LATER: Mapping[str, frozenset[str]] = {}
"""Settings of a later version, with the values that equal the behaviour of this version."""

_is_service_link = re.compile(
    r"service_(host|port(_\w+)?)|port_\d+_(tcp|udp)(_(proto|port|addr))?"
).fullmatch
"""Variables that Kubernetes sets if a Service has the name `fullhouse`."""


def unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """A warning for each variable with our prefix that is no setting, with the nearest name.

    Raises:
        SettingsError: a variable asks for a feature of a later version.
    """
    for variable in sorted(environment):
        name = variable.lower().removeprefix(PREFIX.lower())
        if not variable.upper().startswith(PREFIX) or _is_service_link(name):
            continue
        is_ours = variable == variable_of(name) and is_known(name, environment[variable])
        if not is_ours:
            yield _unknown(variable, name, variable_of)


def unknown_names(given: Mapping[str, str]) -> Iterator[str]:
    """Like `unknown_variables`, for the names in a configuration file.

    Raises:
        SettingsError: a name asks for a feature of a later version.
    """
    for name, text in given.items():
        if name == CONFIG or not is_known(name, text):
            yield _unknown(name, name.lower().removeprefix(PREFIX.lower()), str)


def is_known(name: str, text: str) -> bool:
    """Whether `name` is a setting, or one of a later version with a value that changes nothing.

    Raises:
        SettingsError: the value asks for a feature of a later version.
    """
    if name in rows() or name == CONFIG or name in _ELSEWHERE:
        return True
    if name not in LATER:
        return False
    if text.strip().lower() not in LATER[name] | {""}:
        raise SettingsError(
            name, "belongs to a feature that this version does not have yet; unset it"
        )
    return True


def _unknown(written: str, name: str, spelled: Callable[[str], str]) -> str:
    nearest = get_close_matches(name.replace("-", "_"), rows(), n=1)
    hint = f"; did you mean {spelled(nearest[0])}?" if nearest else ""
    return f"{written} is unknown and ignored{hint}"
