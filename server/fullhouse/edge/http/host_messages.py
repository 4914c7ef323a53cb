"""The call for the host's message to everybody in the line of a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.objects import HostMessageObject, host_message_object
from fullhouse.edge.room_objects import HostMessageBody

if TYPE_CHECKING:
    from starlette.responses import Response


async def post_message(asked: Asked[HostMessageBody]) -> Response:
    """Tell everybody in line, now and later, until the message is replaced or withdrawn."""
    sender = asked.caller.participant
    message = await asked.services.host_messages.set(asked.ref, asked.sent.text, sender=sender)
    return answered(host_message_object(message))


CALLS = (
    Call(
        method="POST",
        path="/v1/accounts/{account}/rooms/{room}/messages",
        who=Who.BUYER,
        scope=KeyScope.PLATFORM,
        handle=post_message,
        takes=HostMessageBody,
        answers={200: HostMessageObject},
        refuses=(NotFound, RoomClosed),
    ),
)
