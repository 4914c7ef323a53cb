from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.config_file import read_config
from fullhouse.setting_names import LATER, unknown_names, unknown_variables
from fullhouse.setting_row import SettingsError
from fullhouse.settings import rows

if TYPE_CHECKING:
    from pathlib import Path


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant() -> None:
    environment = {
        "FULLHOUSE_GRACE": "9",
        "FULLHOUSE_ZZZ": "1",
        "FULLHOUSE_PORT": "1",
        "FULLHOUSE_CONFIG": "fullhouse.toml",
        "FULLHOUSE_BENCH_CACHE": "cache",
        "HOME": "/",
    }

    assert list(unknown_variables(environment)) == [
        "FULLHOUSE_GRACE is unknown and ignored; did you mean FULLHOUSE_GRACE_S?",
        "FULLHOUSE_ZZZ is unknown and ignored",
    ]


@pytest.mark.parametrize("variable", ["FULLHOUSE_port", "fullhouse_port", "FULLHOUSE_workers"])
def test_a_variable_in_lower_case_is_no_setting(variable: str) -> None:
    """Nothing reads it: silence would let its writer believe in it."""
    (line,) = unknown_variables({variable: "4"})

    assert line.startswith(f"{variable} is unknown and ignored")


def test_what_kubernetes_adds_for_a_service_of_our_name_is_no_misspelling() -> None:
    names = ("SERVICE_HOST", "SERVICE_PORT_HTTP", "PORT_8000_TCP", "PORT_8000_TCP_ADDR")

    assert list(unknown_variables({f"FULLHOUSE_{name}": "1" for name in names})) == []


def test_a_setting_that_would_do_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LATER, "teleport", frozenset({"0", "false"}))

    with pytest.raises(SettingsError, match=r"^FULLHOUSE_TELEPORT: belongs to a feature that"):
        list(unknown_variables({"FULLHOUSE_TELEPORT": "1"}))
    assert list(unknown_variables({"FULLHOUSE_TELEPORT": "false"})) == []


def test_no_setting_is_of_a_later_version_and_of_this_one() -> None:
    assert rows().keys().isdisjoint(LATER)


def test_a_file_has_texts_numbers_and_lists(tmp_path: Path) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_text("port = 80\nbeat_s = 2.5\nprefix = 'a'\napi_keys = ['one', 'two']\nx = true\n")

    assert read_config(file) == {
        "port": "80",
        "beat_s": "2.5",
        "prefix": "a",
        "api_keys": "one,two",
        "x": "true",
    }


def test_a_file_may_begin_with_the_mark_of_an_editor(tmp_path: Path) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_bytes(b"\xef\xbb\xbfport = 80\n")

    assert read_config(file) == {"port": "80"}


def test_names_of_a_file_are_told_as_it_writes_them() -> None:
    given = {
        "GRACE_S": "1",
        "FULLHOUSE_GRACE_S": "1",
        "redis-url": "x",
        "config": "y",
        "port": "1",
    }

    assert list(unknown_names(given)) == [
        "GRACE_S is unknown and ignored; did you mean grace_s?",
        "FULLHOUSE_GRACE_S is unknown and ignored; did you mean grace_s?",
        "redis-url is unknown and ignored; did you mean redis_url?",
        "config is unknown and ignored",
    ]


def test_a_table_of_settings_is_not_taken_for_a_setting(tmp_path: Path) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_text("[fullhouse]\nport = 80\n")

    with pytest.raises(SettingsError, match=r"not in a table \[fullhouse\]$"):
        read_config(file)


@pytest.mark.parametrize(
    "text",
    [
        "port = ",
        "[server]\nport = 1",
        "api_keys = ['hunter2', 1]",
        "api_keys = ['hunter2,three']",
        "token_secret = hunter2",
        "\udcff",
    ],
)
def test_a_file_that_is_wrong_is_told_without_its_values(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fullhouse.toml"
    file.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(SettingsError) as refused:
        read_config(file)

    line = str(refused.value)
    assert line.startswith("FULLHOUSE_CONFIG: ")
    assert str(file) in line
    assert "hunter2" not in line
    assert "\n" not in line
