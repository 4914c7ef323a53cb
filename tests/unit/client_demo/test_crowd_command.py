"""`fullhouse simulate` reads its options, and says what is wrong or that nobody came."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from math import inf
from pathlib import Path

import click
import jwt
import pytest
from click.testing import CliRunner, Result

from fullhouse_demo.crowd.command import command
from fullhouse_demo.crowd.options import Duration, NodeAddress, api_base
from fullhouse_demo.crowd.tokens import SignedTokens

SECRET = "a secret for tests, long enough for HS256"
UNSET = {"FULLHOUSE_TOKEN_SECRET": "", "FULLHOUSE_API_KEYS": ""}


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address at which nobody listens, taken so that nobody can begin to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def simulate(*options: str) -> Result:
    return CliRunner().invoke(command, options, env=UNSET)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("forever", inf)]
)
def test_durations_are_read_with_their_unit(text: str, seconds: float) -> None:
    assert Duration(forever=True).convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1s", "1d", "forever"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="not a duration such as 90s, 2m, 1h"):
        Duration().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "address", "api"),
    [
        ("http://h:8000", "ws://h:8000/v1/connect", "http://h:8000"),
        ("https://h/", "wss://h/v1/connect", "https://h"),
        ("ws://[::1]:8000/v1/connect", "ws://[::1]:8000/v1/connect", "http://[::1]:8000"),
        ("wss://h/events/", "wss://h/events/v1/connect", "https://h/events"),
    ],
)
def test_an_address_may_be_written_for_either_protocol(text: str, address: str, api: str) -> None:
    node = NodeAddress().convert(text, None, None)

    assert (node, api_base(node)) == (address, api)


@pytest.mark.parametrize(
    "text",
    ["localhost:8000", "ftp://h", "http://", "file:///etc/passwd", "http://[h", "http://h:port"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="not an address such as"):
        NodeAddress().convert(text, None, None)


@pytest.mark.parametrize("option", ["--account", "--room"])
def test_what_is_no_id_is_refused(option: str) -> None:
    result = simulate(option, "main hall")

    assert result.exit_code == 2
    assert f"Invalid value for '{option}': 'main hall' is not an id" in result.output


@pytest.mark.parametrize("option", ["--speed", "--leaving"])
def test_what_is_no_number_is_refused(option: str) -> None:
    result = simulate(option, "nan")

    assert result.exit_code == 2
    assert f"Invalid value for '{option}': 'nan' is not a number" in result.output


async def test_a_signed_token_carries_the_claims_of_an_attendee() -> None:
    tokens = SignedTokens(SECRET, "acme", "hall", now_s=lambda: 2_000_000_000.7)

    token = await tokens.token("sim-1", "Guest 1")

    assert jwt.decode(token, SECRET, algorithms=["HS256"], audience="fullhouse") == {
        "aud": "fullhouse",
        "sub": "sim-1",
        "acct": "acme",
        "room": "hall",
        "role": "attendee",
        "name": "Guest 1",
        "exp": 2_000_003_600,
    }


def test_help_teaches_by_examples() -> None:
    told = simulate("--help").output

    assert "fullhouse simulate --attendees 60 --over 60s" in told
    assert "--speed 30" in told


def test_without_secret_or_key_it_says_which_to_give() -> None:
    result = simulate()

    assert result.exit_code == 2
    assert "--token-secret" in result.output
    assert "FULLHOUSE_API_KEYS" in result.output


def test_a_secret_that_no_server_takes_is_refused() -> None:
    assert "32 bytes at least" in simulate("--token-secret", "short").output


def test_a_bad_list_is_refused_by_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Full Name,User Action,Timestamp\nAda,Waved,2025-03-14 10:00:00\n")

    result = simulate("--attendance", str(path), "--token-secret", SECRET)

    assert result.exit_code == 2
    assert "list.csv: no row of the list can be used" in result.output
    assert "row 1 (line 2): 'Waved' is no word for joining or leaving" in result.output


def test_skipped_rows_are_told_beside_the_summary(nowhere: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [f"Ada{n},Waved,2025-03-14 10:00:00" for n in range(25)]
    path.write_text("\n".join(["Name,Action,Time", *rows, "Ada,Joined,2025-03-14 10:00:00"]))
    options = ("--attendance", str(path), "--stay", "0.2s", "--url", nowhere, "--json")

    result = simulate(*options, "--token-secret", SECRET)

    assert "list.csv: 25 rows were skipped:\n  row 1 (line 2): 'Waved'" in result.stderr
    assert "  and 5 more\n" in result.stderr
    assert json.loads(result.stdout.splitlines()[0])["people"] == 1


def test_a_zone_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.touch()

    result = simulate("--attendance", str(path), "--time-zone", "Mars/Base")

    assert result.exit_code == 2
    assert "'Mars/Base' is not a time zone such as Europe/Madrid" in result.output


def test_if_nobody_could_connect_it_fails_and_says_what_to_do(nowhere: str) -> None:
    options = ("--attendees", "2", "--over", "0s", "--stay", "0.3s", "--url", nowhere)

    result = simulate(*options, "--token-secret", SECRET)

    assert result.exit_code == 1
    last = result.output.splitlines()[-1]
    assert last.startswith("Error: Nobody could connect: nobody listens at")
    assert "fullhouse serve" in last


def test_json_stands_alone_on_stdout(nowhere: str) -> None:
    options = ("--attendees", "2", "--over", "0s", "--stay", "0.2s", "--url", nowhere)

    result = simulate(*options, "--api-key", "key-1, key-2", "--json", "--seed", "7")

    summary = json.loads(result.stdout)
    assert (summary["seed"], summary["people"], summary["reached"]) == (7, 2, 0)
    assert all("the platform API does not answer" in reason for reason in summary["errors"])
