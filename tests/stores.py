"""Patience with a real store, where no test is about the lack of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fullhouse.store.connect import open_store
from fullhouse.store.masters import masters_of
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis


def patient_store(url: str) -> Redis:
    """A client like a node's, that waits longer for an answer.

    A node gives up after a second, so that people are told something. A test that asks the store
    has nobody waiting, and on a busy machine the store may answer later.
    """
    return open_store(url, deadline_s=PATIENCE_S)


@asynccontextmanager
async def empty_store(url: str) -> AsyncIterator[Redis]:
    """A patient client of a store, or of a cluster, that was just emptied."""
    async with patient_store(url) as client:
        for master in masters_of(client):
            await master.flushall()
        yield client


def patient_url(url: str) -> str:
    """The URL for nodes of tests in which the store never fails: a late answer is no failure."""
    return f"{url}?socket_timeout={PATIENCE_S}"
