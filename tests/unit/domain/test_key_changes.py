"""The rules by which platform keys come, are replaced, and end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fullhouse.domain.api_keys import (
    ApiKey,
    KeyScope,
    credential_of,
    digest_of,
    id_in,
    stricter,
)
from fullhouse.domain.key_changes import (
    KEPT_MS,
    MOST_KEYS,
    KeyRefused,
    KeyTerms,
    created,
    ended_again,
    new_key,
    revoked,
    rotated,
)

NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
BACKEND = KeyTerms(name="backend", scopes=frozenset({KeyScope.PLATFORM, KeyScope.READ}))


def key(id_: str = "a", terms: KeyTerms = BACKEND, at_ms: int = NOW_MS) -> ApiKey:
    return new_key(terms, id_=id_, digest=digest_of(id_), now_ms=at_ms)


def rotate(keys: list[ApiKey], *, overlap_ms: int = DAY_MS, at_ms: int = NOW_MS) -> list[ApiKey]:
    change = rotated(
        keys, "backend", id_="new", digest=digest_of("new"), now_ms=at_ms, overlap_ms=overlap_ms
    )
    return list(change.saved)


def test_a_credential_names_its_id_and_is_stored_as_a_digest_only() -> None:
    credential = credential_of("0123456789ab", "s" * 43)

    made = replace(key("0123456789ab"), digest=digest_of(credential))

    assert id_in(credential) == "0123456789ab"
    assert made.is_of(credential)
    assert not made.is_of(credential[:-1] + "t")
    assert "s" * 43 not in repr(made)
    assert made.digest not in repr(made)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fh_",
        "fh_0123456789ab_",
        f"fh_0123456789AB_{'s' * 43}",
        f"fh_0123456789ab_{'s' * 44}",
        f"fh_0123456789ab_{'s' * 43}\n",
        f"fh_\u0660123456789ab_{'s' * 43}",
    ],
)
def test_other_text_names_no_key(text: str) -> None:
    assert id_in(text) is None


def test_a_key_may_do_what_its_scopes_say_and_nothing_that_has_none() -> None:
    made = key()

    assert [scope for scope in KeyScope if made.allows(scope)] == [
        KeyScope.PLATFORM,
        KeyScope.READ,
    ]
    assert not made.allows(None)


def test_a_key_of_one_account_is_for_no_other_and_for_no_list_of_all() -> None:
    made = key(terms=replace(BACKEND, account="acme"))

    assert [made.is_for(account) for account in ("acme", "ACME", "other", None)] == [
        True,
        False,
        False,
        False,
    ]


def test_a_key_is_valid_until_its_end_and_not_a_moment_longer() -> None:
    made = key(terms=replace(BACKEND, lasts_ms=DAY_MS))

    assert made.is_valid_at(NOW_MS + DAY_MS - 1)
    assert not made.is_valid_at(NOW_MS + DAY_MS)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "two words"},
        {"name": "configured-1"},
        {"scopes": frozenset()},
        {"account": "a/b"},
    ],
    ids=str,
)
def test_terms_that_make_no_sense_name_what_is_wrong(changes: dict[str, Any]) -> None:
    (field,) = changes

    with pytest.raises(KeyRefused, match=f"^{field.removesuffix('s')}"):
        replace(BACKEND, **changes)


def test_a_name_is_taken_while_a_key_of_it_is_valid() -> None:
    first = key(terms=replace(BACKEND, lasts_ms=DAY_MS))

    with pytest.raises(KeyRefused, match="rotate"):
        created([first], key("b"))
    assert created([first], key("b", at_ms=NOW_MS + DAY_MS)).saved[0].id == "b"


def test_a_replaced_key_works_through_the_overlap_and_the_new_one_has_its_rights() -> None:
    terms = replace(BACKEND, account="acme", lasts_ms=90 * DAY_MS)
    old = key(terms=terms, at_ms=NOW_MS - 30 * DAY_MS)

    ended, made = rotate([old])

    assert (ended.id, ended.ends_at_ms, ended.is_revoked) == ("a", NOW_MS + DAY_MS, False)
    assert (made.scopes, made.account) == (old.scopes, "acme")
    assert made.ends_at_ms == NOW_MS + 90 * DAY_MS


def test_a_replacement_lasts_as_long_as_its_first_even_after_a_shortened_one() -> None:
    old = key()
    ended, second = rotate([old])
    (withdrawn,) = revoked([ended, second], "new", NOW_MS).saved

    *_, third = rotate([ended, withdrawn], at_ms=NOW_MS + 1)

    assert third.ends_at_ms is None


def test_without_an_overlap_the_old_key_ends_whatever_the_clocks_of_nodes_say() -> None:
    ended, _ = rotate([key()], overlap_ms=0)

    assert not ended.is_valid_at(NOW_MS - DAY_MS)


def test_an_overlap_makes_no_key_last_longer() -> None:
    first = key(terms=replace(BACKEND, lasts_ms=1000))

    ended, _ = rotate([first])

    assert ended.ends_at_ms == NOW_MS + 1000


def test_only_a_valid_key_can_be_replaced() -> None:
    over = revoked([key()], "a", NOW_MS).saved

    with pytest.raises(KeyRefused, match="backend"):
        rotate(list(over))


def test_a_name_revokes_all_of_its_keys_and_an_id_one() -> None:
    keys = [key("a"), key("b"), key("c", replace(BACKEND, name="other"))]

    assert [each.id for each in revoked(keys, "backend", NOW_MS).saved] == ["a", "b"]
    assert [each.id for each in revoked(keys, "b", NOW_MS).saved] == ["b"]
    with pytest.raises(KeyRefused, match="nobody"):
        revoked(keys, "nobody", NOW_MS)


def test_a_revoked_key_stays_revoked_on_a_node_whose_clock_is_behind() -> None:
    (ended,) = revoked([key()], "a", NOW_MS).saved

    assert not ended.is_valid_at(NOW_MS - DAY_MS)
    assert revoked([ended], "a", NOW_MS + 1).saved == ()


def test_an_older_copy_of_the_store_revives_no_key() -> None:
    copy = [key("a"), key("b"), key("c")]
    (a,) = revoked(copy, "a", NOW_MS).saved
    b = replace(copy[1], ends_at_ms=NOW_MS + DAY_MS)

    assert ended_again(copy, {"a": a, "b": b, "gone": key("gone")}).saved == (a, b)
    assert ended_again([a, b], {"a": copy[0], "b": copy[1]}).saved == ()


STATES = some.builds(
    lambda end, is_revoked: replace(key(), ends_at_ms=end, is_revoked=is_revoked),
    some.none() | some.integers(0, 9),
    some.booleans(),
)


@given(STATES, STATES, STATES)
def test_ends_may_be_heard_in_any_order_and_any_number_of_times(
    one: ApiKey, other: ApiKey, third: ApiKey
) -> None:
    """Nodes and copies of the store learn of ends in different orders."""
    assert stricter(one, other) == stricter(other, one)
    assert stricter(one, one) == one
    assert stricter(stricter(one, other), third) == stricter(one, stricter(other, third))


def test_keys_that_ended_long_ago_make_room() -> None:
    (over,) = revoked([key("old")], "old", NOW_MS).saved
    full = [over, *(key(str(i), replace(BACKEND, name=f"k{i}")) for i in range(MOST_KEYS - 1))]

    with pytest.raises(KeyRefused, match=str(MOST_KEYS)):
        created(full, key("b", at_ms=NOW_MS + KEPT_MS - 1))
    change = created(full, key("b", at_ms=NOW_MS + KEPT_MS))

    assert change.forgotten == ("old",)
