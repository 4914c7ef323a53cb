"""What a node knows of the platform keys: soon enough, and no longer than it may be trusted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from fullhouse.domain.api_keys import ApiKey, KeyScope, credential_of
from fullhouse.domain.errors import StoreUnavailable, Unauthenticated
from fullhouse.domain.key_changes import KeyChange, KeyTerms
from fullhouse.service.key_changes import KeyService
from fullhouse.service.known_keys import NOTED_MS, TRUSTED_S, KnownKeys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes import FakeClock

BACKEND = KeyTerms(name="backend", scopes=frozenset({KeyScope.READ}))
UNKNOWN = credential_of("0" * 12, "x" * 43)


@dataclass
class KeysInMemory:
    """The keys as a store keeps them; it can be away, and be set back to an earlier copy."""

    keys: dict[str, ApiKey] = field(default_factory=dict)
    at: str = ""
    noted: list[Mapping[str, int]] = field(default_factory=list)
    notes_fail: bool = False
    is_away: bool = False
    reads: int = 0

    async def version(self) -> str:
        await self._come()
        self.reads += 1
        return self.at

    async def read(self) -> tuple[str, list[ApiKey]]:
        await self._come()
        return self.at, list(self.keys.values())

    async def save(self, change: KeyChange, *, seen: str, version: str) -> bool:
        await self._come()
        if seen != self.at:
            return False
        self.keys |= {key.id: key for key in change.saved}
        self.at = version
        return True

    async def note_uses(self, uses_ms: Mapping[str, int]) -> None:
        await self._come()
        if self.notes_fail:
            raise StoreUnavailable
        self.noted.append(uses_ms)

    async def _come(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)  # noqa: TID251  # gives way, as a store does
        if self.is_away:
            raise StoreUnavailable


@dataclass
class Node:
    store: KeysInMemory
    known: KnownKeys
    operator: KeyService
    now_s: list[float]

    async def has_key(self, terms: KeyTerms = BACKEND) -> str:
        credential = (await self.operator.create(terms)).credential
        await self.known.step()
        return credential

    async def knows(self, credential: str) -> bool:
        return await self.known.find(credential) is not None


@pytest.fixture
def node(clock: FakeClock) -> Node:
    store, now_s = KeysInMemory(), [0.0]
    versions = (f"again-{n}" for n in count())
    known = KnownKeys(store, clock, lambda: now_s[0], new_id=versions.__next__, pause_s=0)
    return Node(store, known, KeyService(store, clock), now_s)


async def test_a_new_key_works_from_its_first_call_on(node: Node) -> None:
    await node.known.step()
    new = await node.operator.create(BACKEND)

    found = await node.known.find(new.credential)

    assert found == new.key


async def test_a_known_key_costs_the_store_nothing(node: Node) -> None:
    credential = await node.has_key()
    before = node.store.reads

    for _ in range(100):
        assert await node.knows(credential)

    assert node.store.reads == before


async def test_a_revoked_key_ends_with_the_next_step(node: Node) -> None:
    credential = await node.has_key()
    await node.operator.revoke("backend")

    await node.known.step()

    with pytest.raises(Unauthenticated) as refused:
        await node.known.find(credential)
    assert refused.value.cause == "key_ended"
    assert credential not in str(refused.value)


async def test_an_expired_key_ends_by_itself(node: Node, clock: FakeClock) -> None:
    credential = await node.has_key(KeyTerms(name="short", scopes=BACKEND.scopes, lasts_ms=60_000))
    assert await node.knows(credential)

    clock.advance(ms=60_000)

    with pytest.raises(Unauthenticated):
        await node.known.find(credential)


async def test_a_wrong_secret_for_a_known_id_opens_nothing(node: Node) -> None:
    credential = await node.has_key()
    await node.operator.revoke("backend")
    await node.known.step()

    assert not await node.knows(credential[:-1] + ("A" if credential[-1] != "A" else "B"))


async def test_guesses_share_reads(node: Node) -> None:
    """A thousand guesses that come during one read cost one more."""
    await node.known.step()
    before = node.store.reads

    found = await asyncio.gather(*(node.knows(UNKNOWN) for _ in range(1000)))

    assert not any(found)
    assert node.store.reads - before == 1


async def test_a_call_during_a_read_waits_for_a_read_of_its_own(node: Node) -> None:
    """The read under way may have been answered before the key was created."""
    await node.known.step()
    first = asyncio.create_task(node.knows(UNKNOWN))
    await asyncio.sleep(0)  # noqa: TID251  # lets the first one begin
    new = await node.operator.create(BACKEND)

    assert await node.knows(new.credential)
    assert not await first


async def test_text_that_is_no_stored_key_is_no_business_of_the_store(node: Node) -> None:
    node.store.is_away = True

    assert not await node.knows("platform-key-1")
    assert not await node.knows("eyJhbGciOiJIUzI1NiJ9.e30.x")


async def test_known_keys_outlive_a_store_that_is_away_but_not_for_long(node: Node) -> None:
    credential = await node.has_key()
    node.store.is_away = True

    node.now_s[0] += TRUSTED_S
    assert await node.knows(credential)

    node.now_s[0] += 1
    with pytest.raises(StoreUnavailable):
        await node.known.find(credential)

    node.store.is_away = False
    await node.known.step()
    assert await node.knows(credential)


async def test_an_unknown_key_is_not_refused_for_good_while_the_store_is_away(node: Node) -> None:
    await node.known.step()
    node.store.is_away = True

    answers = await asyncio.gather(
        *(node.known.find(UNKNOWN) for _ in range(9)), return_exceptions=True
    )

    assert all(isinstance(answer, StoreUnavailable) for answer in answers)


async def test_an_older_copy_of_the_store_revives_no_key_that_a_node_saw_end(node: Node) -> None:
    credential = await node.has_key()
    copy = dict(node.store.keys), node.store.at
    await node.operator.revoke("backend")
    await node.known.step()

    for _ in range(2):
        node.store.keys, node.store.at = dict(copy[0]), copy[1]
        await node.known.step()

        with pytest.raises(Unauthenticated):
            await node.known.find(credential)
        assert [key.is_revoked for key in node.store.keys.values()] == [True]


async def test_a_store_that_was_emptied_in_between_revives_no_key_either(node: Node) -> None:
    credential = await node.has_key()
    copy = dict(node.store.keys), node.store.at
    await node.operator.revoke("backend")
    await node.known.step()
    node.store.keys, node.store.at = {}, ""
    await node.known.step()

    node.store.keys, node.store.at = copy
    await node.known.step()

    with pytest.raises(Unauthenticated):
        await node.known.find(credential)


async def test_a_use_is_noted_once_a_minute_and_not_lost_with_the_store(
    node: Node, clock: FakeClock
) -> None:
    credential = await node.has_key()
    (id_,) = node.store.keys
    first_ms = clock.now_ms()
    await node.known.find(credential)
    node.store.notes_fail = True
    with pytest.raises(StoreUnavailable):
        await node.known.step()
    node.store.notes_fail = False

    for _ in range(2):
        await node.known.step()
    clock.advance(ms=NOTED_MS - 1)
    await node.known.find(credential)
    await node.known.step()
    assert node.store.noted == [{id_: first_ms}]

    clock.advance(ms=1)
    await node.known.find(credential)
    await node.known.step()
    assert node.store.noted[1:] == [{id_: first_ms + NOTED_MS}]


async def test_a_key_is_replaced_under_load_without_one_refused_call(node: Node) -> None:
    """Calls go on with the old key until the caller has the new one, on two nodes."""
    old = await node.has_key()
    credentials, refused = [old], []

    async def call() -> None:
        for _ in range(200):
            if not await node.knows(credentials[-1]):
                refused.append(credentials[-1])
            await asyncio.sleep(0)  # noqa: TID251  # gives way

    async def replace_twice() -> None:
        for _ in range(2):
            new = await node.operator.rotate("backend", overlap_ms=60_000)
            credentials.append(new.credential)
            await node.known.step()

    await asyncio.gather(*(call() for _ in range(20)), replace_twice())

    assert refused == []
    assert len(set(credentials)) == 3
    await node.operator.revoke("backend")
    await node.known.step()
    with pytest.raises(Unauthenticated):  # the calls above could have been refused
        await node.known.find(credentials[-1])
