"""The state of one person's client towards a server, without a socket and without a clock.

The state outlives connections. A connection opens (`opened`), a message is sent (`said`) or comes
(`hear`), the connection ends (`closed`) or an attempt fails (`failed`). `next_act` says what the
client itself has to do next, and when; `connect_at` when to connect while it has no connection.

All times are in seconds of one monotonic clock. Source: docs/protocol.md, "Writing a client".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from random import Random

from fullhouse.client.place import NOWHERE, Place, next_place, revision_of
from fullhouse.client.reconnection import BACKOFF, Backoff, Reconnection
from fullhouse.domain.rooms import NOTHING_SEEN, Revision
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.client_messages import ClientMessage
from fullhouse.edge.ws.messages import ServerMessage

# How long to wait for a server that has not yet said how often it sends `alive`. The first `alive`
# of a quiet connection comes with its first ping. Servers ping twice in this time, because proxies
# require it.
FIRST_SILENCE_S = 40.0

TRY_AGAIN_S = 10.0
"""After this time a called person who is not inside yet claims again."""

_ANSWERS = messages.Seated | messages.Waiting | messages.RoomMessage


class Act(StrEnum):
    """What a client does by itself while it is connected."""

    ENTER = "enter"
    RECONNECT = "reconnect"
    REPEAT = "repeat"
    TRY_SOCKET = "try_socket"


@dataclass(frozen=True, slots=True)
class Due:
    """An act and the time at which it is due."""

    at: float
    act: Act


class RoomSession:
    """What a client knows and owes, from its first attempt to connect to its end.

    Args:
        rng: For jitter.
        now: When to connect first.
        enters: Whether to claim the seat at one's own moment.
        backoff: The bounds of the pauses between attempts.

    Attributes:
        place: The person's own place. Always unknown for hosts and presenters.
        room: The room as last told. None for attendees.
        connect_at: When to connect next. `inf`: never.
        unanswered: The last message that was sent and not answered. None: the `hello`.
    """

    def __init__(
        self, rng: Random, *, now: float, enters: bool = True, backoff: Backoff = BACKOFF
    ) -> None:
        self._reconnection = Reconnection(rng, backoff)
        self._enters = enters
        self._seen = NOTHING_SEEN
        self._is_first_answer = True
        self._silence_s = FIRST_SILENCE_S
        self._silent_at = inf
        self._repeat_at = inf
        self._entered: tuple[int, str | None] = (0, None)
        self._enter_again_at = inf
        self.place: Place = NOWHERE
        self.room: messages.RoomMessage | None = None
        self.connect_at = now
        self.unanswered: ClientMessage | None = None

    def opened(self) -> None:
        """A connection was opened. Its node may have another interval of `alive` messages."""
        self._silence_s = FIRST_SILENCE_S
        self._repeat_at = inf
        self.unanswered = None
        self.expect_answer()

    def expect_answer(self) -> None:
        """The next message of the room counts even if it is older than earlier ones.

        It is the first of a connection, or the answer to a poll. The store may have lost data.
        """
        self._is_first_answer = True

    def said(self, message: ClientMessage | None, now: float) -> None:
        """The client sent `message` (None: a `hello`), and expects an answer in time."""
        self.unanswered = message
        self._repeat_at = inf
        self._silent_at = now + self._silence_s

    def hear(self, message: ServerMessage, now: float) -> bool:
        """Process a message. Returns whether it is news, not older than an earlier one."""
        if isinstance(message, messages.Alive):
            self._silence_s = 2 * message.next_s
        self._silent_at = now + self._silence_s
        if isinstance(message, messages.Retry):
            self._reconnection.put_off(message.after_ms / 1000, now)
            self._repeat_at = now + message.after_ms / 1000
        revision = revision_of(message)
        if revision is None:
            return True
        self._answered(message)
        return self._learn(message, revision, now)

    def heard_unknown(self, now: float) -> None:
        """A message came whose type is not known. It shows that the server is there."""
        self._silent_at = now + self._silence_s

    def next_act(self) -> Due:
        """The next act of the client itself while it is connected."""
        acts = (
            Due(self._repeat_at, Act.REPEAT),
            Due(self._enter_at(), Act.ENTER),
            Due(self._silent_at, Act.RECONNECT),
        )
        return min(acts, key=lambda due: due.at)

    def entered(self, now: float) -> None:
        """The client claimed the seat."""
        self._entered = (self.place.ticket, self.place.refresh)
        self._enter_again_at = now + TRY_AGAIN_S

    def closed(self, code: int, now: float) -> None:
        """The connection ended with `code`."""
        self.connect_at = self._reconnection.after_close(code, now)

    def failed(self, now: float, *, after_s: float = 0.0) -> None:
        """The attempt to connect failed. The server asked for a pause of `after_s`."""
        self.connect_at = max(self._reconnection.after_failure(now), now + after_s)

    def _answered(self, message: ServerMessage) -> None:
        self._reconnection.answered()
        self.unanswered = None
        if isinstance(message, _ANSWERS):
            self._repeat_at = inf

    def _learn(self, message: ServerMessage, revision: Revision, now: float) -> bool:
        if revision < self._seen:
            if not self._is_first_answer:
                # Every change of capacity is told by itself, however late: it is an event.
                is_event = isinstance(message, messages.CapacityChanged)
                return is_event and revision.epoch == self._seen.epoch
            self._forget()
        elif revision.epoch > self._seen.epoch:
            self._forget()
        self._is_first_answer = False
        self._seen = revision
        self.place = next_place(self.place, message, now)
        if isinstance(message, messages.RoomMessage):
            self.room = message
        return True

    def _forget(self) -> None:
        self.place = Place(was_in=self.place.was_in)
        self.room = None

    def _enter_at(self) -> float:
        place = self.place
        if not self._enters or place.kind != "called" or place.moment_at is None:
            return inf
        if self._entered == (place.ticket, place.refresh):
            return self._enter_again_at
        return place.moment_at
