"""A start repeats what the store cannot answer yet, and gives up with the reason in the end."""

from __future__ import annotations

import pytest

from fullhouse.backends import when_reachable
from fullhouse.domain.errors import StoreUnavailable
from fullhouse.store.connect import StoreOutOfReach


class Attempts:
    """Fails so many times, then answers with the number of the attempt."""

    def __init__(self, failures: int) -> None:
        self._failures = failures
        self.made = 0

    async def attempt(self) -> int:
        self.made += 1
        if self.made <= self._failures:
            raise StoreUnavailable
        return self.made


async def test_a_store_that_is_away_for_a_moment_is_asked_again() -> None:
    attempts = Attempts(failures=2)

    assert await when_reachable(30, attempts.attempt) == 3


async def test_a_store_that_stays_away_ends_the_start_with_its_reason() -> None:
    attempts = Attempts(failures=99)

    with pytest.raises(StoreOutOfReach, match="cannot be reached"):
        await when_reachable(0, attempts.attempt)
    assert attempts.made == 1
