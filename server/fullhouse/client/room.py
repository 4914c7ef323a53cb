"""A person in a room: an asynchronous iterator of messages that outlives connections."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from fullhouse.client.lines import (
    ABNORMAL,
)
from fullhouse.client.observer import RoomEnded
from fullhouse.client.room_loop import RoomLoop, now
from fullhouse.edge.ws.client_messages import (
    Dismiss,
    Leave,
    PositionRequest,
)
from fullhouse.edge.ws.messages import ServerMessage


class RoomClient(RoomLoop):
    """One person in one room, as host, presenter or attendee.

    It connects when messages are asked for, and again after each loss, with a new token. A called
    person enters by itself at their own moment. Iteration ends when the server says that the
    person should not come back; `ended` then has the close code.

    ```python
    async with RoomClient("https://seats.example", my_token) as room:
        async for message in room:
            print(message, room.place.kind)
    ```

    Args:
        server: The origin of the server, `https://seats.example`, with its path if it has one.
            Several: each connection is to the next one. The list may change meanwhile.
        token: Gives a room token for each `hello`.
        enters: Whether to claim the seat at one's own moment. Else call `claim`.
        polls: Whether to poll where WebSockets do not get through.
        observer: Hears of connections and failures.
        dial: Opens a WebSocket.
        backoff: The bounds of the pauses between attempts to connect.
        rng: For jitter.
        first: Which of several servers is the first.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ServerMessage:
        while True:
            try:
                message = await self.receive()
            except RoomEnded:
                raise StopAsyncIteration from None
            if message is not None:
                return message

    async def claim(self) -> None:
        """Take the called seat now. Without a connection the next one takes it by itself."""
        await self._enter()

    async def position(self) -> None:
        """Ask for the exact place in line. A `Waiting` follows."""
        await self._say(PositionRequest())

    async def watching(self, *, on: bool) -> None:
        """Say that the person watches the stream, or no longer does; again on each connection.

        Nothing is sent while `place.watch` names no stream.
        """
        self._watches = on
        await self._tell_watching()

    async def dismiss(self, notice: str, *, rest: bool = False) -> None:
        """Put a notice away for all hosts. Polling has no message for this.

        Args:
            notice: The id of the notice.
            rest: For the rest of the event.
        """
        await self._say(Dismiss(notice, rest))

    async def leave(self) -> None:
        """Give up seat or ticket in all tabs, now or with the next connection.

        Go on receiving: the end of the iteration is the server's answer.
        """
        self._leaves = True
        await self._say(Leave())

    async def reconnect(self, after_s: float = 0.0) -> None:
        """Drop the connection, and open another one after `after_s`, as a reload does."""
        await self._hang_up()
        self._session.connect_at = now() + after_s

    async def close(self) -> None:
        """Close the connection. The place is kept for the grace; `leave` gives it up."""
        await self._hang_up()
        self.ended = self.ended or RoomEnded(ABNORMAL, "", "the client was closed")
