"""`POST /v1/poll` in place of a WebSocket, where a network lets none through."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus
from math import inf
from typing import Any

import httpx
import msgspec

from fullhouse.client.frames import UnknownMessage, UnreadableFrame, message_from
from fullhouse.client.lines import (
    ABNORMAL,
    LineClosed,
    NotInvited,
    TokenSource,
    TokenUnavailable,
    Via,
)
from fullhouse.domain.close_codes import CloseCode
from fullhouse.edge.poll_objects import PollBody
from fullhouse.edge.ws import messages
from fullhouse.edge.ws.client_messages import Claim, ClientMessage, Leave, Watching
from fullhouse.edge.ws.messages import ServerMessage

_ANSWER_S = 10.0
_AT_ONCE = -inf
_FAILURES = (TokenUnavailable, OSError, httpx.HTTPError, msgspec.DecodeError, UnreadableFrame)
_ASKS = PollBody()  # all other messages only ask for the present state

_REFUSALS: Mapping[int, int] = {
    HTTPStatus.UNAUTHORIZED: CloseCode.NOT_AUTHENTICATED,
    HTTPStatus.FORBIDDEN: CloseCode.ROLE_NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: CloseCode.NO_SUCH_ROOM,
    HTTPStatus.TOO_MANY_REQUESTS: CloseCode.TOO_MANY_MESSAGES,
    HTTPStatus.SERVICE_UNAVAILABLE: CloseCode.DRAINING,
}
"""Statuses, as the close codes with which a WebSocket would have ended."""


class _Answer(msgspec.Struct, frozen=True):
    messages: tuple[dict[str, Any], ...]
    poll_after_s: float


_answer = msgspec.json.Decoder(_Answer)


class PollLine:
    """Polls as often as the server asks for, and at once when there is something to say.

    Args:
        server: The origin of the server.
        token: Gives room tokens; asked again when the server refuses the present one.
        answered: Called before the messages of an answer: they are the present state.
    """

    via: Via = "poll"

    def __init__(self, server: str, token: TokenSource, answered: Callable[[], None]) -> None:
        self._url = f"{server}/v1/poll"
        self._tokens = token
        self._answered = answered
        self._token = ""
        self._http = httpx.AsyncClient(timeout=_ANSWER_S)
        self._body = _ASKS
        self._poll_at = _AT_ONCE
        self._changed = asyncio.Event()
        self._told: deque[ServerMessage | UnknownMessage] = deque()
        self._end: LineClosed | None = None

    async def send(self, message: ClientMessage) -> None:
        self._body = _body_with(message, self._body)
        self._poll_at = _AT_ONCE
        self._changed.set()

    async def receive(self, until: float) -> ServerMessage | UnknownMessage | None:
        if not self._told and self._end is None:
            await self._pause(until)
        if not self._told and self._end is None and self._is_due():
            await self._poll()
        if self._told:
            return self._told.popleft()
        if self._end is not None:
            raise self._end
        return None

    async def close(self) -> None:
        self.abort()
        await self._http.aclose()

    def abort(self) -> None:
        self._end = self._end or LineClosed()
        self._changed.set()

    def _is_due(self) -> bool:
        return asyncio.get_running_loop().time() >= self._poll_at

    async def _pause(self, until: float) -> None:
        """Wait until the next poll is due, or `until`."""
        self._changed.clear()
        if self._is_due():
            return
        try:
            async with asyncio.timeout_at(min(until, self._poll_at)):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _poll(self) -> None:
        body, self._body = self._body, _ASKS
        try:
            response = await self._answer(body)
            if response.is_success:
                self._hear(_answer.decode(response.content), body)
            else:
                self._refused(response)
        except NotInvited as error:
            self._end = LineClosed(CloseCode.NOT_AUTHENTICATED, str(error))
        except (
            TokenUnavailable,
            OSError,
            httpx.HTTPError,
            msgspec.DecodeError,
            UnreadableFrame,
        ) as error:
            self._end = LineClosed(ABNORMAL, f"poll failed: {error!r}")

    async def _answer(self, body: PollBody) -> httpx.Response:
        response = await self._post(body)
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            return response
        self._token = ""  # it has expired since the last poll
        return await self._post(body)

    async def _post(self, body: PollBody) -> httpx.Response:
        self._token = self._token or await self._tokens()
        return await self._http.post(
            self._url,
            content=msgspec.json.encode(body),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
            },
        )

    def _hear(self, answer: _Answer, body: PollBody) -> None:
        self._poll_at = asyncio.get_running_loop().time() + answer.poll_after_s
        self._answered()
        told = [message_from(fields) for fields in answer.messages]
        self._told.extend(told)
        if body.leave:
            self._end = LineClosed(CloseCode.LEFT)
        for message in told:
            self._end = self._end or _end_of(message)

    def _refused(self, response: httpx.Response) -> None:
        after = response.headers.get("Retry-After", "")
        if after.isdecimal():
            self._told.append(messages.Retry(after_ms=1000 * int(after)))
        final = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        other = CloseCode.BAD_MESSAGE if final else ABNORMAL
        self._end = LineClosed(
            _REFUSALS.get(response.status_code, other),
            f"poll refused with HTTP {response.status_code}",
        )


def _body_with(message: ClientMessage, body: PollBody) -> PollBody:
    """The body of the next poll, which was `body`, so that it says `message` too."""
    match message:
        case Claim():
            return PollBody(claim=True, watching=body.watching)
        case Leave():
            return PollBody(leave=True)
        case Watching():
            return msgspec.structs.replace(body, watching=message.on)
    return body


def _end_of(message: ServerMessage | UnknownMessage) -> LineClosed | None:
    """What ends a visit, with the close code of a WebSocket."""
    match message:
        case messages.RoomClosed():
            return LineClosed(CloseCode.ROOM_CLOSED)
        case messages.SeatLost(reason="removed"):
            return LineClosed(CloseCode.REMOVED)
        case messages.Refused(code="presenters_full"):
            return LineClosed(CloseCode.PRESENTERS_FULL)
    return None
