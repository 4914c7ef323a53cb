"""BigBlueButton: a join URL with its checksum, which never leaves the backend.

Source: https://docs.bigbluebutton.org/development/api (security model; create, join and end).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from urllib.parse import urlencode

import httpx

from examples.seat_gate.gate import Entitlement

_SESSION_URL = re.compile(r"<url>(.*?)</url>", re.DOTALL)
_KEY = re.compile(r"<messageKey>(.*?)</messageKey>")


class Refused(httpx.HTTPError):
    """BigBlueButton answered, and did not do what was asked. The text is its own key for it."""


@dataclass(frozen=True, slots=True)
class BigBlueButton:
    """A BigBlueButton server. `url`: its API, such as https://bbb.example.com/bigbluebutton/api."""

    http: httpx.AsyncClient
    url: str
    secret: str = field(repr=False)

    async def admit(self, entitlement: Entitlement) -> dict[str, str]:
        """A join URL has no end, so the page gets the address of one session instead.

        The server makes the session when it answers the join URL with `redirect=false`.
        """
        meeting = {"meetingID": entitlement.room, "name": entitlement.room}
        await self._call("create", meeting)
        answer = await self._call("join", self._join(entitlement))
        url = _SESSION_URL.search(answer)
        if url is None:
            raise Refused("no session")
        return {"url": unescape(url[1].strip())}

    async def remove(self, room: str, participant: str) -> None:
        """BigBlueButton has no call to remove one person. The page takes the meeting down."""

    async def end(self, room: str) -> None:
        try:
            await self._call("end", {"meetingID": room})
        except Refused as error:
            if str(error) != "notFound":
                raise

    def signed(self, call: str, query: Mapping[str, str]) -> str:
        """The URL of a call, with its checksum: SHA-256 of name, query and secret."""
        text = urlencode(query)
        checksum = sha256(f"{call}{text}{self.secret}".encode()).hexdigest()
        return f"{self.url}/{call}?{text}&checksum={checksum}"

    def _join(self, entitlement: Entitlement) -> dict[str, str]:
        return {
            "meetingID": entitlement.room,
            "userID": entitlement.participant,
            "fullName": entitlement.participant,
            "role": "MODERATOR" if entitlement.holding == "hosting" else "VIEWER",
            "redirect": "false",
        }

    async def _call(self, call: str, query: Mapping[str, str]) -> str:
        answer = (await self.http.get(self.signed(call, query))).raise_for_status().text
        if "<returncode>SUCCESS</returncode>" not in answer:
            key = _KEY.search(answer)
            raise Refused(key[1] if key else "unknown answer")
        return answer
