"""Asks Fullhouse whether a person is inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import httpx

OUTSIDE = ("not_inside", "room_closed")
"""The codes of a certain no. Every other error means that nobody knows at this moment."""


class UnknownRoom(Exception):  # what it means to the reader
    """There is no such room: it was deleted, never opened, or the store has lost it."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A person who is inside. `lease_s`: how long a media token may live, at least a second."""

    room: str
    participant: str
    holding: Literal["seated", "presenting", "hosting"]
    lease_s: int


class Gate:
    """The gate of the rooms of one account.

    Args:
        http: A client with the address of Fullhouse and the platform key.
        account: The account.
    """

    def __init__(self, http: httpx.AsyncClient, account: str) -> None:
        self._http = http
        self._account = account

    async def ask(self, room: str, participant: str, *, is_host: bool) -> Entitlement | None:
        """The person's right to be inside. None: they have none; this is certain.

        Raises:
            UnknownRoom: there is no such room. Make no token, and remove nobody.
            httpx.HTTPError: nobody knows now. Make no token, and remove nobody.
        """
        path = f"/v1/accounts/{self._account}/rooms/{room}/gate"
        body = {"participant": participant, **({"role": "host"} if is_host else {})}
        answer = await self._http.post(path, json=body)
        if answer.status_code == httpx.codes.CONFLICT and answer.json()["code"] in OUTSIDE:
            return None
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise UnknownRoom(room)
        found = answer.raise_for_status().json()
        lease_s = max(1, found["ends_in_ms"] // 1000)
        return Entitlement(room, participant, found["holding"], lease_s)
