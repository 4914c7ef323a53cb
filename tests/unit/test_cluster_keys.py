"""In a cluster every key and channel leads to one master, and all of an account to one slot."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.cluster_slots import SLOTS, owners_in, slot_of, tag_in
from fullhouse.store.keys import INDEX_SETS, SLOTS_OF_PART, Index, KeySpace

KEYS = KeySpace(in_cluster=True)
LUA = Path(__file__).parents[2] / "server" / "fullhouse" / "store" / "lua"
ARGUMENTS = {"quote": "q1", "quotes_of": "ada", "order": "{other}", "trail": "people"}
OF_ONE_ACCOUNT = [
    name for name in vars(AccountKeys) if name not in {each.name for each in fields(AccountKeys)}
]


def account_key(name: str) -> str:
    member = getattr(AccountKeys("acme"), name)
    key: str = member(ARGUMENTS[name]) if callable(member) else member
    return key


@pytest.mark.parametrize("name", [name for name in OF_ONE_ACCOUNT if not name.startswith("_")])
def test_every_key_of_an_account_is_in_its_slot(name: str) -> None:
    assert slot_of(account_key(name)) == slot_of("acme")


def test_every_key_and_channel_of_a_room_is_in_the_slot_of_its_account() -> None:
    ref = RoomRef("acme", "hall")
    names = [*KEYS.room(ref).all(), KEYS.message_rate(ref, "ada"), KEYS.events_channel("acme")]
    names.append(KEYS.connections(ref, "ada"))

    assert {slot_of(name) for name in names} == {slot_of("acme")}


@pytest.mark.parametrize("account", ["acme", "b", "x9", "a-long-name-of-an-account"])
def test_the_indexes_of_an_account_are_near_its_slot(account: str) -> None:
    indexes = [value for value in map(value_of, vars(KeySpace)) if isinstance(value, Index)]
    part = KEYS.part_of(account)
    names = [KEYS.index_of(account), KEYS.sweeps(part), *(index.of(account) for index in indexes)]

    assert len(indexes) == 5
    assert {slot_of(name) // SLOTS_OF_PART for name in names} == {
        slot_of(account) // SLOTS_OF_PART
    }


def value_of(name: str) -> object:
    return getattr(KEYS, name)


def test_an_index_has_a_key_for_each_part_of_the_slots() -> None:
    keys = KEYS.due_accounts.all()

    assert len(set(keys)) == INDEX_SETS
    assert [slot_of(key) // SLOTS_OF_PART for key in keys] == list(range(INDEX_SETS))


def test_what_is_tried_or_probed_is_at_the_master_of_the_tag() -> None:
    tag = tag_in(range(9000, 9010))
    names = [*KEYS.trials(tag), KEYS.probe(tag), KEYS.probe_channel(tag)]

    assert {slot_of(name) for name in [*names, KEYS.canary_channel("node", tag)]} == {slot_of(tag)}


def test_no_script_names_a_key_or_lists_a_channel_by_itself() -> None:
    """A listed channel would be a missing key: every call would fail while its slot moves.

    A key that is not listed would be written at a server that may not have it.
    """
    built = re.compile(r"redis\.p?call\(\s*'(\w+)',\s*(?:'|[\w.\[\]]+ \.\.)")
    published = re.compile(r"'SPUBLISH',\s*([^,]+),")
    texts = [path.read_text() for path in LUA.rglob("*.lua")]

    commands = {match for text in texts for match in built.findall(text)}
    channels = {match for text in texts for match in published.findall(text)}
    assert commands == {"INFO", "SPUBLISH"}
    assert channels == {"channel", "prefix .. DATABASE .. ':' .. tag .. ':events'"}


def test_a_server_that_leaves_out_its_own_host_is_the_one_that_was_asked() -> None:
    rows = [[0, 5460, [b"", 7000, b"id"]], [5461, 5461, [b"10.0.0.2", 7001, b"id"], [b"r", 1]]]

    owners = owners_in(rows, "10.0.0.1")

    assert owners[5460:5463] == [("10.0.0.1", 7000), ("10.0.0.2", 7001), None]
    assert len(owners) == SLOTS
