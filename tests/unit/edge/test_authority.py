"""Keys and tokens told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.api_keys import ApiKey, KeyScope
from fullhouse.domain.callers import ANYONE, Caller
from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role
from fullhouse.edge.http.authority import Authenticated, Authority, Keyring, Who, check_allowed
from fullhouse.edge.tokens import TokenClaims

if TYPE_CHECKING:
    from tests.fakes import FakeClock

KEYS = ["key-one", "schlüssel-zwei"]


@pytest.fixture
def authority(clock: FakeClock) -> Authority:
    return Authority(Keyring.of(KEYS), clock, "s" * 32)


def claims(clock: FakeClock, role: Role = Role.HOST) -> TokenClaims:
    return TokenClaims("acme", "hall", "ada", role, clock.now_ms() // 1000 + 60)


@pytest.mark.parametrize("key", KEYS)
async def test_each_configured_key_is_known_by_its_place_in_the_list(
    authority: Authority, key: str
) -> None:
    name = f"configured-{KEYS.index(key) + 1}"

    found = await authority.authenticated(Who.PLATFORM, f"Bearer {key}")

    assert found == Authenticated(Caller("key", key=name))


async def test_a_ring_without_keys_opens_for_nobody(clock: FakeClock) -> None:
    authority = Authority(Keyring.of([]), clock, "s" * 32)

    with pytest.raises(Unauthenticated):
        await authority.authenticated(Who.PLATFORM, "Bearer key-one")


async def test_who_is_not_asked_stays_a_stranger(authority: Authority) -> None:
    found = await authority.authenticated(Who.ANYONE, "Bearer key-one")

    assert found == Authenticated(ANYONE)


async def test_a_token_that_was_signed_here_is_known_again(
    authority: Authority, clock: FakeClock
) -> None:
    signed = authority.token_of(claims(clock))

    for who in (Who.BUYER, Who.PERSON):
        found = await authority.authenticated(who, f"Bearer {signed}")

        assert found.claims == claims(clock)
        assert found.caller == Caller(
            "person", participant="ada", role=Role.HOST, account="acme", room="hall"
        )


def test_a_call_of_a_buyer_that_names_no_account_is_for_no_token(clock: FakeClock) -> None:
    found = Authenticated.by_token(claims(clock))

    check_allowed(found, Who.BUYER, "acme", None)
    with pytest.raises(Forbidden):
        check_allowed(found, Who.BUYER, None, None)


def test_neither_keys_nor_secret_stand_in_what_a_log_could_show(authority: Authority) -> None:
    assert repr(authority.keys) == "Keyring()"
    assert authority.token_secret not in repr(authority)


def test_a_call_that_names_no_scope_is_for_configured_keys_only() -> None:
    """Deny by default: so a new call without a scope is for no stored key, whatever its scopes."""
    key = ApiKey("a", "all", frozenset(KeyScope), account=None, digest="", created_at_ms=0)

    check_allowed(Authenticated(Caller("key", key="configured-1")), Who.PLATFORM, None, None)
    with pytest.raises(Forbidden):
        check_allowed(Authenticated(Caller("key", key="all"), key=key), Who.PLATFORM, None, None)
