"""LiveKit: a token that ends with the lease, by LiveKit's own library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from livekit import api

from examples.seat_gate.gate import Entitlement


@dataclass(frozen=True, slots=True)
class LiveKit:
    """A LiveKit server. `url`: its address for browsers, and for this backend."""

    url: str
    key: str
    secret: str = field(repr=False)

    async def admit(self, entitlement: Entitlement) -> dict[str, str]:
        grants = api.VideoGrants(
            room_join=True,
            room=entitlement.room,
            can_publish=entitlement.holding != "seated",
        )
        token = (
            api.AccessToken(self.key, self.secret)
            .with_identity(entitlement.participant)
            .with_ttl(timedelta(seconds=entitlement.lease_s))
            .with_grants(grants)
        )
        return {"url": self.url, "token": token.to_jwt()}

    async def remove(self, room: str, participant: str) -> None:
        """Also revokes tokens made before this second. A later one, for a new seat, is good."""
        now_s = int(datetime.now(UTC).timestamp())
        identity = api.RoomParticipantIdentity(
            room=room, identity=participant, revoke_token_ts=now_s
        )
        async with self._server() as server:
            with nothing_there():
                await server.room.remove_participant(identity)

    async def end(self, room: str) -> None:
        async with self._server() as server:
            with nothing_there():
                await server.room.delete_room(api.DeleteRoomRequest(room=room))

    def _server(self) -> api.LiveKitAPI:
        return api.LiveKitAPI(self.url, self.key, self.secret)


@contextmanager
def nothing_there() -> Iterator[None]:
    """Ignores that a room or a person is not there."""
    try:
        yield
    except api.TwirpError as error:
        if error.code != "not_found":
            raise
