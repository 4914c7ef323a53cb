"""Sources of room tokens for simulated people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Protocol
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import jwt
import msgspec

_TTL_S = 3600
_TIMEOUT_S = 10
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429

# A crowd measures the server itself, so proxies of the environment are not used.
_opener = build_opener(ProxyHandler({}))


class TokenRefused(Exception):
    """The platform API refuses this token. Asking again does not help."""


class TokenUnavailable(Exception):
    """The platform API is not available now."""


class TokenSource(Protocol):
    """Issues room tokens for attendees."""

    async def token(self, participant: str, name: str) -> str:
        """A token for one `hello`.

        Raises:
            TokenRefused: Asking again does not help.
            TokenUnavailable: Asking later may help.
        """
        ...


@dataclass(frozen=True, slots=True)
class SignedTokens:
    """Signs tokens itself with the server's secret, as a platform's backend can."""

    secret: str
    account: str
    room: str
    now_s: Callable[[], float]

    async def token(self, participant: str, name: str) -> str:
        claims = {
            "aud": "fullhouse",
            "sub": participant,
            "acct": self.account,
            "room": self.room,
            "role": "attendee",
            "name": name,
            "exp": int(self.now_s()) + _TTL_S,
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")


class _Answer(msgspec.Struct, frozen=True):
    token: str


class _Problem(msgspec.Struct, frozen=True):
    code: str = "unknown"
    detail: str = "no detail"


@dataclass(frozen=True, slots=True)
class PlatformTokens:
    """Asks the platform API for each token.

    Args:
        base_url: `http://` or `https://`, without a path.
    """

    base_url: str
    api_key: str
    account: str
    room: str

    async def token(self, participant: str, name: str) -> str:
        return await asyncio.to_thread(self._ask, participant, name)

    def _ask(self, participant: str, name: str) -> str:
        try:
            with _opener.open(self._request(participant, name), timeout=_TIMEOUT_S) as response:
                return _token_in(response)
        except HTTPError as error:
            raise _refusal(error) from error
        except (OSError, HTTPException) as error:
            raise TokenUnavailable(
                f"the platform API does not answer at {self.base_url}"
            ) from error

    def _request(self, participant: str, name: str) -> Request:
        path = f"/v1/accounts/{quote(self.account)}/rooms/{quote(self.room)}/tokens"
        body = {"participant": participant, "role": "attendee", "ttl_s": _TTL_S, "name": name}
        return Request(  # noqa: S310 - the command line lets only http and https through
            self.base_url + path,
            data=msgspec.json.encode(body),
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Content-Type": "application/json",
            },
            method="POST",
        )


def _token_in(response: HTTPResponse) -> str:
    try:
        return msgspec.json.decode(response.read(), type=_Answer).token
    except msgspec.MsgspecError as error:
        raise TokenRefused(f"the platform API answered without a token: {error}") from error


def _refusal(error: HTTPError) -> Exception:
    try:
        problem = msgspec.json.decode(error.read(), type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem(detail=error.reason)
    text = f"no token: {error.code} {problem.code}: {problem.detail}"
    is_passing = error.code >= _SERVER_ERROR or error.code == _TOO_MANY_REQUESTS
    return TokenUnavailable(text) if is_passing else TokenRefused(text)
