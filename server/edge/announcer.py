"""One frame to very many connections: the loop in which nothing may cost anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from server.edge.connection import Connection
from server.realtime.member import Client, Topic

if TYPE_CHECKING:
    from collections.abc import Callable


class Announcer:
    """Sends a frame to each of many clients, all of them connections, as `Client.send` would.

    To ten thousand people each call of a method costs two milliseconds, so whoever has taken all
    that they were sent before is written to from here.

    Args:
        sent: Told how many messages were.
    """

    def __init__(self, sent: Callable[[int], None]) -> None:
        self._sent = sent

    def __call__(self, clients: Iterable[Client], frame: bytes, topic: Topic) -> None:
        size, straight_on = len(frame), 0
        for connection in cast("Iterable[Connection]", clients):
            straight = connection.straight
            if straight is None:
                connection.send(frame, topic)
                continue
            straight_on += 1
            try:
                taken = straight.send(frame)
            except OSError:
                taken = 0
            if taken != size:
                connection.leave_to_transport(frame[taken:])
        self._sent(straight_on)
