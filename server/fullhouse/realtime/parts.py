"""The parts of a node that concern its rooms, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fullhouse.realtime.connection_limit import ConnectionLimit
from fullhouse.realtime.deadlines import Deadlines
from fullhouse.realtime.forgotten import ForgottenRooms
from fullhouse.realtime.hub import Hub
from fullhouse.realtime.lease_renewal import LeaseRenewal
from fullhouse.realtime.local_rooms import LocalRooms
from fullhouse.realtime.queue_progress import QueueProgress
from fullhouse.realtime.resync import Resync
from fullhouse.realtime.rounds import Rounds


@dataclass(frozen=True, slots=True)
class Realtime:
    """What connections and loops call.

    Attributes:
        hub: Called by connections and the event bus.
        lease_renewal: Renews leases.
        renewals: Visits all rooms to renew leases: run its `run` as a loop.
        deadlines: Run its `take_over` and `walk` in loops.
        sweeps: Visits all rooms to sweep them: run its `run` as a loop.
        forgotten: Run its `step` in a loop.
        resync: Run its `step` in a loop.
        connection_limit: Run its `step` in a loop.
        queue_progress: Run its `step` in a loop.
        local_rooms: All rooms of this node.
    """

    hub: Hub
    lease_renewal: LeaseRenewal
    renewals: Rounds
    deadlines: Deadlines
    sweeps: Rounds
    forgotten: ForgottenRooms
    resync: Resync
    connection_limit: ConnectionLimit
    queue_progress: QueueProgress
    local_rooms: LocalRooms

    @property
    def rounds(self) -> Mapping[str, Rounds]:
        """The periodic visits of all rooms, by their names in metrics and readiness."""
        return {"renewals": self.renewals, "sweeps": self.sweeps}
