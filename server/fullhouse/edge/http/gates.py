"""The call by which a platform's backend opens another door only for people who are inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fullhouse.domain.api_keys import KeyScope
from fullhouse.domain.errors import NotFound, RoomClosed
from fullhouse.domain.gates import Entitlement, NotInside
from fullhouse.domain.ids import checked_id
from fullhouse.domain.instants import instant_at
from fullhouse.edge.http.authority import Who
from fullhouse.edge.http.calls import Asked, Call, answered
from fullhouse.edge.http.trail_notes import InTrail
from fullhouse.edge.room_objects import GateBody, GateObject

if TYPE_CHECKING:
    from starlette.responses import Response


async def post_gate(asked: Asked[GateBody]) -> Response:
    """Whether a person is inside, and the end of their lease. Changes nothing."""
    participant = checked_id("participant", asked.sent.participant)
    is_host = asked.sent.role == "host"
    found = await asked.services.gates.ask(asked.ref, participant, is_host=is_host)
    return answered(_gate_object(participant, found))


def _gate_object(participant: str, found: Entitlement) -> GateObject:
    return GateObject(
        participant=participant,
        holding=found.kind,
        generation=found.generation,
        ends_in_ms=found.ends_in_ms,
        ends_at=instant_at(found.ends_at_ms),
    )


CALLS = (
    Call(
        method="POST",
        path="/v1/accounts/{account}/rooms/{room}/gate",
        who=Who.PLATFORM,
        scope=KeyScope.PLATFORM,
        handle=post_gate,
        takes=GateBody,
        answers={200: GateObject},
        refuses=(NotFound, RoomClosed, NotInside),
        trail=InTrail(only_asks=True),
    ),
)
