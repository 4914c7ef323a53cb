"""One page's side of the conversation with the server, without a socket."""

from __future__ import annotations

from math import inf
from random import Random

from fullhouse_demo.crowd.comeback import Comeback
from fullhouse_demo.crowd.mind import Act, Due
from fullhouse_demo.crowd.place import NOWHERE, Place, is_stale, next_place
from fullhouse_demo.crowd.wire import Heard

# How long to wait for a server that never said how often it sends `alive`. The first `alive` of a
# quiet connection comes with its first ping: servers ping twice in this time, proxies demand it.
FIRST_SILENCE_S = 40.0
_LOAD_S = (0.05, 0.3)  # what it takes a browser to load the page again


class Page:
    """What a page knows and has to do by itself: repeat, notice silence, connect again.

    Time comes in as an argument, in seconds of one clock that never goes back.
    """

    def __init__(self, rng: Random, *, now: float) -> None:
        self._rng = rng
        self._comeback = Comeback(rng)
        self._silence_s = FIRST_SILENCE_S
        self._is_first_answer = True
        self._deaf_at = inf
        self._unanswered = ""
        self._repeat_at = inf
        self.place: Place = NOWHERE
        self.connect_at = now
        """When to connect next; `inf` is never again."""

    def opened(self) -> None:
        """A new connection, perhaps to another node: how often that one speaks is not known.

        Its first answer is the truth, whatever was told before: the store may have gone back.
        """
        self._silence_s = FIRST_SILENCE_S
        self._is_first_answer = True

    def said(self, message: str, now: float) -> None:
        """`message` is on its way; the server is expected to speak again in time."""
        self._unanswered = message
        self._repeat_at = inf
        self._deaf_at = now + self._silence_s

    def hear(self, heard: Heard, now: float) -> bool:
        """Take in a message. Returns whether it was news: not older than one before it."""
        if heard.type == "alive":
            self._silence_s = 2 * heard.next_s
        self._deaf_at = now + self._silence_s
        if heard.type == "retry":
            self._comeback.told_retry(heard.after_ms / 1000, now)
            self._repeat_at = now + heard.after_ms / 1000
        if is_stale(self.place, heard):
            if not self._is_first_answer:
                return False
            self.place = NOWHERE
        self._is_first_answer &= heard.epoch == 0
        self.place = next_place(self.place, heard, now)
        if heard.type in {"seated", "waiting"}:
            self._comeback.answered()
            self._repeat_at = inf
        return True

    def next_act(self) -> Due:
        """What the page does next by itself while it is connected."""
        if self._repeat_at < self._deaf_at:
            return Due(self._repeat_at, Act.REPEAT)
        return Due(self._deaf_at, Act.RECONNECT)

    def unanswered(self) -> str:
        """The last message, for sending it again."""
        return self._unanswered

    def closed(self, code: int, now: float) -> None:
        """The server, or the network, ended the connection."""
        self.connect_at = self._comeback.after_close(code, now)

    def no_way_in(self, now: float, *, after_s: float) -> None:
        """No connection came about; the server asked for `after_s` of rest."""
        self.connect_at = max(self._comeback.after_failure(now), now + after_s)

    def reload(self, now: float) -> None:
        """Somebody reloads the page, or comes back from where there is no network."""
        self.connect_at = now + self._rng.uniform(*_LOAD_S)
