"""Every Lua file is registered, keeps its contract header, and lives in its account's slot."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.keys import DEFAULT_KEYS
from fullhouse.store.room_keys import GLOSSARY, RoomKeys
from fullhouse.store.script_source import source_of
from fullhouse.store.scripts import Scripts

if TYPE_CHECKING:
    from redis.asyncio import Redis

LUA = Path(str(files("fullhouse.store"))) / "lua"
SCRIPTS = sorted(path.stem for path in LUA.glob("*.lua"))
HEADER = ("KEYS", "ARGV", "Returns", "Atomic", "Repeat", "Cost")

TAKE_NEW_MEMORY = {
    "admit",
    "limit_rate",
    "note_key_uses",
    "save_quote",
    "count_connections",
    "open_room",
    "poll",
    "probe",
    "reopen_room",
    "start_purchase",
    "watch_rooms",
}
"""They make the store grow, so a full one refuses them. What frees, keeps or is paid for runs."""

MAX_LINES = 80


def header_of(script: str) -> list[str]:
    """The comment between the `#!lua` line and the body."""
    lines = (LUA / f"{script}.lua").read_text().splitlines()[1:]
    body = next(i for i, line in enumerate(lines) if not line.startswith("--"))
    return lines[:body]


def test_every_file_is_a_field_and_every_field_a_file() -> None:
    assert sorted(field.name for field in fields(Scripts)) == SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_header_says_what_a_caller_must_know_in_a_fixed_order(script: str) -> None:
    header = header_of(script)

    named = [match[1] for line in header if (match := re.match(r"-- ([A-Z][A-Za-z]+)\b", line))]
    first_of_each = list(dict.fromkeys(name for name in named if name in HEADER))

    assert header[0].startswith(f"-- {script}: ")
    assert first_of_each == [name for name in HEADER if name != "ARGV" or "ARGV" in named]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_takes_arguments_describes_them(script: str) -> None:
    text = (LUA / f"{script}.lua").read_text()
    body = text[text.index("\n\n") :]
    takes = re.search(r"\bARGV\b", body)

    assert bool(takes) == any(line.startswith("-- ARGV[") for line in header_of(script))


@pytest.mark.parametrize("script", SCRIPTS)
def test_only_what_takes_new_memory_is_refused_by_a_full_store(script: str) -> None:
    shebang = (LUA / f"{script}.lua").read_text().splitlines()[0]

    if script in TAKE_NEW_MEMORY:
        assert shebang == "#!lua"
    else:
        assert shebang in {"#!lua flags=allow-oom", "#!lua flags=no-writes"}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_script_compiles_with_its_parts(redis: Redis, script: str) -> None:
    assert await redis.script_load(source_of(script))


@pytest.mark.parametrize(
    "path", sorted(LUA.rglob("*.lua")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_file_is_short_and_calls_no_clock_of_its_own(path: Path) -> None:
    """The house clock is advanced in one place, so a test can pass the instant in."""
    text = path.read_text()

    limit = MAX_LINES if path.parent == LUA else 300
    assert len(text.splitlines()) <= limit
    assert ("'TIME'" in text) == (path.stem == "time")


@pytest.mark.parametrize("path", sorted(LUA.rglob("*.lua")), ids=lambda path: path.stem)
def test_no_key_name_is_built_inside_a_script(path: Path) -> None:
    """A cluster must see them all in KEYS. The channel is no key: listing it would fail calls."""
    built = [line for line in path.read_text().splitlines() if "':' .." in line]

    assert all("SPUBLISH" in line for line in built)


def test_all_keys_of_an_account_share_its_slot() -> None:
    account = AccountKeys("acme")
    of_the_room = RoomKeys(RoomRef("acme", "hall")).all()
    of_the_account = [
        account.record,
        account.live_rooms,
        account.ledger,
        account.purchases,
        account.under_way,
        account.quote("q"),
        account.order("{k}"),
        account.closed_rooms,
        account.closed_rooms_unsorted,
        account.deleted_epoch,
        account.deleted_version,
        account.purchase_times,
    ]

    assert len(set(of_the_room)) == len(GLOSSARY)
    assert all(key.startswith("fh:{acme}:") for key in [*of_the_room, *of_the_account])


def test_the_channel_is_in_no_list_of_keys() -> None:
    room = RoomKeys(RoomRef("acme", "hall"))

    assert DEFAULT_KEYS.events_channel("acme") not in room.all()
