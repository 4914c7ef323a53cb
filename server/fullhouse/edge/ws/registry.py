"""What all connections of a node share: the hub, the open connections, limits and counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from fullhouse.counted_log import CountedLog
from fullhouse.domain.close_codes import ENDS_OF_VISITS, CloseCode, StandardCloseCode
from fullhouse.domain.forwarded import ClientInfo
from fullhouse.domain.limit_names import SENTENCES
from fullhouse.domain.rooms import Visitor
from fullhouse.edge.call_limits import CallLimits
from fullhouse.edge.metrics import Metrics
from fullhouse.edge.rate_limiter import RateLimiter
from fullhouse.edge.tokens import TokenClaims
from fullhouse.edge.ws.keepalive import KeepAlive, Pinged
from fullhouse.edge.ws.pending_sockets import PendingSocket, PendingSockets
from fullhouse.realtime.ports import Client
from fullhouse.supervise import BackgroundTasks

log = logging.getLogger(__name__)

REFUSING_CODES: Mapping[int, str] = {
    code: code.name.lower()
    for code in (*StandardCloseCode, *CloseCode)
    if code not in ENDS_OF_VISITS
}
"""Close codes with which somebody is refused, and why. Those left out are how a visit ends."""

LOGGED_ORIGINS, LOGGED_CHARACTERS = 3, 200  # of a handshake; the client chose them


class HubPort(Protocol):
    """What a connection may ask of this node (`realtime.hub.Hub`)."""

    def enter(self, visitor: Visitor, client: Client) -> None: ...

    def leave(self, visitor: Visitor, client: Client) -> None: ...

    def position(self, visitor: Visitor, client: Client) -> None: ...

    def watch(self, visitor: Visitor, client: Client, *, watches: bool) -> None: ...

    def dismiss(self, visitor: Visitor, client: Client, notice: str, *, rest: bool) -> None: ...

    def gone(self, visitor: Visitor, client: Client) -> None: ...

    def drain(self, window_s: float) -> None: ...


class OpenConnection(Pinged, Protocol):
    """What the registry does with each connection (`connection.Connection`)."""

    def leave_unless_told(self) -> None:
        """Close, because the node stops, unless the hub has told the client so already."""
        ...


@dataclass(slots=True)
class ConnectionRegistry:
    """What all connections of a node share.

    Attributes:
        hub: What connections ask for a place.
        verify: What a token says.
        drain_s: Over how long connections close when the node is told to stop.
        metrics: Counts connections and what they are sent.
        keepalive: Holds every open connection, and pings it.
        pending_sockets: Sockets without a whole request yet.
        limiter: How many messages each person has sent lately.
        call_limits: How many requests each address has sent lately, if that is limited.
        sent: How many messages since the last turn, without those of the broadcaster.
        is_stopping: The node was told to stop: readiness says no.
        is_draining: No connection is accepted any more.
    """

    hub: HubPort
    verify: Callable[[str], TokenClaims]
    drain_s: float
    metrics: Metrics
    keepalive: KeepAlive[OpenConnection] = field(default_factory=KeepAlive)
    pending_sockets: PendingSockets[PendingSocket] = field(default_factory=PendingSockets)
    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(BackgroundTasks()))
    call_limits: CallLimits = field(default_factory=CallLimits)
    sent: int = 0
    _refused: CountedLog = field(
        default_factory=lambda: CountedLog(log, "handshake.refused", monotonic)
    )
    _closed: CountedLog = field(
        default_factory=lambda: CountedLog(log, "connection.refused", monotonic)
    )
    is_stopping: bool = False
    is_draining: bool = False

    def handshake_refused(
        self,
        cause: str,
        *,
        origins: Sequence[str],
        client: ClientInfo,
        hint: str | None = None,
    ) -> None:
        """Count and log a refused handshake. A wrong proxy setting shows here first."""
        self.metrics.handshake_refused(cause)
        self._note_limit(cause)
        said = [origin[:LOGGED_CHARACTERS] for origin in origins[:LOGGED_ORIGINS]]
        self._refused.note(
            cause,
            origins=said,
            host=client.host[:LOGGED_CHARACTERS],
            scheme=client.scheme,
            client=client.address,
            hint=hint,
        )

    def count(self, now: Visitor | None, before: Visitor | None) -> None:
        """A connection now belongs to `now`, before to `before`; None: to nobody."""
        if now is not before:
            if before:
                self.metrics.disconnected(before.role)
            if now:
                self.metrics.connected(now.role)

    def closed(self, code: int, cause: str, *, client: str, visitor: Visitor | None) -> None:
        """This node ends a connection.

        Args:
            cause: Why, in a word; empty where the code says it all.
        """
        self.metrics.closed(code)
        self._note_limit(cause)
        if code not in REFUSING_CODES:
            return
        ref = visitor.ref if visitor else None
        self._closed.note(
            f"{code} {cause or REFUSING_CODES[code]}",
            account=ref and ref.account,
            room=ref and ref.room,
            client=client,
        )

    def _note_limit(self, cause: str) -> None:
        if cause in SENTENCES:
            self.metrics.limit_reached(cause)

    def allows(self, visitor: Visitor, too_many: Callable[[], None]) -> bool:
        """Whether this person may send a message now; `too_many`: if the store refuses later."""
        return self.limiter.allows_soon(visitor.ref, visitor.participant, too_many)

    async def turn(self) -> None:
        """Ping the next connections; forget people who have been quiet. Run it once a second."""
        self.keepalive.turn()
        self.pending_sockets.clear(asyncio.get_running_loop().time())
        self.metrics.sent(self.sent)
        self.sent = 0
        self.limiter.forget()

    @property
    def has_guests(self) -> bool:
        """Whether any connection is open."""
        return any(True for _ in self.keepalive)

    def drain(self) -> None:
        """Close all connections, spread over `drain_s`. Only the first call has an effect."""
        if not self.is_draining:
            self.is_stopping = self.is_draining = True
            self.hub.drain(self.drain_s)
            for connection in self.keepalive:
                connection.leave_unless_told()
