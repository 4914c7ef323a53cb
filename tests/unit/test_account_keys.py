"""Keys of an account share its slot; names of accounts are spread over 64 sets."""

from __future__ import annotations

import pytest
from redis.crc import key_slot

from fullhouse.domain.rooms import RoomRef
from fullhouse.store.account_keys import AccountKeys
from fullhouse.store.keys import DEFAULT_KEYS, INDEX_SETS
from fullhouse.store.room_keys import RoomKeys


@pytest.mark.parametrize("idempotency_key", ["k", "{other}", "}{", "{", ""])
def test_all_keys_of_an_account_share_one_slot(idempotency_key: str) -> None:
    keys = AccountKeys("acme")
    all_keys = [
        keys.record,
        keys.live_rooms,
        keys.ledger,
        keys.purchases,
        keys.under_way,
        keys.quote("q1"),
        keys.order(idempotency_key),
        *RoomKeys(RoomRef("acme", "hall")).all(),
    ]

    assert {key_slot(key.encode()) for key in all_keys} == {key_slot(b"acme")}


def test_names_of_accounts_are_spread_over_all_index_sets() -> None:
    assert len({DEFAULT_KEYS.index_of(f"account-{n}") for n in range(1000)}) == INDEX_SETS
