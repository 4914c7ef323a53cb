"""The call that deletes what an account has of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound
from fullhouse.edge.account_objects import ErasureObject
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.bodies import Nothing
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.trail_notes import InTrail

if TYPE_CHECKING:
    from starlette.responses import Response


async def delete_participant_data(asked: Asked[Nothing]) -> Response:
    """Delete everything about a person, in all rooms of the account. Their places end at once."""
    erasure = await asked.services.erasures.erase(asked.account, asked.ids["participant"])
    return answered(ErasureObject(erasure.rooms, erasure.events, erasure.webhooks))


CALLS = (
    Call(
        method="DELETE",
        path="/v1/accounts/{account}/participants/{participant}",
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=delete_participant_data,
        answers={200: ErasureObject},
        trail=InTrail(names_nobody=True),
        refuses=(NotFound,),
    ),
)
