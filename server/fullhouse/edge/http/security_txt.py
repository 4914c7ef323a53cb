"""The call for `security.txt`: whom to tell about a weakness. Source: RFC 9116."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.responses import Response

from fullhouse.domain.errors import NotFound
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call

if TYPE_CHECKING:
    from fullhouse.edge.http.bodies import Nothing

PATH = "/.well-known/security.txt"

VALID = timedelta(days=30)
"""The file is made anew for each call, so a contact that was changed is wrong for so long at most.
RFC 9116 recommends less than a year."""


async def get_security_txt(asked: Asked[Nothing]) -> Response:
    """Whom to tell about a weakness (RFC 9116). 404 if the operator has set no contact."""
    contacts = asked.services.security_contacts
    if not contacts:
        raise NotFound("file", PATH)
    text = security_txt(contacts, asked.services.clock.now())
    return Response(text, media_type="text/plain")  # Starlette adds charset=utf-8


def security_txt(contacts: Sequence[str], now: datetime) -> str:
    """The text of the file, with the contacts in the order of preference."""
    expires = (now + VALID).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [*(f"Contact: {contact}" for contact in contacts), f"Expires: {expires}"]
    return "".join(f"{line}\n" for line in lines)


CALLS = (
    Call(
        method="GET",
        path=PATH,
        who=Who.ANYONE,
        handle=get_security_txt,
        takes=None,
        answers={200: str},
        refuses=(NotFound,),
    ),
)
