"""Options of commands for the settings, and for a file with settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from fullhouse.config_file import read_config
from fullhouse.setting_names import CONFIG, unknown_names
from fullhouse.setting_row import option_of, taken_by, variable_of
from fullhouse.settings import rows, shown_default
from fullhouse.start_errors import one_line_if_it_cannot_start

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def setting_options(*names: str) -> Callable[[Decorated], Decorated]:
    """Options for the named settings, or for all. Each option also reads its variable.

    The options pass text on. Only `Settings.parse` checks the values.
    """

    def add(command: Decorated) -> Decorated:
        for name in reversed(names or list(rows())):
            text = f"{rows()[name].text}  [{variable_of(name)}; default: {shown_default(name)}]"
            option = click.option(
                option_of(name),
                name,
                envvar=variable_of(name),
                help=text,
                metavar=taken_by(name, rows()[name]),
            )
            command = option(command)
        return command

    return add


def config_option(command: Decorated) -> Decorated:
    """The option for a file with settings.

    The file's values become the defaults of the other options, so an option or a variable wins.
    """
    text = f"TOML file with settings, such as port = 8000.  [{variable_of(CONFIG)}; default: none]"
    option = click.option(
        option_of(CONFIG),
        callback=_take_config,
        envvar=variable_of(CONFIG),
        expose_value=False,
        help=text,
        is_eager=True,
    )
    return option(command)


def _take_config(context: click.Context, _: click.Parameter, path: str | None) -> None:
    if not path or context.resilient_parsing:
        return
    with one_line_if_it_cannot_start():
        given = read_config(Path(path).expanduser())
        for line in unknown_names(given):
            click.echo(f"Warning: {path}: {line}", err=True)
    context.default_map = given
