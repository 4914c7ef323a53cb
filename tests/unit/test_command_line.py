from __future__ import annotations

import errno
import json
import re
import shlex
import socket
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from fullhouse.__main__ import _check_address, cli, serve
from fullhouse.clock import SystemClock
from fullhouse.domain.rooms import Role
from fullhouse.edge.tokens import verify
from fullhouse.setting_row import SettingsError, option_of, variable_of
from fullhouse.settings import rows
from tests.servers import free_port
from tests.signing_keys import public

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECRET = "s" * 32
ADA = shlex.split("token --account acme --room launch --participant ada --role attendee")


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """As from a shell whose environment has nothing of ours but `env`."""
    empty = {variable_of(name): None for name in (*rows(), "config")}
    return CliRunner().invoke(cli, arguments, prog_name="fullhouse", env={**empty, **(env or {})})


def refusal(*options: str) -> str:
    """The one line of a server that cannot start.

    In a process of its own: a server takes the signals and the loggers of its process.
    """
    needed = ["--api-keys", "k" * 32, "--token-secret", SECRET, "--port", "0"]
    ended = subprocess.run(
        [sys.executable, "-m", "fullhouse", "serve", *needed, *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    return line


def test_help_names_every_command_and_shows_how_to_begin() -> None:
    said = run("--help").stdout

    for command in ("bench", "demo", "serve", "simulate", "token"):
        assert f"  {command} " in said
    assert "fullhouse serve --port 8001 --redis-url redis://" in said


def test_help_imports_no_command() -> None:
    """It is typed often, and must work where only a part is installed."""
    script = "import sys, fullhouse.__main__ as m; m.cli(['--help'], standalone_mode=False)"
    heavy = {"starlette", "uvicorn", "redis", "rich", "fullhouse_bench", "fullhouse_demo"}

    loaded = subprocess.run(
        [sys.executable, "-c", f"{script}; print('loaded', *sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr.split()

    assert loaded[0] == "loaded"
    assert heavy & set(loaded) == set()


def test_every_setting_is_an_option_with_its_variable_in_the_help() -> None:
    said = run("serve", "--help").stdout

    for name in rows():
        assert f"{option_of(name)} " in said
        assert f"[{variable_of(name)};" in said


def test_an_option_wins_over_its_variable() -> None:
    env = {"FULLHOUSE_PORT": "1", "FULLHOUSE_BEAT_S": "2"}

    context = CliRunner(env=env)
    with context.isolation():
        given = serve.make_context("serve", ["--port", "9"]).params

    assert (given["port"], given["beat_s"]) == ("9", "2")


@pytest.mark.parametrize(
    ("env", "line"),
    [
        (
            {},
            "Error: FULLHOUSE_API_KEYS: is required, for your platform's backend; "
            "make a key with: openssl rand -hex 16\n",
        ),
        (
            {"FULLHOUSE_API_KEYS": "key"},
            "Error: FULLHOUSE_TOKEN_SECRET: is required, to sign room tokens; "
            "make a secret with: openssl rand -hex 32\n",
        ),
        ({"FULLHOUSE_PORT": "http"}, "Error: FULLHOUSE_PORT: must be a whole number\n"),
        (
            {"FULLHOUSE_REDIS_URL": "redis+cluster://a:1/3"},
            "Error: FULLHOUSE_REDIS_URL: a cluster has only database 0: leave the path out of "
            "the URL\n",
        ),
    ],
)
def test_a_server_that_may_not_start_says_why_in_one_line(
    env: Mapping[str, str], line: str
) -> None:
    result = run("serve", env=env)

    assert result.stderr == line
    assert result.exit_code == 1


def test_a_catalogue_that_cannot_be_sold_from_is_told_in_one_line(tmp_path: Path) -> None:
    catalogue = tmp_path / "plans.toml"
    catalogue.write_text("no toml")

    line = refusal("--plans", str(catalogue))

    assert line.startswith(f"Error: FULLHOUSE_PLANS: {catalogue}: ")


def test_a_key_with_the_name_of_a_secret_is_told_in_one_line(tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [public("ES256")]}))

    line = refusal("--token-jwks", str(jwks), "--token-secret", f"ES256={SECRET},b={SECRET}")

    assert line == f"Error: FULLHOUSE_TOKEN_JWKS: {jwks}: 'ES256' is also the name of a secret"


def test_a_store_that_is_not_there_is_told_in_one_line() -> None:
    url = f"redis://127.0.0.1:{free_port()}"

    line = refusal("--redis-url", url, "--start-s", "0")

    assert line.startswith("Error: The store cannot be reached: ")


@pytest.mark.parametrize("option", ["socket_timeout=soon", "sockets=2"])
def test_a_store_url_with_a_wrong_option_is_told_in_one_line(option: str) -> None:
    line = refusal("--redis-url", f"redis://:hunter2@127.0.0.1:{free_port()}?{option}")

    assert line.startswith("Error: FULLHOUSE_REDIS_URL: ")
    assert option.partition("=")[0] in line
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("host", "variable"), [("127.0.0.1", "PORT"), ("nowhere.invalid", "HOST")]
)
def test_an_address_that_cannot_be_listened_on_is_told_in_one_line(
    host: str, variable: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        line = refusal("--host", host, "--port", str(port))

    reason = re.fullmatch(
        rf"Error: FULLHOUSE_{variable}: cannot listen on {host}:{port}: (.+)", line
    )
    assert reason
    assert str(port) not in reason[1]  # asyncio says all of it again


@pytest.mark.parametrize("name", ["demo", "simulate"])
def test_a_command_that_lives_elsewhere_is_found_when_asked_for(name: str) -> None:
    result = run(name, "--help")

    assert result.stdout.startswith(f"Usage: fullhouse {name} ")


def test_a_token_says_who_may_do_what_where() -> None:
    result = run(*ADA, "--name", "Ada", env={"FULLHOUSE_TOKEN_SECRET": SECRET})

    claims = verify(SECRET, result.stdout.strip(), SystemClock().now())
    assert (claims.account, claims.room, claims.participant) == ("acme", "launch", "ada")
    assert (claims.role, claims.name, claims.buy) == (Role.ATTENDEE, "Ada", None)


@pytest.mark.parametrize(("option", "buy"), [("--buy", True), ("--no-buy", False)])
def test_a_token_may_allow_or_forbid_buying(option: str, buy: bool) -> None:
    result = run(*ADA, option, env={"FULLHOUSE_TOKEN_SECRET": SECRET})

    assert verify(SECRET, result.stdout.strip(), SystemClock().now()).buy is buy


def test_a_token_lives_as_long_as_asked_for() -> None:
    before = SystemClock().now()
    result = run(*ADA, "--ttl", "60", "--token-secret", SECRET)

    claims = verify(SECRET, result.stdout.strip(), before)
    life = timedelta(seconds=claims.expires_at_s - before.timestamp())
    assert timedelta(seconds=59) <= life <= timedelta(seconds=120)


def test_a_token_needs_the_secret() -> None:
    result = run(*ADA)

    assert result.stderr.startswith("Error: FULLHOUSE_TOKEN_SECRET: is required")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [("--room", "a room"), ("--account", ""), ("--role", "admin"), ("--ttl", "0")],
)
def test_a_token_for_nobody_is_refused_by_the_name_of_the_option(option: str, value: str) -> None:
    result = run(*ADA, option, value, env={"FULLHOUSE_TOKEN_SECRET": SECRET})

    assert option in result.stderr
    assert result.exit_code == click.UsageError.exit_code


def test_a_shell_can_complete_every_command() -> None:
    offered = ShellComplete(cli, {}, "fullhouse", "_FULLHOUSE_COMPLETE").get_completions([], "")

    assert [item.value for item in offered] == [
        "bench",
        "demo",
        "keys",
        "serve",
        "simulate",
        "token",
        "webhooks",
    ]


def test_an_unknown_command_is_refused() -> None:
    assert "No such command 'srve'" in run("srve").stderr


def test_a_port_that_only_root_may_open_is_not_said_to_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("fullhouse.edge.sockets.check_address", refuse)

    with pytest.raises(SettingsError) as refused:
        _check_address("127.0.0.1", 80)

    assert str(refused.value) == (
        "FULLHOUSE_PORT: cannot listen on 127.0.0.1:80: "
        "this user may not open this port; choose one from 1024 on"
    )


def test_a_file_of_settings_counts_below_variables_and_options(tmp_path: Path) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_text("port = 1\nbeat_s = 2\nlease_s = 30\ngrace_s = ''\n")
    env = {"FULLHOUSE_CONFIG": str(file), "FULLHOUSE_PORT": "3", "FULLHOUSE_BEAT_S": ""}

    with CliRunner(env=env).isolation():
        given = serve.make_context("serve", ["--lease-s", "40"]).params

    assert (given["port"], given["beat_s"], given["lease_s"]) == ("3", "2", "40")
    assert "config" not in given


def test_a_token_is_signed_with_the_secret_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_text(f"token_secret = '{SECRET}'\nport = 9\n")

    result = run(*ADA, "--config", str(file))

    assert verify(SECRET, result.stdout.strip(), SystemClock().now()).participant == "ada"
    assert result.stderr == ""


def test_a_file_with_a_misspelt_name_is_warned_about_and_a_wrong_value_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_text("prot = 1\nport = 'http'\n")

    result = run("serve", "--config", str(file))

    assert result.stderr == (
        f"Warning: {file}: prot is unknown and ignored; did you mean port?\n"
        "Error: FULLHOUSE_PORT: must be a whole number\n"
    )


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    result = run("serve", "--config", str(tmp_path / "none.toml"))

    assert result.stderr.startswith("Error: FULLHOUSE_CONFIG: ")
    assert result.stderr.count("\n") == 1
