"""Keys and tokens told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.callers import ANYONE, Caller
from fullhouse.domain.errors import Forbidden, Unauthenticated
from fullhouse.domain.rooms import Role
from fullhouse.edge.http.authority import Authenticated, Authority, Keyring, Who
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

    found = await authority.caller(Who.PLATFORM, f"Bearer {key}", "acme")

    assert found == Authenticated(Caller("key", key=name))


async def test_a_ring_without_keys_opens_for_nobody(clock: FakeClock) -> None:
    authority = Authority(Keyring.of([]), clock, "s" * 32)

    with pytest.raises(Unauthenticated):
        await authority.caller(Who.PLATFORM, "Bearer key-one", "acme")


async def test_who_is_not_asked_stays_a_stranger(authority: Authority) -> None:
    assert await authority.caller(Who.ANYONE, "Bearer key-one", None) == Authenticated(ANYONE)


async def test_a_token_that_was_signed_here_is_known_again(
    authority: Authority, clock: FakeClock
) -> None:
    signed = authority.token_of(claims(clock))

    for who, account in ((Who.BUYER, "acme"), (Who.PERSON, None)):
        caller, told = await authority.caller(who, f"Bearer {signed}", account)

        assert told == claims(clock)
        assert caller == Caller(
            "person", participant="ada", role=Role.HOST, account="acme", room="hall"
        )


async def test_a_call_of_a_buyer_that_names_no_account_is_for_no_token(
    authority: Authority, clock: FakeClock
) -> None:
    signed = authority.token_of(claims(clock))

    with pytest.raises(Forbidden):
        await authority.caller(Who.BUYER, f"Bearer {signed}", None)


def test_neither_keys_nor_secret_stand_in_what_a_log_could_show(authority: Authority) -> None:
    assert repr(authority.keys) == "Keyring()"
    assert authority.token_secret not in repr(authority)
