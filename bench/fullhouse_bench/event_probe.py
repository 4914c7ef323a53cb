"""Receives the events of a room in addition to the nodes, to separate the store's delay."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fullhouse.store.keys import DEFAULT_KEYS

if TYPE_CHECKING:
    import redis

_POLL_S = 0.2


class Ear:
    """The time of an account's newest event, in ns of the machine's monotonic clock."""

    def __init__(self, client: redis.Redis, account: str) -> None:
        self.newest_ns = 0
        self._is_over = threading.Event()
        self._pubsub = client.pubsub()  # type: ignore[no-untyped-call]  # of the library
        self._pubsub.ssubscribe(DEFAULT_KEYS.events_channel(account))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()
        self._pubsub.close()

    def _listen(self) -> None:
        while not self._is_over.is_set():
            message = self._pubsub.get_message(timeout=_POLL_S)
            if message and message["type"] == "smessage":
                self.newest_ns = time.monotonic_ns()


@contextmanager
def ear(client: redis.Redis, account: str) -> Iterator[Ear]:
    listening = Ear(client, account)
    try:
        yield listening
    finally:
        listening.end()
