"""The state of one page towards the server, without a socket."""

from __future__ import annotations

from math import inf
from random import Random

from fullhouse_demo.crowd.comeback import Comeback
from fullhouse_demo.crowd.mind import Act, Due
from fullhouse_demo.crowd.place import NOWHERE, Place, is_stale, next_place
from fullhouse_demo.crowd.wire import Heard

# How long to wait for a server that has not yet said how often it sends `alive`. The first `alive`
# of a quiet connection comes with its first ping. Servers ping twice in this time, because proxies
# require it.
FIRST_SILENCE_S = 40.0
_LOAD_S = (0.05, 0.3)  # the time in which a browser loads the page again


class Page:
    """The state of a page and its own actions: repeat a message, notice silence, reconnect.

    The time is an argument, in seconds of one monotonic clock.
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
        """When to connect next. `inf`: never again."""

    def opened(self) -> None:
        """A connection was opened. Its node may have another interval of `alive` messages.

        The first answer counts even if it is older than earlier messages: the store may have lost
        data.
        """
        self._silence_s = FIRST_SILENCE_S
        self._is_first_answer = True

    def said(self, message: str, now: float) -> None:
        """The page sent `message`, and expects an answer in time."""
        self._unanswered = message
        self._repeat_at = inf
        self._deaf_at = now + self._silence_s

    def hear(self, heard: Heard, now: float) -> bool:
        """Process a message. Returns whether it was not older than an earlier one."""
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
        """The next act of the page itself while it is connected."""
        if self._repeat_at < self._deaf_at:
            return Due(self._repeat_at, Act.REPEAT)
        return Due(self._deaf_at, Act.RECONNECT)

    def unanswered(self) -> str:
        """The last message sent, to be sent again."""
        return self._unanswered

    def closed(self, code: int, now: float) -> None:
        """The connection ended with `code`."""
        self.connect_at = self._comeback.after_close(code, now)

    def no_way_in(self, now: float, *, after_s: float) -> None:
        """The attempt to connect failed. The server asked for a pause of `after_s`."""
        self.connect_at = max(self._comeback.after_failure(now), now + after_s)

    def reload(self, now: float) -> None:
        """The person reloads the page, or their network is back."""
        self.connect_at = now + self._rng.uniform(*_LOAD_S)
