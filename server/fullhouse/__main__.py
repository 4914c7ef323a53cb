"""The command line. Only this module reads the environment."""

# ruff: noqa: PLC0415  # each command imports its own modules, so that --help is fast

from __future__ import annotations

import os
import sys
from errno import EACCES, EADDRINUSE
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

import click

from fullhouse.setting_names import unknown_variables
from fullhouse.setting_options import config_option, setting_options
from fullhouse.setting_row import SettingsError
from fullhouse.settings import Settings
from fullhouse.start_errors import one_line_if_it_cannot_start
from fullhouse.unsafe_settings import weaknesses

if TYPE_CHECKING:
    from fullhouse.worker import Worker

_HELP = """Exact seats for live event rooms, upgrades during the event, a waiting room in order.

\b
See it work, with a demo room and simulated attendees:
  fullhouse demo
\b
Run a server with an embedded store:
  export FULLHOUSE_API_KEYS=$(openssl rand -hex 16)
  export FULLHOUSE_TOKEN_SECRET=$(openssl rand -hex 32)
  fullhouse serve --port 8000
\b
Run more nodes on one Redis, for more people or as a reserve:
  fullhouse serve --port 8001 --redis-url redis://store.example:6379

Each setting of the server is an option and an environment variable. It may also stand in a file
(--config). The option overrides the variable, and the variable overrides the file.
"""

_SERVE_HELP = """Run one node of the server.

All nodes on one store share all rooms. SIGTERM or Ctrl-C stops a node, and nobody loses a seat.
Durations are in seconds.

\b
With an embedded store, which keeps its data in ./data:
  fullhouse serve
\b
With your own Redis (7.0 or later) or Valkey (7.2 or later):
  fullhouse serve --redis-url redis://store.example:6379/0
\b
For pages that come from another origin:
  fullhouse serve --host 0.0.0.0 --allowed-origins https://events.example.com
"""

_ISSUE_HELP = """Print a room token, which a person needs to enter a room.

The backend of a platform makes its tokens in the same way.

\b
An attendee, for an hour:
  fullhouse token --account acme --room launch --participant ada --role attendee
\b
A presenter who may buy an upgrade:
  fullhouse token --account acme --room launch --participant eve --role presenter --buy
"""


class LazyGroup(click.Group):
    """A group of commands. Some of them are imported only when they run.

    So `fullhouse --help` does not load a terminal display, and works without the demo's package.
    """

    elsewhere: ClassVar = {
        "bench": (
            "fullhouse_bench.command",
            "Measure Fullhouse on this machine, next to other servers.",
        ),
        "demo": (
            "fullhouse_demo.demo",
            "Start a demo: two nodes, a room and simulated attendees.",
        ),
        "keys": (
            "fullhouse.keys_command",
            "Create, list, replace and revoke platform keys.",
        ),
        "webhooks": (
            "fullhouse.webhooks_command",
            "List, show and resend webhooks to your platform.",
        ),
        "simulate": ("fullhouse_demo.crowd.command", "Send simulated attendees to a server."),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.elsewhere:
            module, _ = self.elsewhere[cmd_name]
            command: click.Command = import_module(module).command
            return command
        return super().get_command(ctx, cmd_name)

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        here = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        away = {name: text for name, (_, text) in self.elsewhere.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**here, **away}.items()))


def checked(_: click.Context, parameter: click.Parameter, value: str) -> str:
    """A callback of click that returns `value` if it is an id."""
    from fullhouse.domain.errors import InvalidRequest
    from fullhouse.domain.ids import checked_id

    try:
        return checked_id(str(parameter.name), value)
    except InvalidRequest as error:
        raise click.BadParameter(error.reason) from error


@click.group(cls=LazyGroup, help=_HELP)
@click.version_option(package_name="fullhouse", prog_name="fullhouse")
def cli() -> None:
    """All commands of Fullhouse."""


@cli.command(help=_SERVE_HELP, short_help="Run the server.")
@config_option
@setting_options()
def serve(**raw: str | None) -> None:
    with one_line_if_it_cannot_start():
        for line in unknown_variables(os.environ):  # noqa: TID251  # this is __main__
            click.echo(f"Warning: {line}", err=True)
        settings = Settings.parse(raw)
        settings.require_credentials()
        for line in weaknesses(settings):
            click.echo(f"Warning: {line}", err=True)
        _serve(settings)


def _serve(settings: Settings) -> None:
    from fullhouse import app, logs
    from fullhouse.workers.supervisor import supervise
    from fullhouse_demo.client_files import client_routes

    _check_address(settings.host, settings.port)
    logs.configure(sys.stderr)

    def be_node(settings: Settings, worker: Worker | None = None) -> None:
        with one_line_if_it_cannot_start():
            app.serve(settings, extra_routes=client_routes(), worker=worker)

    if settings.workers > 1:
        supervise(settings, be_node)  # workers are forked, with all modules loaded
    else:
        be_node(settings)


def _check_address(host: str, port: int) -> None:
    from fullhouse.edge.sockets import check_address

    try:
        check_address(host, port)
    except OSError as error:
        name = "port" if error.errno in (EADDRINUSE, EACCES) else "host"
        reason = _NOT_LISTENING.get(error.errno or 0, error.strerror)
        reason = f"cannot listen on {host}:{port}: {reason}"
        raise SettingsError(name, reason) from error


_NOT_LISTENING = {
    EADDRINUSE: "another program uses this port; choose another one",
    EACCES: "this user may not open this port; choose one from 1024 on",
}


@cli.command(help=_ISSUE_HELP, short_help="Print a room token.")
@click.option("--account", required=True, callback=checked, help="The account of the room.")
@click.option(
    "--room", required=True, callback=checked, help="The id of the room; it need not be open yet."
)
@click.option(
    "--participant",
    required=True,
    callback=checked,
    help="The id of the person, the same on all devices.",
)
@click.option(
    "--role",
    type=click.Choice(["host", "presenter", "attendee"]),
    required=True,
    help="What the person is in the room.",
)
@click.option(
    "--ttl",
    type=click.IntRange(min=1),
    default=3600,
    show_default=True,
    help="How many seconds the token is valid.",
)
@click.option("--name", help="A name for people to read. The server does not keep it.")
@click.option(
    "--buy/--no-buy",
    default=None,
    help="Whether the person may buy an upgrade.  [default: only hosts may]",
)
@config_option
@setting_options("token_secret")
def token(
    *,
    account: str,
    room: str,
    participant: str,
    role: str,
    ttl: int,
    name: str | None,
    buy: bool | None,
    token_secret: str | None,
) -> None:
    from fullhouse.clock import SystemClock
    from fullhouse.domain.rooms import Role
    from fullhouse.edge.tokens import TokenClaims, issue

    now_s = SystemClock().now_ms() // 1000
    claims = TokenClaims(
        account=account,
        room=room,
        participant=participant,
        role=Role(role),
        expires_at_s=now_s + ttl,
        name=name,
        buy=buy,
    )
    with one_line_if_it_cannot_start():
        secret = Settings.parse({"token_secret": token_secret}).signing_secret()
    click.echo(issue(secret, claims, now_s))


def main() -> None:
    cli(prog_name="fullhouse")


if __name__ == "__main__":
    main()
